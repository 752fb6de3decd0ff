"""Find the newest items of a listing that begins with items of an impossible date."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from .models.media import MediaItem, MediaPage
from .record import Record

MAX_CLOCK_DIFFERENCE_SECONDS: Final = 600.0
"""A date this much ahead is not in the future: the server's clock may be ahead of ours."""
_MAX_MISDATED: Final = 50
_MAX_PROBES: Final = 24
"""Enough for a library of 16 million items."""

type ReadPage = Callable[[int, int], Awaitable[MediaPage]]
"""Return the page of a start and a size, of a listing that is sorted by date, newest first."""


class NewestItems(Record):
    """The items that were added last."""

    dated: tuple[MediaItem, ...]
    """Newest first, none of them dated in the future."""
    misdated: tuple[MediaItem, ...] = ()
    """Items at the head of the listing without a date or dated in the future; at most 50."""


def is_misdated(item: MediaItem, now: float) -> bool:
    """Return whether an item has no date, or one that lies in the future of `now` (Unix)."""
    return item.added_at is None or item.added_at.timestamp() > now + MAX_CLOCK_DIFFERENCE_SECONDS


async def read_newest(read_page: ReadPage, limit: int, now: float) -> NewestItems:
    """Return the newest `limit` items, skipping those of an impossible date before them.

    A file of 2098, or a clock that was wrong for a day, puts items before all others permanently.
    One request if there is none; else the first item with a possible date is searched
    by bisection, and the page that begins there is read.
    """
    page = await read_page(0, limit)
    dated, misdated = _split(page.items, now)
    is_complete = len(page.items) < limit or len(page.items) >= page.total
    if len(dated) < limit and misdated and not is_complete:
        start = next(
            (index for index, item in enumerate(page.items) if not is_misdated(item, now)), None
        )
        if start is None:
            start = await _first_dated(read_page, page, now)
            head = await read_page(0, min(start, _MAX_MISDATED))
            _, misdated = _split(head.items, now)
        dated, more = _split((await read_page(start, limit)).items, now)
        misdated = tuple(dict.fromkeys((*misdated, *more)))
    return NewestItems(dated=dated[:limit], misdated=misdated[:_MAX_MISDATED])


async def _first_dated(read_page: ReadPage, page: MediaPage, now: float) -> int:
    """Return the index of the first item with a possible date, after a page without any."""
    # A database sorts items without a date before all others, or after them.
    begins_undated = any(item.added_at is None for item in page.items)
    low, high = len(page.items), page.total
    for _ in range(_MAX_PROBES):
        if low >= high:
            break
        middle = (low + high) // 2
        probe = next(iter((await read_page(middle, 1)).items), None)
        if probe is not None and is_misdated(probe, now) and (probe.added_at or begins_undated):
            low = middle + 1
        else:
            high = middle
    return low


def _split(
    items: Iterable[MediaItem], now: float
) -> tuple[tuple[MediaItem, ...], tuple[MediaItem, ...]]:
    """Return the items with a possible date, and the others."""
    items = tuple(items)
    return (
        tuple(item for item in items if not is_misdated(item, now)),
        tuple(item for item in items if is_misdated(item, now)),
    )


def newest_first(items: Iterable[MediaItem], now: float) -> list[MediaItem]:
    """Return items by date, newest first; those of an impossible date come last."""
    dated, misdated = _split(items, now)
    return [
        *sorted(
            dated,
            key=lambda item: item.added_at.timestamp() if item.added_at else 0.0,
            reverse=True,
        ),
        *misdated,
    ]
