"""The items added last to each library."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
import logging
import math
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import Library, MediaItem, NewestItems, PlexApiError, RetryPolicy, newest_first
from ..shared_state import async_get_shared
from .base import CoordinatorContext, async_start_work
from .bounded_gather import async_gather_tolerant
from .item_counts import CountKey
from .list_marks import ListMark
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
_MAX_LIST_FAILURES: Final = 7
"""A list that failed alone for an hour is read again only by polls and after changes."""
_SINGLE_ATTEMPT: Final = RetryPolicy(max_retries=0)

type RecentItems = Mapping[str, tuple[MediaItem, ...]]
"""The items added last by the uuid of their library: newest first, then those without a
possible date."""


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
        self._counts: Mapping[CountKey, int | None] = {}
        self._list_failures: dict[str, int] = {}
        self._read_at: dict[str, float] = {}
        self.known_before: Mapping[str, ListMark] = {}
        """What was listed before the restart, by the uuid of the library."""
        self._fetch_lock = asyncio.Lock()
        self._failures = 0
        self._is_retry_scheduled = False

    def server_time(self) -> float:
        """Return the Unix seconds by which a date is in the future: by the later clock."""
        return dt_util.utcnow().timestamp() + self._client.seconds_ahead

    def newest(self, uuid: str | None) -> MediaItem | None:
        """Return the newest item of a library, or of all; None while there is none."""
        lists = self.data.values() if uuid is None else (self.data.get(uuid, ()),)
        items = (item for items in lists for item in items)
        return next(iter(newest_first(items, self.server_time())), None)

    def find(self, uuid: str, rating_key: str, since: float) -> MediaItem | None:
        """Return an item from the list of a library, if it was read after a time on the clock."""
        if self._read_at.get(uuid, -math.inf) < since:
            return None
        items = self.data.get(uuid, ())
        return next((item for item in items if item.rating_key == rating_key), None)

    def is_current(self, uuid: str) -> bool:
        """Return whether the list of a library was read since the library last changed."""
        return uuid in self.data and uuid not in self._pending

    @callback
    def async_libraries_changed(
        self,
        libraries: Mapping[str, Library],
        changed: Collection[str],
        counts: Mapping[CountKey, int | None],
    ) -> None:
        """Read the lists of `changed` libraries, and those that have not been read yet."""
        self._present = libraries.keys()
        self._counts = counts
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
            sent_at = self._clock.monotonic()
            try:
                lists = await async_gather_tolerant(due, lambda uuid: self._async_list(due[uuid]))
            except PlexApiError as err:
                _LOGGER.debug("%s: lists could not be read: %s", self.name, err)
                self._schedule_retry(err.retry_after or _RETRY_DELAY_SECONDS)
            else:
                self._record_failures(due, lists)
            self._health.async_update()
            given_up = {uuid for uuid in due if self._is_given_up(uuid)}
            failed = due.keys() - lists.keys() - given_up
            self._pending = {uuid: due[uuid] for uuid in failed} | self._pending
            read_at = self._read_at | dict.fromkeys(lists, sent_at)
            self._read_at = {uuid: at for uuid, at in read_at.items() if uuid in self._present}
            self._async_set({**self.data, **lists})

    def _record_failures(self, due: Collection[str], lists: Collection[str]) -> None:
        """Count the lists that failed alone, and retry those that did not fail too often."""
        failures = {uuid: count for uuid, count in self._list_failures.items() if uuid not in due}
        for uuid in due:
            if uuid not in lists:
                failures[uuid] = self._list_failures.get(uuid, 0) + 1
        self._list_failures = failures
        failed = [uuid for uuid in due if uuid not in lists]
        if not failed:
            self._failures = 0
        elif not all(self._is_given_up(uuid) for uuid in failed):
            self._schedule_retry(_RETRY_DELAY_SECONDS)

    def _is_given_up(self, uuid: str) -> bool:
        """Return whether a list is not retried: one query may fail permanently for one library."""
        return self._list_failures.get(uuid, 0) >= _MAX_LIST_FAILURES

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
        uuid = library.uuid
        newest = await self._async_newest(library, _ITEMS)
        if len(newest.dated) == _ITEMS and self._is_all_new(uuid, newest.dated):
            newest = await self._async_newest(library, _MORE_ITEMS)
        return newest.dated + newest.misdated

    async def _async_newest(self, library: Library, limit: int) -> NewestItems:
        """Return the newest items; a list that failed before is not repeated within the call."""
        return await self._client.get_newest(
            library,
            limit=limit,
            now=self.server_time(),
            counts={
                kind: count for (uuid, kind), count in self._counts.items() if uuid == library.uuid
            },
            policy=_SINGLE_ATTEMPT if library.uuid in self._list_failures else None,
        )

    def _is_all_new(self, uuid: str, items: Collection[MediaItem]) -> bool:
        """Return whether none of the items was listed before, in this run or the last one."""
        if (known := self.data.get(uuid)) is not None:
            return _keys(known).isdisjoint(_keys(items))
        before = self.known_before.get(uuid)
        return before is not None and len(before.newer(items, self.server_time())) == len(items)

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
        async_start_work(self.hass, self.config_entry, work, self.name)

    @callback
    def _async_set(self, data: RecentItems) -> None:
        """Publish the lists of the libraries that still exist, if they differ."""
        data = {uuid: items for uuid, items in data.items() if uuid in self._present}
        if data != self.data:
            self.async_set_updated_data(data)


def _keys(items: Collection[MediaItem]) -> set[str | None]:
    """Return the rating keys of items."""
    return {item.rating_key for item in items}
