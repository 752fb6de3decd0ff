"""The items added last to each library."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from datetime import UTC, datetime
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback

from ..api import Library, MediaItem, PlexApiError
from ..shared_state import async_get_shared
from .base import CoordinatorContext
from .bounded_gather import async_gather_tolerant
from .sliced_listeners import SlicedListeners

_LOGGER = logging.getLogger(__name__)

ALL_LIBRARIES: Final = ""
"""The context of a listener for all libraries, instead of one library's uuid."""

_ITEMS: Final = 5
_MORE_ITEMS: Final = 50
"""Read where all of the first items are new, and there may be more."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""Delay of the first retry of a list that could not be read; it doubles."""
_POLL_SECONDS: Final = 3600.0
"""Interval of the libraries poll, which reads the lists again anyway."""
_MAX_DOUBLINGS: Final = 10
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

type RecentItems = Mapping[str, tuple[MediaItem, ...]]
"""The items added last, newest first, by the uuid of their library."""


class RecentlyAddedCoordinator(SlicedListeners[RecentItems]):
    """Reads the list of a library after the library has changed; has no poll of its own."""

    config_entry: ConfigEntry

    def __init__(self, context: CoordinatorContext) -> None:
        """Start without lists."""
        super().__init__(
            context.hass,
            _LOGGER,
            config_entry=context.entry,
            name=f"{context.entry.title} recently added",
        )
        self.data = {}
        self._client = context.client
        self._health = context.health
        self._clock = async_get_shared(context.hass).rate_limiters.clock
        self._pending: dict[str, Library] = {}
        self._present: Collection[str] = ()
        self._fetch_lock = asyncio.Lock()
        self._failures = 0
        self._is_retry_scheduled = False

    def newest(self, uuid: str | None) -> MediaItem | None:
        """Return the newest item of a library, or of all; None while there is none."""
        if uuid is not None:
            return next(iter(self.data.get(uuid, ())), None)
        newest = [items[0] for items in self.data.values() if items]
        return max(newest, key=lambda item: item.added_at or _LONG_AGO, default=None)

    @callback
    def async_libraries_changed(
        self, libraries: Mapping[str, Library], changed: Collection[str]
    ) -> None:
        """Read the lists of `changed` libraries, and those that have not been read yet."""
        self._present = libraries.keys()
        self._pending = {
            uuid: library
            for uuid, library in libraries.items()
            if uuid in changed or uuid in self._pending or uuid not in self.data
        }
        self._async_set(self.data)
        self.async_read_pending()

    @callback
    def async_read_pending(self) -> None:
        """Read the pending lists that have a listener."""
        if self._pending:
            self._async_start(self._async_read())

    async def _async_read(self) -> None:
        """Read the pending lists that have a listener; requeue those that fail."""
        async with self._fetch_lock:
            due = self._due()
            # The libraries poll after the reconnect finds out what has changed.
            if not due or not self._health.data.connected:
                return
            lists: RecentItems = {}
            self._pending = {uuid: self._pending[uuid] for uuid in self._pending.keys() - due}
            try:
                lists = await async_gather_tolerant(due, lambda uuid: self._async_list(due[uuid]))
            except PlexApiError as err:
                _LOGGER.debug("%s: lists could not be read: %s", self.name, err)
                self._schedule_retry(err.retry_after or _RETRY_DELAY_SECONDS)
            else:
                if due.keys() <= lists.keys():
                    self._failures = 0
                else:
                    self._schedule_retry(_RETRY_DELAY_SECONDS)
            self._health.async_update()
            self._pending = {uuid: due[uuid] for uuid in due.keys() - lists.keys()} | self._pending
            self._async_set({**self.data, **lists})

    def _due(self) -> dict[str, Library]:
        """Return the pending libraries that have a listener."""
        contexts = set(self.async_contexts())
        return {
            uuid: library
            for uuid, library in self._pending.items()
            if ALL_LIBRARIES in contexts or uuid in contexts
        }

    async def _async_list(self, library: Library) -> tuple[MediaItem, ...]:
        """Return the newest items, and more if none of them was known."""
        items = await self._client.get_recently_added(limit=_ITEMS, library=library)
        known = self.data.get(library.uuid)
        if known is None or len(items) < _ITEMS or not _keys(known).isdisjoint(_keys(items)):
            return items
        return await self._client.get_recently_added(limit=_MORE_ITEMS, library=library)

    def _schedule_retry(self, seconds: float) -> None:
        """Schedule a retry, unless the libraries poll comes first."""
        delay = seconds * 2 ** min(self._failures, _MAX_DOUBLINGS)
        self._failures += 1
        if delay < _POLL_SECONDS and not self._is_retry_scheduled:
            self._is_retry_scheduled = True
            self._async_start(self._async_retry(delay))

    async def _async_retry(self, seconds: float) -> None:
        """Read the pending lists after a delay."""
        await self._clock.sleep(seconds)
        self._is_retry_scheduled = False
        await self._async_read()

    @callback
    def _async_start(self, work: Coroutine[None, None, None]) -> None:
        """Run work in the background until the entry is unloaded."""
        self.config_entry.async_create_background_task(self.hass, work, self.name)

    @callback
    def _async_set(self, data: RecentItems) -> None:
        """Publish the lists of the libraries that still exist, if they differ."""
        data = {uuid: items for uuid, items in data.items() if uuid in self._present}
        if data != self.data:
            self.async_set_updated_data(data)


def _keys(items: Collection[MediaItem]) -> set[str | None]:
    """Return the rating keys of items."""
    return {item.rating_key for item in items}
