"""Recognize items that are new in a library's list of recently added items."""

from collections.abc import Iterable
from typing import Self

from ..api import MediaItem, Record, is_misdated

_MAX_DIGITS = 18
"""Rating keys have fewer digits, and int() raises for thousands of them."""


class ListMark(Record):
    """What is kept of a list, to recognize the items that are added after it."""

    highest_key: int
    """The highest rating key; -1 for an empty list."""
    oldest: float | None
    """The date of the oldest item in Unix seconds, None without dates."""

    @classmethod
    def of(cls, items: Iterable[MediaItem], now: float) -> Self:
        """Return the mark of a list; `now` in Unix seconds determines which dates are possible."""
        items = tuple(items)
        dates = [
            item.added_at.timestamp()
            for item in items
            if item.added_at is not None and not is_misdated(item, now)
        ]
        return cls(
            highest_key=max(map(rating_number, items), default=-1), oldest=min(dates, default=None)
        )

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Return the mark that `as_json` made, None for anything else."""
        match value:
            case [int(key), int() | float() | None as oldest]:
                return cls(highest_key=key, oldest=oldest)
        return None

    def as_json(self) -> list[float | None]:
        """Return the mark for a file."""
        return [self.highest_key, self.oldest]

    def newer(self, items: Iterable[MediaItem], now: float) -> list[MediaItem]:
        """Return the items that did not exist when the list was read, in their order.

        Rating keys count up. An older item enters a list, too, when another one is deleted
        from it, and an old one moves to the top when its date is edited. The date of an item
        that has no possible one does not matter.
        """
        return [
            item
            for item in items
            if rating_number(item) > self.highest_key
            and (
                item.added_at is None
                or self.oldest is None
                or is_misdated(item, now)
                or item.added_at.timestamp() >= self.oldest
            )
        ]


def rating_number(item: MediaItem) -> int:
    """Return a rating key as a number, -1 for one that is no number."""
    key = item.rating_key or ""
    return int(key) if key.isdecimal() and len(key) <= _MAX_DIGITS else -1
