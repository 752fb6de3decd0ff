"""Read fields as they come: one era's "1" is another's 1, and a third one's true.

Seen: `/status/sessions` of 2022 has every value as a string, of 2024 only some; XML
has strings alone. An empty list has no key at all. Nothing here raises.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import math
from typing import Final

type JsonObject = Mapping[str, object]
"""A decoded JSON object."""

_TOO_LARGE: Final = 2**63
"""No honest number is larger, and JSON has no room for it."""
# Made once: `int | float` in a call would be made anew with each of the dozens of fields.
_NUMBERS: Final = (int, float)
_NUMERIC: Final = (str, int, float)


def text(fields: JsonObject, key: str) -> str | None:
    """Return a non-empty string; numbers are written out."""
    value = fields.get(key)
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return str(value)
    return None


def last_part(key: str | None) -> str | None:
    """Return "abc" for "/transcode/sessions/abc", which some servers write bare."""
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
    """Return a whole number; fractions are cut off."""
    found = fields.get(key)
    if type(found) is int:
        # What servers of today send; exact, and spared the way through a float.
        return found if abs(found) < _TOO_LARGE else None
    if found is None:
        return None
    value = number(fields, key)
    return None if value is None or abs(value) >= _TOO_LARGE else int(value)


def non_negative_int(fields: JsonObject, key: str) -> int | None:
    """Return a whole number that is a size or a time: negative means not known."""
    value = integer(fields, key)
    return value if value is not None and value >= 0 else None


def non_negative_float(fields: JsonObject, key: str) -> float | None:
    """Return a number that somebody measured: negative or absurd means not known."""
    value = number(fields, key)
    return value if value is not None and 0 <= value < _TOO_LARGE else None


def boolean(fields: JsonObject, key: str) -> bool | None:
    """Return true or false from a boolean, a number, or a string of either."""
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
    """Return Unix seconds as a moment; 0 and negative mean never."""
    seconds = integer(fields, key)
    if seconds is None or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return None


def child(fields: JsonObject, key: str) -> JsonObject:
    """Return the object under a key, an empty one where there is none.

    XML turned into JSON writes a single child as a list of one.
    """
    value = fields.get(key)
    if isinstance(value, dict):
        return value
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def children(fields: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects in the list under a key; whatever is no object is left out."""
    value = fields.get(key)
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def parse_list[T](
    fields: JsonObject, key: str, parse: Callable[[JsonObject], T | None]
) -> tuple[T, ...]:
    """Return what `parse` makes of each object in a list; None leaves one out."""
    return tuple(item for found in children(fields, key) if (item := parse(found)) is not None)
