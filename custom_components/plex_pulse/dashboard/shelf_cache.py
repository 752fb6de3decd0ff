"""Cache of the lists that the shelf cards of all browsers show."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from ..api import Clock, DetailedItem, PlexApiError, Record

_LIFETIME_SECONDS: Final = 45.0
_FAILURE_LIFETIME_SECONDS: Final = 5.0
"""Cards that request a list at the same time get the same failure."""
_MAX_LISTS: Final = 100
"""One list per library and source of a large server."""

type ListKey = tuple[str, str | None, int]
"""Source, key of the library, and limit."""
type Items = tuple[DetailedItem, ...]


class _CachedList(Record):
    """A list or the failure to read it, and until when it is used."""

    result: Items | PlexApiError
    expires_at: float


class ShelfCache:
    """The lists of one server; each is read by one request for all cards."""

    def __init__(self, clock: Clock) -> None:
        """Initialize an empty cache."""
        self._clock = clock
        self._lists: dict[ListKey, _CachedList] = {}
        self._lock = asyncio.Lock()
        self._generation = 0

    def clear(self) -> None:
        """Drop all lists: items were added, deleted or marked."""
        self._lists.clear()
        self._generation += 1

    async def async_get(self, key: ListKey, read: Callable[[], Awaitable[Items]]) -> Items:
        """Return a list, from the cache if it is there; `read` requests it.

        Raises:
            PlexApiError: the request failed.

        """
        # One request at a time: a page with many shelves must not occupy the server.
        async with self._lock:
            now = self._clock.monotonic()
            cached = self._lists.get(key)
            if cached is None or cached.expires_at <= now:
                cached = await self._async_read(key, read)
        if isinstance(cached.result, PlexApiError):
            raise cached.result
        return cached.result

    async def _async_read(self, key: ListKey, read: Callable[[], Awaitable[Items]]) -> _CachedList:
        """Read a list and store it, unless the cache was cleared meanwhile."""
        generation = self._generation
        result: Items | PlexApiError
        try:
            result, lifetime = await read(), _LIFETIME_SECONDS
        except PlexApiError as err:
            result, lifetime = err, _FAILURE_LIFETIME_SECONDS
        cached = _CachedList(result=result, expires_at=self._clock.monotonic() + lifetime)
        if generation == self._generation:
            self._lists.pop(key, None)
            self._lists[key] = cached
            if len(self._lists) > _MAX_LISTS:
                del self._lists[next(iter(self._lists))]
        return cached
