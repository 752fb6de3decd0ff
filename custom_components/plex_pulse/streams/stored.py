"""Convert models to JSON and back, to keep them over a restart of Home Assistant."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Union, cast, get_args, get_origin, get_type_hints

type JsonValue = str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None


def to_json(value: object) -> JsonValue:
    """Return a model of dataclasses, tuples, times and plain values as JSON.

    Raises:
        TypeError: it contains something else.

    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    msg = f"{type(value).__name__} cannot be stored"
    raise TypeError(msg)


def from_json[T](cls: type[T], value: object) -> T:
    """Return the model of a class that `to_json` converted; its tuples have one type of values.

    Raises:
        ValueError: the value does not fit, for example as another version has written it.

    """
    return cast("T", _restore(cls, value))


def _restore(expected: object, value: object) -> object:
    """Return a value of an annotated type.

    Raises:
        ValueError: the value does not fit.

    """
    if get_origin(expected) in {Union, UnionType}:
        return _restore_union(get_args(expected), value)
    if get_origin(expected) is tuple and isinstance(value, list):
        return tuple(_restore(get_args(expected)[0], item) for item in value)
    if isinstance(expected, type) and issubclass(expected, Enum):
        return expected(value)
    if isinstance(expected, type) and is_dataclass(expected) and isinstance(value, dict):
        hints = get_type_hints(expected)
        known = {field.name for field in fields(expected)} & value.keys()
        try:
            return expected(**{name: _restore(hints[name], value[name]) for name in known})
        except TypeError as err:
            raise ValueError(str(err)) from err
    if isinstance(expected, type) and issubclass(expected, datetime) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if not (isinstance(expected, type) and isinstance(value, expected)):
        msg = "a stored value has another type"
        raise ValueError(msg)  # noqa: TRY004 - a stored value, not an argument
    return value


def _restore_union(options: tuple[object, ...], value: object) -> object:
    """Return a value of the first type of a union that fits.

    Raises:
        ValueError: none fits.

    """
    for option in options:
        try:
            return _restore(option, value)
        except ValueError:
            continue
    msg = "a stored value fits no type"
    raise ValueError(msg)
