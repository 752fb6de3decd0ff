"""The cache of the lists of a server, which has a maximum size."""

from custom_components.plex_pulse.dashboard.shelf_cache import ShelfCache
from tests.clocks import ManualClock

MAX_LISTS = 100


class _Reader:
    """Counts the reads of an empty list."""

    def __init__(self) -> None:
        """Start without a read."""
        self.reads = 0

    async def __call__(self) -> tuple[()]:
        """Return the list."""
        self.reads += 1
        return ()


async def test_oldest_list_is_dropped_when_there_are_too_many() -> None:
    cache, reader = ShelfCache(ManualClock()), _Reader()
    for number in range(MAX_LISTS + 1):
        await cache.async_get(("recently_added", str(number), 10), reader)
    assert reader.reads == MAX_LISTS + 1

    for number in range(1, MAX_LISTS + 1):
        await cache.async_get(("recently_added", str(number), 10), reader)
    assert reader.reads == MAX_LISTS + 1

    await cache.async_get(("recently_added", "0", 10), reader)
    assert reader.reads == MAX_LISTS + 2
