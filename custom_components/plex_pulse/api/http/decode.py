"""Turn bodies into values; ValueError says in words what a body is instead."""

from collections.abc import Callable
from typing import Final

import orjson

from ..models.coerce import JsonObject

_PAGE: Final = "The answer is a web page or XML, not JSON"


def decode_container(body: bytes, name: str = "MediaContainer") -> JsonObject:
    """Return what an answer of a Media Server is wrapped in.

    Raises:
        ValueError: empty, HTML, cut, or JSON of another shape.

    """
    container = decode_object(body).get(name)
    if not isinstance(container, dict):
        msg = f"The answer has no {name}"
        raise ValueError(msg)  # noqa: TRY004 - one error type for all wrong bodies
    return container


def decode_object(body: bytes) -> JsonObject:
    """Return a bare object, as plex.tv answers.

    Raises:
        ValueError: empty, HTML, cut, or JSON of another shape.

    """
    document = _decode(body)
    if not isinstance(document, dict):
        msg = "The answer is not a JSON object"
        raise ValueError(msg)  # noqa: TRY004 - one error type for all wrong bodies
    return document


def decode_list(body: bytes) -> tuple[JsonObject, ...]:
    """Return the objects of a bare list, as plex.tv answers; others are left out.

    Raises:
        ValueError: empty, HTML, cut, or JSON of another shape.

    """
    document = _decode(body)
    if not isinstance(document, list):
        msg = "The answer is not a JSON list"
        raise ValueError(msg)  # noqa: TRY004 - one error type for all wrong bodies
    return tuple(item for item in document if isinstance(item, dict))


def decode_empty(body: bytes) -> None:
    """Read the answer to a command, which is empty.

    Raises:
        ValueError: a page; whoever sent it, the command was not carried out.

    """
    if body.lstrip().startswith(b"<"):
        raise ValueError(_PAGE)


def required[T](
    parse: Callable[[JsonObject], T | None],
    unwrap: Callable[[bytes], JsonObject] = decode_container,
) -> Callable[[bytes], T]:
    """Return a decoder for an answer that is useless without what `parse` looks for."""

    def decode(body: bytes) -> T:
        """Return the value.

        Raises:
            ValueError: it is not there.

        """
        if (value := parse(unwrap(body))) is None:
            msg = "The answer lacks what it is asked for"
            raise ValueError(msg)
        return value

    return decode


def _decode(body: bytes) -> object:
    """Return whatever the JSON holds."""
    if not body.strip():
        msg = "The answer is empty"
        raise ValueError(msg)
    if body.lstrip().startswith(b"<"):
        raise ValueError(_PAGE)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        msg = "The answer is not valid JSON"
        raise ValueError(msg) from None
