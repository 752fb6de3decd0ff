"""Describe a failed response for the log: helpful headers and the beginning of the body.

Headers are an allow-list: others may contain cookies, addresses or tokens. Everything is one
line without unprintable characters, so that a server's text can never start a log line.
"""

from collections.abc import Callable, Mapping
import re
from typing import Final

from .error_body import one_line

_HEADERS: Final = ("Retry-After", "Date", "Content-Type", "Server", "WWW-Authenticate")
_MAX_HEADER_CHARACTERS: Final = 200
_MAX_BODY_CHARACTERS: Final = 500
_HTTP_DATE: Final = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")
"""Not redacted: the time has the form of an IPv6 address."""


def describe_headers(headers: Mapping[str, str], redact: Callable[[str], str]) -> str:
    """Return the allowed headers that a response has, redacted."""
    found = [
        f"{name}: {_describe_header(value, redact)}"
        for name in _HEADERS
        if (value := headers.get(name)) is not None
    ]
    return ", ".join(found) or "none"


def describe_body(text: str, redact: Callable[[str], str]) -> str:
    """Return the beginning of a body, redacted before it is cut: half a token has no pattern."""
    return redact(one_line(text))[:_MAX_BODY_CHARACTERS]


def _describe_header(value: str, redact: Callable[[str], str]) -> str:
    """Return the value of a header, redacted unless it is a date."""
    line = one_line(value)
    if _HTTP_DATE.fullmatch(line) is not None:
        return line
    return redact(line)[:_MAX_HEADER_CHARACTERS]
