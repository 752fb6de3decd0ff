"""Decode JSON bodies, and name what is wrong with a body that cannot be decoded."""

from codecs import BOM_UTF8
from collections.abc import Callable
import re
from typing import Final

import orjson

from ..errors import PlexErrorReason
from ..models.coerce import JsonObject
from .limits import MAX_OBJECTS, UNCOUNTED_BODY_BYTES, has_too_many_objects

_JSON_STARTS: Final = (b"{", b"[")
_HTML: Final = re.compile(rb"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_XML_STARTS: Final = (b"<?xml", b"<MediaContainer")
_MAX_PROLOG_BYTES: Final = 512
"""How far into a body an `<html>` element may begin: XHTML opens with an XML declaration."""


class InvalidBodyError(ValueError):
    """The body of a success is not what it should be; never leaves the client."""

    def __init__(
        self, message: str, reason: PlexErrorReason = PlexErrorReason.INVALID_RESPONSE
    ) -> None:
        """Keep the reason; the message must contain nothing of the body."""
        super().__init__(message)
        self.reason = reason


def decode_container(body: bytes, name: str = "MediaContainer") -> JsonObject:
    """Return the object that wraps a response of a Media Server.

    Raises:
        InvalidBodyError: empty, HTML, XML, truncated, too many objects, or JSON of another shape.

    """
    container = decode_object(body).get(name)
    if not isinstance(container, dict):
        msg = f"The response has no {name}"
        raise InvalidBodyError(msg)
    return container


def decode_object(body: bytes) -> JsonObject:
    """Return a bare object, as plex.tv sends it.

    Raises:
        InvalidBodyError: empty, HTML, XML, truncated, too many objects, or JSON of another shape.

    """
    document = _load_json(body)
    if not isinstance(document, dict):
        msg = "The response is not a JSON object"
        raise InvalidBodyError(msg)
    return document


def decode_list(body: bytes) -> tuple[JsonObject, ...]:
    """Return the objects in a bare list, as plex.tv sends it; skip everything else in it.

    Raises:
        InvalidBodyError: empty, HTML, XML, truncated, too many objects, or JSON of another shape.

    """
    document = _load_json(body)
    if not isinstance(document, list):
        msg = "The response is not a JSON list"
        raise InvalidBodyError(msg)
    return tuple(item for item in document if isinstance(item, dict))


def decode_empty(body: bytes) -> None:
    """Check the response to a command, which has an empty body or one that means nothing.

    Raises:
        InvalidBodyError: HTML or XML: a proxy responded, the command was not executed.

    """
    _reject_markup(body)


def required[T](
    parse: Callable[[JsonObject], T | None],
    unwrap: Callable[[bytes], JsonObject] = decode_container,
) -> Callable[[bytes], T]:
    """Return a decoder that unwraps a body and parses it, and rejects it if that returns None."""

    def decode(body: bytes) -> T:
        """Return the parsed value.

        Raises:
            InvalidBodyError: the body lacks the value.

        """
        if (value := parse(unwrap(body))) is None:
            msg = "The response lacks required fields"
            raise InvalidBodyError(msg)
        return value

    return decode


def limit_body(body: bytes, max_bytes: int) -> bytes:
    """Return the body.

    Raises:
        InvalidBodyError: the body is longer, so it was not read to its end.

    """
    if len(body) > max_bytes:
        size = f"{max_bytes // 2**20} MiB" if max_bytes >= 2**20 else f"{max_bytes // 2**10} KiB"
        msg = f"The response is larger than {size}"
        raise InvalidBodyError(msg, PlexErrorReason.TOO_LARGE)
    return body


def _load_json(body: bytes) -> object:
    """Return the decoded JSON document."""
    if not body.startswith(_JSON_STARTS):
        # Some proxies and tools put a byte order mark before it.
        body = body.removeprefix(BOM_UTF8)
        if not body.strip():
            msg = "The response is empty"
            raise InvalidBodyError(msg)
        _reject_markup(body)
    if len(body) > UNCOUNTED_BODY_BYTES and has_too_many_objects(body):
        msg = f"The response has more than {MAX_OBJECTS} objects and lists"
        raise InvalidBodyError(msg, PlexErrorReason.TOO_LARGE)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        msg = "The response is not valid JSON"
        raise InvalidBodyError(msg) from None


def _reject_markup(body: bytes) -> None:
    """Raise InvalidBodyError for HTML and XML."""
    start = body.lstrip()[:_MAX_PROLOG_BYTES]
    if not start.startswith(b"<"):
        return
    if start.startswith(_XML_STARTS) and _HTML.search(start) is None:
        msg = "The response is XML, not JSON"
        raise InvalidBodyError(msg, PlexErrorReason.XML)
    msg = "The response is a web page, not JSON"
    raise InvalidBodyError(msg, PlexErrorReason.WEB_PAGE)
