"""Coerce fields of any type: the same field is "1", 1 or true, depending on the version.

Seen: all values of `/status/sessions` are strings in 2022 and some in 2024; XML has only
strings. An empty list has no key at all. No function here raises.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import math
from typing import Final

type JsonObject = Mapping[str, object]
"""A decoded JSON object."""

_TOO_LARGE: Final = 2**63
"""Larger numbers are invalid: no field holds them, and Home Assistant's JSON has no room."""
# Built once: `int | float` in a call would be built for each of the dozens of fields.
_NUMBERS: Final = (int, float)
_NUMERIC: Final = (str, int, float)


def text(fields: JsonObject, key: str) -> str | None:
    """Return a non-empty string, stripped; a number is converted."""
    value = fields.get(key)
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return str(value)
    return None


def last_part(key: str | None) -> str | None:
    """Return "abc" for "/transcode/sessions/abc" and for "abc": servers send both."""
    return (key or "").rpartition("/")[2] or None


def number(fields: JsonObject, key: str) -> float | None:
    """Return a finite number."""
    value = fields.get(key)
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
    value = integer(fields, key)
    return value if value is not None and value >= 0 else None


def non_negative_float(fields: JsonObject, key: str) -> float | None:
    """Return a number of at least 0, for measured values; negative or huge means unknown."""
    value = number(fields, key)
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


def children(fields: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects in the list under a key, without anything else in it."""
    value = fields.get(key)
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def selected(listed: list[JsonObject]) -> JsonObject:
    """Return the entry marked as selected, else the first, else an empty object."""
    if len(listed) > 1:
        for entry in listed:
            if boolean(entry, "selected"):
                return entry
    return listed[0] if listed else {}


def parse_list[T](
    fields: JsonObject, key: str, parse: Callable[[JsonObject], T | None]
) -> tuple[T, ...]:
    """Return each object in the list under a key parsed, without those that give None."""
    return tuple(item for found in children(fields, key) if (item := parse(found)) is not None)
