"""Read what a Media Server, plex.tv or a proxy between says in an error body.

Seen in the field: JSON `errors[]` (plex.tv), XML `<Response>` (a starting Media
Server, whatever Accept said), XML `<errors>` (older plex.tv), HTML `<h1>` (a Media
Server's every other refusal), plain text (`/:/prefs`), and nothing at all (plex.tv
outages are empty 404s).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
import re
from typing import Final, override

import orjson

MAX_MESSAGE_LENGTH: Final = 200

_LEADING_NUMBER: Final = re.compile(r"\s*(\d{3,4})\b")
_OVERLONG_CHARREF: Final = re.compile(r"&#[0-9]{8,};?")
"""A reference to no character. `html` raises on those of more than 4300 digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """The number and the words found in an error body; either may be missing."""

    code: int | None = None
    message: str = ""
    is_plex_response: bool = False
    """Whether this is Plex's own XML or JSON `Response`, sent by a starting server."""


def read_error_body(text: str, redact: Callable[[str], str]) -> ErrorBody:
    """Return Plex's numeric code and message from a body of any known form.

    The message is redacted, on one line, and at most MAX_MESSAGE_LENGTH characters.
    """
    text = text.strip()
    found = ErrorBody(message=text)
    if text.startswith("<"):
        found = _read_markup(text)
    elif text.startswith(("{", "[")):
        found = _read_json(text) or found
    # After decoding, which may bring an escaped secret to light, and before cutting,
    # which could leave half of one that nothing recognizes.
    return replace(found, message=_shorten(redact(_one_line(found.message))))


def _one_line(text: str) -> str:
    """Return the text without line breaks and other unprintable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _shorten(line: str) -> str:
    """Return no more of a line than a message may have."""
    if len(line) <= MAX_MESSAGE_LENGTH:
        return line
    return f"{line[: MAX_MESSAGE_LENGTH - 1]}…"


def _number(value: object) -> int | None:
    """Return a code that may come as a number or as digits in a string."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= len("1003") and value.isdecimal():
        return int(value)
    return None


def _from_fields(fields: Mapping[str, object]) -> ErrorBody | None:
    """Return what one error object says, whichever of Plex's field names it uses."""
    code = _number(fields.get("code"))
    words = [
        str(fields[name])
        for name in ("message", "status", "title", "error")
        if isinstance(fields.get(name), str) and fields[name]
    ]
    if code is None and not words:
        return None
    return ErrorBody(code=code, message=words[0] if words else "")


def _read_json(text: str) -> ErrorBody | None:
    """Read `errors[]`, `Response`, `MediaContainer`, or a bare error object."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if isinstance(document, dict):
        errors = document.get("errors")
        if isinstance(errors, list):
            document = errors
        elif isinstance(response := document.get("Response"), dict):
            found = _from_fields(response)
            return found and ErrorBody(
                code=found.code, message=found.message, is_plex_response=True
            )
        elif isinstance(container := document.get("MediaContainer"), dict):
            document = container
    if isinstance(document, list):
        document = next((item for item in document if isinstance(item, dict)), None)
    return _from_fields(document) if isinstance(document, dict) else None


class _MarkupReader(HTMLParser):
    """Pick the error out of XML or HTML; lenient, bounded, and blind to entities."""

    def __init__(self) -> None:
        """Start with nothing found."""
        super().__init__(convert_charrefs=True)
        self.fields: ErrorBody | None = None
        self.heading = ""
        self.title = ""
        self.text = ""
        self._open: str = ""
        self._is_plex_response = False

    @property
    def result(self) -> ErrorBody:
        """Return the most telling thing found: error element, heading, title, text."""
        if self.fields is not None:
            return ErrorBody(
                code=self.fields.code,
                message=self.fields.message or self.text,
                is_plex_response=self._is_plex_response,
            )
        message = self.heading or self.title or self.text
        number = _LEADING_NUMBER.match(message)
        return ErrorBody(code=int(number[1]) if number else None, message=message)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes of the elements that Plex writes errors in."""
        self._open = tag
        if tag in {"response", "error"} and self.fields is None:
            self._is_plex_response = tag == "response"
            if (fields := _from_fields(dict(attrs))) is not None:
                self.fields = fields

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Treat `<error .../>` as `<error ...></error>`."""
        self.handle_starttag(tag, attrs)
        self._open = ""

    @override
    def handle_endtag(self, tag: str) -> None:
        """Leave the element; text that follows belongs to no one."""
        self._open = ""

    @override
    def handle_data(self, data: str) -> None:
        """Collect words by the element they stand in; never script or style."""
        if self._open == "h1":
            self.heading += data
        elif self._open == "title":
            self.title += data
        elif self._open not in {"script", "style"}:
            self.text += f" {data}"


def _read_markup(text: str) -> ErrorBody:
    """Read XML `<Response>` and `<errors>`, or an HTML page's heading."""
    reader = _MarkupReader()
    reader.feed(_OVERLONG_CHARREF.sub("\N{REPLACEMENT CHARACTER}", text))
    reader.close()
    return reader.result
