"""Check a value against its type annotation, recursively."""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
import math
from types import UnionType
from typing import TypeAliasType, get_args, get_origin, get_type_hints


@cache
def _declared_types(model: type) -> list[tuple[str, object]]:
    """Return the names and types of a model's fields and properties."""
    hints = get_type_hints(model)
    properties = [
        (name, get_type_hints(member.fget)["return"])
        for name, member in vars(model).items()
        if isinstance(member, property) and member.fget is not None
    ]
    return [*((field.name, hints[field.name]) for field in fields(model)), *properties]


def conforms(value: object, expected: object) -> bool:
    """Return whether a value conforms to a type.

    In addition, numbers must be finite, times must have a zone, and text must be valid Unicode.
    """
    if isinstance(expected, TypeAliasType):
        return conforms(value, expected.__value__)
    if isinstance(expected, UnionType):
        return any(conforms(value, option) for option in get_args(expected))
    if get_origin(expected) is tuple:
        return _is_tuple(value, get_args(expected))
    if get_origin(expected) is dict:
        key_type, value_type = get_args(expected)
        return isinstance(value, dict) and all(
            conforms(key, key_type) and conforms(item, value_type) for key, item in value.items()
        )
    if expected in {None, type(None)}:
        return value is None
    # Compare exact classes: a bool is not a number, and an enum member is not a string. Parsed
    # values and evaluated annotations are cached, so that the class of a time may be that of an
    # earlier test with a frozen clock.
    is_time = isinstance(expected, type) and issubclass(expected, datetime)
    is_expected = isinstance(value, datetime) if is_time else type(value) is expected
    return is_expected and _is_valid(value)


def _is_tuple(value: object, expected: tuple[object, ...]) -> bool:
    """Return whether a tuple conforms to its type arguments."""
    if not isinstance(value, tuple):
        return False
    match expected:
        case (each, end) if end is Ellipsis:
            return all(conforms(item, each) for item in value)
    return len(value) == len(expected) and all(map(conforms, value, expected, strict=True))


def _is_valid(value: object) -> bool:
    """Return whether a value of the right type is valid."""
    match value:
        case Enum() | bool() | int() | bytes() | timedelta():
            return True
        case str():
            return value.encode("utf-8", "ignore").decode() == value
        case float():
            return math.isfinite(value)
        case datetime():
            return value.tzinfo is not None
    return is_dataclass(value) and all(
        conforms(getattr(value, name), expected)
        for name, expected in _declared_types(value.__class__)
    )
