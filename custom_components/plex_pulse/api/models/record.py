"""Base of the models: comparison and representation that every data class would compile."""

from collections.abc import Callable
from dataclasses import Field, fields
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, override


class Record:
    """Base of frozen data classes with `eq=False, repr=False`: half the time at start-up.

    Python compiles the methods of each data class when its module is imported. These ones
    are the same for all: records of one class are equal if all their fields are.
    """

    __slots__: tuple[str, ...] = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @override
    def __eq__(self, other: object) -> bool:
        """Return whether all fields are equal."""
        if self is other:
            return True
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = _values_of(self.__slots__)
        return bool(values(self) == values(other))

    @override
    def __hash__(self) -> int:
        """Return the hash of all fields."""
        return hash(_values_of(self.__slots__)(self))

    @override
    def __repr__(self) -> str:
        """Return the fields, without those that are secret."""
        shown = ", ".join(
            f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr
        )
        return f"{self.__class__.__qualname__}({shown})"


@cache
def _values_of(names: tuple[str, ...]) -> Callable[[object], object]:
    """Return the function that returns these fields of an object."""
    return attrgetter(*names)
