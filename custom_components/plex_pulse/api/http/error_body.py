"""Read code and message from the error bodies of Media Servers, plex.tv and proxies.

Forms seen: JSON `errors[]` (plex.tv), XML `<Response>` (a starting Media Server, whatever
Accept header it gets), XML `<errors>` (older plex.tv), HTML `<h1>` (a Media Server in every
other case), plain text (`/:/prefs`), and empty bodies (plex.tv outages are empty 404s).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
import re
from typing import Final, override

import orjson

from ..record import Record

MAX_MESSAGE_LENGTH: Final = 200

_LEADING_NUMBER: Final = re.compile(r"\s*(\d{3,4})\b")
_OVERLONG_CHARREF: Final = re.compile(r"&#[0-9]{8,};?")
"""A reference beyond Unicode; `html` raises ValueError for more than 4300 digits."""


class ErrorBody(Record):
    """Code and message of an error body; either may be missing."""

    code: int | None = None
    """Plex's own number."""
    message: str = ""
    """One line without markup, redacted, at most MAX_MESSAGE_LENGTH characters."""
    is_plex_response: bool = False
    """Whether it is Plex's own XML or JSON `Response`, which only a starting server sends."""


def read_error_body(text: str, redact: Callable[[str], str]) -> ErrorBody:
    """Return code and message of a body of any known form."""
    text = text.strip()
    found = ErrorBody(message=text)
    if text.startswith("<"):
        found = _read_markup(text)
    elif text.startswith(("{", "[")):
        found = _read_json(text) or found
    # Redacted after decoding, which may reveal an escaped secret, and before truncating,
    # which may leave half of one that is not recognized.
    return replace(found, message=_shorten(redact(one_line(found.message))))


def one_line(text: str) -> str:
    """Return the text without line breaks and other unprintable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _shorten(line: str) -> str:
    """Return a line truncated to the length of a message."""
    if len(line) <= MAX_MESSAGE_LENGTH:
        return line
    return f"{line[: MAX_MESSAGE_LENGTH - 1]}…"


def _number(value: object) -> int | None:
    """Return a code sent as a number, or as up to four digits in a string."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= len("1003") and value.isdecimal():
        return int(value)
    return None


def _from_fields(fields: Mapping[str, object]) -> ErrorBody | None:
    """Return code and message of an error object, under any of Plex's field names."""
    code = _number(fields.get("code"))
    texts = [
        str(fields[name])
        for name in ("message", "status", "title", "error")
        if isinstance(fields.get(name), str) and fields[name]
    ]
    if code is None and not texts:
        return None
    return ErrorBody(code=code, message=texts[0] if texts else "")


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
    """Find the error in XML or HTML; lenient, in linear time, without expanding entities."""

    def __init__(self) -> None:
        """Start without a result."""
        super().__init__(convert_charrefs=True)
        self.fields: ErrorBody | None = None
        self.heading = ""
        self.title = ""
        self.text = ""
        self._open: str = ""
        self._is_plex_response = False

    @property
    def result(self) -> ErrorBody:
        """Return the best of: error element, heading, title, text."""
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
        """Read the attributes of `<Response>` and `<error>`."""
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
        """Leave the element, so that text after it belongs to none."""
        self._open = ""

    @override
    def handle_data(self, data: str) -> None:
        """Collect text by its element, without scripts and styles."""
        if self._open == "h1":
            self.heading += data
        elif self._open == "title":
            self.title += data
        elif self._open not in {"script", "style"}:
            self.text += f" {data}"


def _read_markup(text: str) -> ErrorBody:
    """Read XML `<Response>` and `<errors>`, or the heading of an HTML page."""
    reader = _MarkupReader()
    reader.feed(_OVERLONG_CHARREF.sub("\N{REPLACEMENT CHARACTER}", text))
    reader.close()
    return reader.result
