"""Coerce fields of any type: the same field is "1", 1 or true, depending on the version.

Seen: all values of `/status/sessions` are strings in 2022 and some in 2024; XML has only
strings. An empty list has no key at all. No function here raises.

All text of a server is read here, and here it becomes a line of limited length without control
characters, whatever the server sends.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import math
import re
from typing import Final

type JsonObject = Mapping[str, object]
"""A decoded JSON object."""

_TOO_LARGE: Final = 2**63
"""Larger numbers are invalid: no field holds them, and Home Assistant's JSON has no room."""
MAX_NAME_LENGTH: Final = 255
"""Characters of the name of a server, library, user or device; Home Assistant's for a state."""
MAX_TEXT_LENGTH: Final = 1_024
"""Characters of any other text: titles, paths, identifiers."""
MAX_LONG_TEXT_LENGTH: Final = 10_000
"""Characters of summaries and release notes."""
MAX_NESTED_ENTRIES: Final = 500
"""Entries that are read of a list within an entry; a file may have a hundred streams."""
_MAX_NUMBER_LENGTH: Final = 64
"""Characters of a number in a string."""
_CONTROL_CHARACTERS: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)
"""Control characters, line breaks, halves of surrogate pairs, and the characters that change the
direction of the text after them. The marks that emoji and right-to-left scripts need remain."""
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
# Built once: `int | float` in a call would be built for each of the dozens of fields.
_NUMBERS: Final = (int, float)
_NUMERIC: Final = (str, int, float)


def clean_text(value: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return a text as one stripped line without control characters, cut to a length.

    A server's text can therefore never start a log line or move the cursor of a terminal.
    """
    if len(value) > max_length:
        value = value.lstrip()[:max_length]
    return _CONTROL_CHARACTERS.sub(" ", value).strip()


def text(fields: JsonObject, key: str, max_length: int = MAX_TEXT_LENGTH) -> str | None:
    """Return a non-empty string as `clean_text` does; a number is converted."""
    value = fields.get(key)
    if isinstance(value, str):
        # Nearly every text; a session has a hundred of them.
        if len(value) <= max_length and value.isprintable():
            return value.strip() or None
        return clean_text(value, max_length) or None
    if value is None:
        return None
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return str(value)
    return None


def short_text(fields: JsonObject, key: str) -> str | None:
    """Return the name of a server, library, user or device, None for an empty one."""
    return text(fields, key, MAX_NAME_LENGTH)


def multiline_text(fields: JsonObject, key: str) -> str | None:
    """Return a long text with its line breaks, each line as `clean_text` returns it.

    One empty line between paragraphs is kept.
    """
    value = fields.get(key)
    if not isinstance(value, str):
        return None
    lines = map(clean_text, value[:MAX_LONG_TEXT_LENGTH].splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip() or None


def last_part(key: str | None) -> str | None:
    """Return "abc" for "/transcode/sessions/abc" and for "abc": servers send both."""
    return (key or "").rpartition("/")[2] or None


def number(fields: JsonObject, key: str) -> float | None:
    """Return a finite number."""
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, str) and len(value) > _MAX_NUMBER_LENGTH:
        return None
    if isinstance(value, _NUMERIC):
        try:
            result = float(value)
        except ValueError, OverflowError:
            return None
        return result if math.isfinite(result) else None
    return None


def integer(fields: JsonObject, key: str) -> int | None:
    """Return an integer; a fraction is truncated."""
    found = fields.get(key)
    if type(found) is int:
        # The form that current servers send: exact, and faster than through a float.
        return found if abs(found) < _TOO_LARGE else None
    if found is None:
        return None
    value = number(fields, key)
    return None if value is None or abs(value) >= _TOO_LARGE else int(value)


def non_negative_int(fields: JsonObject, key: str) -> int | None:
    """Return an integer of at least 0, for sizes and durations; negative means unknown."""
    value = fields.get(key)
    if value is None:
        # Most of the calls: few entries have all fields.
        return None
    value = integer(fields, key)
    return value if value is not None and value >= 0 else None


def non_negative_float(fields: JsonObject, key: str) -> float | None:
    """Return a number of at least 0, for measured values; negative or huge means unknown."""
    value = fields.get(key)
    if type(value) is not float:
        value = number(fields, key)
    # Also false for values that are not finite.
    return value if value is not None and 0 <= value < _TOO_LARGE else None


def boolean(fields: JsonObject, key: str) -> bool | None:
    """Return a boolean sent as such, as a number, or as a string of either."""
    value = fields.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        match value.strip().lower():
            case "true" | "yes":
                return True
            case "false" | "no":
                return False
    result = number(fields, key)
    return None if result is None else bool(result)


def timestamp(fields: JsonObject, key: str) -> datetime | None:
    """Return the time in UTC of Unix seconds; 0 and negative mean never."""
    seconds = integer(fields, key)
    if seconds is None or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return None


def child(fields: JsonObject, key: str) -> JsonObject:
    """Return the object under a key, an empty one without it.

    Servers that convert XML to JSON send a single child as a list of one.
    """
    value = fields.get(key)
    if isinstance(value, dict):
        return value
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def children(
    fields: JsonObject, key: str, max_entries: int | None = MAX_NESTED_ENTRIES
) -> list[JsonObject]:
    """Return the objects in the list under a key, without anything else in it.

    `max_entries` is None for the list that is the response itself: its length is limited by
    the size of the body, and by whoever reads it.
    """
    value = fields.get(key)
    if isinstance(value, list):
        if max_entries is not None and len(value) > max_entries:
            value = value[:max_entries]
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def selected_child(fields: JsonObject, key: str) -> JsonObject:
    """Return the object under a key that is selected, else the first, else an empty one."""
    value = fields.get(key)
    if isinstance(value, list) and len(value) == 1:
        # Nearly every item has one version with one part.
        return value[0] if isinstance(value[0], dict) else {}
    listed = children(fields, key)
    for entry in listed:
        if boolean(entry, "selected"):
            return entry
    return listed[0] if listed else {}


def parse_list[T](
    fields: JsonObject,
    key: str,
    parse: Callable[[JsonObject], T | None],
    max_entries: int = MAX_NESTED_ENTRIES,
) -> tuple[T, ...]:
    """Return each object in the list under a key parsed, without those that give None."""
    return tuple(
        item for found in children(fields, key, max_entries) if (item := parse(found)) is not None
    )
