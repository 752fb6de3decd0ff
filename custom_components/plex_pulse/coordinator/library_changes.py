"""Events for items added to and deleted from the libraries, and for new libraries."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import (
    RECENT_TYPES,
    Library,
    MediaItem,
    PlexApiError,
    TimelineNotification,
    newest_first,
)
from ..shared_state import async_get_shared
from ..stored_state import LIBRARIES, StoredState
from ..streams.titles import full_title
from .base import CoordinatorContext
from .change_bursts import BurstKey, ChangeBursts
from .item_identity import ItemIdentities
from .libraries import LibrariesCoordinator
from .library_arrivals import LibraryArrivals
from .library_change import LibraryChange, LibraryChangeKind
from .list_marks import ListMark
from .recently_added import ALL_LIBRARIES, RecentItems
from .timeline_stages import (
    REPORTED_TYPE_NAMES,
    REPORTED_TYPES,
    ItemStage,
    TimelineEvent,
    TimelineStages,
    as_notified,
)

_LOGGER = logging.getLogger(__name__)

_BATCH_SECONDS: Final = 2.0
"""Time in which added items are collected, to be read in one request."""
_BATCH_ITEMS: Final = 50
_MAX_BATCH_ITEMS: Final = 10_000
"""Items that wait to be read; the oldest are dropped."""
_MAX_TITLES: Final = 2_000
"""Titles of libraries that are remembered, also of deleted ones."""
_UNLISTED: Final = ""
"""Stands for all libraries that the server has never listed: their items are limited together."""
_SUMMARIES: Final = {
    LibraryChangeKind.ADDED: LibraryChangeKind.ITEMS_ADDED,
    LibraryChangeKind.DELETED: LibraryChangeKind.ITEMS_DELETED,
}


class LibraryChangeTracker:
    """Turns timeline notifications, or newly listed items, into events.

    One event per item, up to 20 of a library in a minute; the rest are one summary. A library
    that appears is one event with the number of its items. Items that are added while push is
    down, or while Home Assistant is, are found in the lists of recently added items, as far as
    these reach back; items that are deleted meanwhile are not reported.
    """

    def __init__(
        self, context: CoordinatorContext, libraries: LibrariesCoordinator, stored: StoredState
    ) -> None:
        """Start without pending items."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._health = context.health
        self._libraries = libraries
        self._stored = stored
        self._clock = async_get_shared(context.hass).rate_limiters.clock
        self._marks = _load_marks(stored)
        libraries.recently_added.known_before = {
            uuid: mark for uuid, mark in self._marks.items() if mark is not None
        }
        self._listed: RecentItems = {}
        self._titles: dict[str, str] = {}
        self._listeners: list[Callable[[LibraryChange], None]] = []
        self._unsubscribe: list[Callable[[], None]] = []
        self._stages = TimelineStages()
        self._identities = ItemIdentities(self._clock)
        self._bursts = ChangeBursts(self._clock)
        self._arrivals = LibraryArrivals(self._clock, libraries.is_scanning)
        self._batch: dict[str, TimelineNotification] = {}
        self._batch_task: asyncio.Task[None] | None = None
        self._due_task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    @callback
    def async_start(self) -> None:
        """Forget the stored state if no entity reports changes: it would become stale."""
        if not self._listeners:
            self._stored.async_set(LIBRARIES, None)

    @callback
    def async_add_listener(self, listener: Callable[[LibraryChange], None]) -> Callable[[], None]:
        """Call a listener with every change; returns what unsubscribes."""
        self._listeners.append(listener)
        if not self._unsubscribe:
            recently_added = self._libraries.recently_added
            has_stored = self._stored.get(LIBRARIES) is not None
            self._arrivals.start(self._marks if has_stored else self._libraries.data.libraries)
            self._unsubscribe = [
                recently_added.async_add_listener(self._async_handle_recently_added, ALL_LIBRARIES),
                self._libraries.async_add_listener(self._async_handle_libraries),
                self._health.async_on_reconnect(self._schedule),
            ]
            self._async_handle_libraries()

        @callback
        def remove_listener() -> None:
            """Remove the listener, and with the last one the subscriptions."""
            self._listeners.remove(listener)
            if not self._listeners:
                for unsubscribe in self._unsubscribe:
                    unsubscribe()
                self._unsubscribe = []

        return remove_listener

    @callback
    def async_flush(self) -> None:
        """Emit the summaries that are pending; the entry is unloaded."""
        self._emit_summaries(is_final=True)

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Drop pending items when push ends; the recently added lists report them instead."""
        if not is_connected:
            self._stages.drop_created()
            self._async_handle_recently_added()

    @callback
    def _async_handle_libraries(self) -> None:
        """Recognize new libraries."""
        libraries = self._libraries.data.libraries
        self._titles |= {library.key: library.title for library in libraries.values()}
        for key in tuple(self._titles)[: max(0, len(self._titles) - _MAX_TITLES)]:
            del self._titles[key]
        self._arrivals.update(libraries)
        self._store_marks()
        self._schedule()

    @callback
    def _async_handle_recently_added(self) -> None:
        """Emit events for items that are new in the lists."""
        lists, now = self._libraries.recently_added.data, dt_util.utcnow().timestamp()
        for uuid, library in self._libraries.data.libraries.items():
            if (items := lists.get(uuid)) is None:
                continue
            mark = self._marks.get(uuid)
            # The first list of a library holds existing items.
            if mark is not None and not self._arrivals.is_arriving(library.key):
                self._compare_lists(library, items, mark.newer(items, now))
            for item in items:
                self._identities.add_existing(library.key, item)
            done = [item for item in items if not self._is_in_progress(item)]
            self._marks[uuid] = ListMark.of(done, now)
        self._listed = dict(lists)
        self._store_marks()
        self._schedule()

    def _compare_lists(
        self, library: Library, items: Sequence[MediaItem], newer: Iterable[MediaItem]
    ) -> None:
        """Emit events for the items that are new in a list."""
        listed = {item.rating_key for item in items}
        for item in self._listed.get(library.uuid, ()):
            # Deleted, or followed by newer ones; it matters only if it comes back.
            if item.rating_key is not None and item.rating_key not in listed:
                self._identities.record_deleted(item.rating_key)
        # The oldest event first: the last one is the newest item.
        for item in reversed(newest_first(newer, dt_util.utcnow().timestamp())):
            key = item.rating_key
            is_reported = self._stages.get(key) is not None
            if key is not None and item.item_type in REPORTED_TYPE_NAMES and not is_reported:
                self._report_added(library.key, key, item)

    def _is_in_progress(self, item: MediaItem) -> bool:
        """Return whether push has reported an item as created but not as done."""
        return self._stages.get(item.rating_key) is ItemStage.CREATED

    @callback
    def _store_marks(self) -> None:
        """Keep the marks of the libraries that exist over a restart."""
        libraries = self._libraries.data.libraries
        self._marks = {uuid: self._marks.get(uuid) for uuid in libraries}
        stored = {
            uuid: mark.as_json() if mark is not None else None
            for uuid, mark in self._marks.items()
            # A library that arrives is reported after a restart instead.
            if not self._arrivals.is_arriving(libraries[uuid].key)
        }
        self._stored.async_set(LIBRARIES, stored)

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Track the progress of an item; emit an event when it is done or deleted."""
        key = notification.rating_key
        if (
            not self._listeners
            or notification.item_type not in REPORTED_TYPES
            or not key.isdecimal()
        ):
            return
        match self._stages.event_of(notification):
            case TimelineEvent.DELETED:
                self._delete(notification)
            case TimelineEvent.CREATED:
                self._stages.set(key, ItemStage.CREATED)
            case TimelineEvent.ADDED:
                self._stages.set(key, ItemStage.ADDED)
                if self._arrivals.hold_back(notification):
                    self._schedule()
                else:
                    self._collect(notification)

    def _delete(self, notification: TimelineNotification) -> None:
        """Emit an event for a deleted item, unless it was never reported as added."""
        key, library_key = notification.rating_key, notification.library_key
        stage = self._stages.get(key)
        self._stages.set(key, ItemStage.DELETED)
        self._identities.record_deleted(key)
        self._arrivals.discard(notification)
        is_unreported = (
            self._batch.pop(key, None) is not None
            or self._bursts.discard(self._burst_key(library_key, LibraryChangeKind.ADDED), key)
            or stage in {ItemStage.CREATED, ItemStage.IGNORED, ItemStage.DELETED}
            or self._arrivals.is_arriving(library_key)
        )
        if not is_unreported:
            self._report(LibraryChangeKind.DELETED, library_key, key, as_notified(notification))

    def _collect(self, *notifications: TimelineNotification) -> None:
        """Add items to the batch that is read next."""
        self._batch |= {found.rating_key: found for found in notifications}
        for key in tuple(self._batch)[: max(0, len(self._batch) - _MAX_BATCH_ITEMS)]:
            del self._batch[key]
        if self._batch and (self._batch_task is None or self._batch_task.done()):
            self._batch_task = self._entry.async_create_background_task(
                self._hass, self._async_emit_added(), f"{self._entry.title} added items"
            )

    async def _async_emit_added(self) -> None:
        """Emit events for the collected items, and for those that are collected meanwhile."""
        while self._batch:
            await self._clock.sleep(_BATCH_SECONDS)
            for keys in batched(tuple(self._batch), _BATCH_ITEMS, strict=False):
                items = await self._async_read(self._keys_to_read(keys))
                for key in keys:
                    # Deleted before it was reported: emit nothing.
                    if (notification := self._batch.pop(key, None)) is not None:
                        item = items.get(key) or as_notified(notification)
                        self._report_added(notification.library_key, key, item)
                # A batch of which nothing is read would not let other tasks run.
                await asyncio.sleep(0)

    def _keys_to_read(self, keys: Iterable[str]) -> list[str]:
        """Return the items to read: those that are reported, and the titles of a summary."""
        to_read: list[str] = []
        slots: dict[str, int] = {}
        for key in keys:
            if (notification := self._batch.get(key)) is None:
                continue
            burst = self._burst_key(notification.library_key, LibraryChangeKind.ADDED)
            slots.setdefault(
                notification.library_key,
                self._bursts.free_slots(burst) + self._bursts.missing_titles(burst),
            )
            if slots[notification.library_key]:
                slots[notification.library_key] -= 1
                to_read.append(key)
        return to_read

    async def _async_read(self, rating_keys: Sequence[str]) -> dict[str, MediaItem]:
        """Return the items by rating key; none if they cannot be read."""
        if not rating_keys:
            return {}
        try:
            items = await self._client.get_items(rating_keys)
        except PlexApiError as err:
            _LOGGER.debug("%s: added items could not be read: %s", self._entry.title, err)
            return {}
        return {item.rating_key: item for item in items if item.rating_key is not None}

    def _report_added(self, library_key: str, key: str, item: MediaItem) -> None:
        """Report an added item, unless it was there a short time ago under another key."""
        if self._identities.record_added(library_key, item):
            self._stages.set(key, ItemStage.IGNORED)
            return
        self._stages.set(key, ItemStage.ADDED)
        self._report(LibraryChangeKind.ADDED, library_key, key, item)

    def _report(self, kind: LibraryChangeKind, library_key: str, key: str, item: MediaItem) -> None:
        """Emit an event for an item, or count it for the summary of a burst."""
        burst = self._burst_key(library_key, kind)
        if self._bursts.report(burst):
            self._emit(
                LibraryChange(
                    kind=kind,
                    library_key=library_key,
                    library_title=item.library_title or self._titles.get(library_key),
                    item=item,
                )
            )
        else:
            self._bursts.summarize(burst, key, full_title(item))
            self._schedule()

    def _burst_key(self, library_key: str, kind: LibraryChangeKind) -> BurstKey:
        """Return the key under which the events of a library are limited."""
        return (library_key if library_key in self._titles else _UNLISTED, kind)

    @callback
    def _schedule(self) -> None:
        """Wait for the next summary or library, from now on if it is due earlier."""
        self._wake.set()
        if self._seconds_until_due() is not None and (
            self._due_task is None or self._due_task.done()
        ):
            self._due_task = self._entry.async_create_background_task(
                self._hass, self._async_emit_due(), f"{self._entry.title} library summaries"
            )

    def _seconds_until_due(self) -> float | None:
        """Return the time until the next summary or library, None without one."""
        # During an outage no library can be counted; the reconnect reads them all.
        arrival = self._arrivals.seconds_until_due() if self._health.data.connected else None
        times = (self._bursts.seconds_until_due(), arrival)
        return min((seconds for seconds in times if seconds is not None), default=None)

    async def _async_emit_due(self) -> None:
        """Emit the summaries and the new libraries when they are due."""
        while (seconds := self._seconds_until_due()) is not None:
            self._wake.clear()
            if seconds:
                try:
                    async with self._clock.timeout(seconds):
                        await self._wake.wait()
                except TimeoutError:
                    pass
                else:
                    continue
            self._emit_summaries()
            if self._health.data.connected:
                await self._async_emit_arrivals()

    def _emit_summaries(self, *, is_final: bool = False) -> None:
        """Emit the summaries of the bursts that have ended."""
        for summary in self._bursts.pop_due(is_final=is_final):
            self._emit(
                LibraryChange(
                    kind=_SUMMARIES[summary.kind],
                    library_key=summary.library_key,
                    library_title=self._titles.get(summary.library_key),
                    count=summary.count,
                    titles=summary.titles,
                )
            )

    async def _async_emit_arrivals(self) -> None:
        """Emit an event for each new library that has its items."""
        libraries, released = self._arrivals.pop_due()
        for library in libraries:
            count = await self._async_count(library)
            self._emit(
                LibraryChange(
                    kind=LibraryChangeKind.LIBRARY_ADDED,
                    library_key=library.key,
                    library_title=library.title,
                    library_kind=library.kind,
                    count=count,
                )
            )
        self._store_marks()
        self._collect(*released)

    async def _async_count(self, library: Library) -> int | None:
        """Return the number of items of a library, None if they cannot be counted."""
        total: int | None = None
        for media_type in RECENT_TYPES.get(library.kind, ()):
            try:
                count: int | None = await self._client.count_items(library.key, media_type)
            except PlexApiError as err:
                _LOGGER.debug("%s: a new library cannot be counted: %s", self._entry.title, err)
                count = self._libraries.data.counts.get((library.uuid, media_type))
            if count is not None:
                total = (total or 0) + count
        return total

    @callback
    def _emit(self, change: LibraryChange) -> None:
        """Call every listener."""
        for listener in tuple(self._listeners):
            listener(change)


def _load_marks(stored: StoredState) -> dict[str, ListMark | None]:
    """Return the stored marks by the uuid of the library; None for a list that was not read."""
    loaded = stored.get(LIBRARIES)
    if not isinstance(loaded, dict):
        return {}
    return {str(uuid): ListMark.from_json(value) for uuid, value in loaded.items()}
