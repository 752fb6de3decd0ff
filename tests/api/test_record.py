"""Bases of the data classes."""

from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any

import pytest

from custom_components.plex_pulse.api import MutableRecord, Record


class Point(Record):
    """A record with each kind of default."""

    x: int
    y: int = 0
    label: str = field(default="secret", repr=False)
    tags: list[str] = field(default_factory=list, repr=False)


class Other(Record):
    """A record with the same fields as a part of `Point`."""

    x: int
    y: int = 0


class Ratio(Record):
    """A record that checks its fields."""

    value: float

    def __post_init__(self) -> None:
        """Check the value."""
        if self.value > 1:
            raise ValueError


class Counter(MutableRecord):
    """A record that changes."""

    count: int = 0


def test_a_record_takes_its_fields_by_keyword_and_has_their_defaults() -> None:
    first, second = Point(x=1), Point(x=1)
    assert (first.x, first.y, first.label, first.tags) == (1, 0, "secret", [])
    assert first.tags is not second.tags
    wrong: tuple[dict[str, Any], ...] = ({}, {"x": 1, "z": 2})
    for arguments in wrong:
        with pytest.raises(TypeError):
            Point(**arguments)


def test_a_record_is_frozen_and_has_slots() -> None:
    point = Point(x=1)
    for name in ("x", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert not hasattr(point, "__dict__")


def test_records_of_one_class_are_equal_if_all_their_fields_are() -> None:
    assert Other(x=1) == Other(x=1, y=0)
    assert hash(Other(x=1)) == hash(Other(x=1))
    assert Other(x=1) != Other(x=2)
    assert Other(x=1) != Point(x=1)


def test_secret_fields_are_not_in_the_repr() -> None:
    assert repr(Point(x=1)) == "Point(x=1, y=0)"


def test_a_record_is_a_data_class_of_the_standard_library() -> None:
    assert is_dataclass(Point)
    assert [item.name for item in fields(Point)] == ["x", "y", "label", "tags"]
    assert replace(Other(x=1), y=3) == Other(x=1, y=3)


def test_a_record_can_check_its_fields() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        Ratio(value=2)


def test_a_mutable_record_changes_and_equals_only_itself() -> None:
    counter = Counter()
    counter.count += 1
    assert counter.count == 1
    assert counter != Counter(count=1)
    assert not hasattr(counter, "__dict__")
