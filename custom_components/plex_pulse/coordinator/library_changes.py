"""Events for items added to and deleted from the libraries, and for new libraries."""

import asyncio
from collections.abc import Callable
import logging

from homeassistant.core import callback

from ..api import (
    RECENT_TYPES,
    Library,
    MediaItem,
    PlexApiError,
    TimelineNotification,
)
from ..shared_state import async_get_shared
from ..stored_state import LIBRARIES, StoredState
from .added_items import AddedItems
from .base import CoordinatorContext
from .item_identity import ItemIdentities
from .libraries import LibrariesCoordinator
from .library_arrivals import LibraryArrivals
from .library_change import LibraryChange, LibraryChangeKind
from .library_events import LibraryEvents
from .library_lists import LibraryLists
from .recently_added import ALL_LIBRARIES
from .timeline_stages import (
    REPORTED_TYPES,
    ItemStage,
    TimelineEvent,
    TimelineStages,
    as_notified,
)

_LOGGER = logging.getLogger(__name__)


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
        self._events = LibraryEvents(self._clock, stored)
        self._unsubscribe: list[Callable[[], None]] = []
        self._stages = TimelineStages()
        self._identities = ItemIdentities(self._clock)
        self._arrivals = LibraryArrivals(self._clock, libraries.is_scanning)
        self._lists = LibraryLists(
            libraries,
            stored,
            identities=self._identities,
            stages=self._stages,
            arrivals=self._arrivals,
            report=self._report_added,
            is_waiting=self._is_waiting,
        )
        self._added = AddedItems(
            context, self._clock, self._events, self._lists, self._report_added
        )
        self._due_task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    @callback
    def async_start(self) -> None:
        """Forget the stored state if no entity reports changes: it would become stale."""
        if not self._events.has_listeners:
            self._stored.async_set(LIBRARIES, None)
            self._events.async_forget()

    @callback
    def async_pop(self) -> list[LibraryChange]:
        """Return the changes to report now, oldest first."""
        return self._events.async_pop()

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener when there is something to pop; returns what unsubscribes."""
        self._events.add_listener(listener)
        if not self._unsubscribe:
            recently_added = self._libraries.recently_added
            has_stored = self._stored.get(LIBRARIES) is not None
            self._arrivals.start(
                self._lists.marks if has_stored else self._libraries.data.libraries
            )
            self._unsubscribe = [
                recently_added.async_add_listener(self._async_handle_recently_added, ALL_LIBRARIES),
                self._libraries.async_add_listener(self._async_handle_libraries),
                self._health.async_on_reconnect(self._schedule),
            ]
            self._async_handle_libraries()

        @callback
        def remove_listener() -> None:
            """Remove the listener, and with the last one the subscriptions."""
            self._events.remove_listener(listener)
            if not self._events.has_listeners:
                for unsubscribe in self._unsubscribe:
                    unsubscribe()
                self._unsubscribe = []

        return remove_listener

    @callback
    def async_flush(self) -> None:
        """Emit the summaries that are pending; the entry is unloaded."""
        self._events.async_emit_summaries(is_final=True)

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
        self._events.update_titles(libraries.values())
        self._arrivals.update(libraries)
        self._lists.async_store_marks()
        self._schedule()

    @callback
    def _async_handle_recently_added(self) -> None:
        """Emit events for items that are new in the lists."""
        self._lists.async_compare()
        self._schedule()

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Track the progress of an item; emit an event when it is done or deleted."""
        key = notification.rating_key
        if (
            not self._events.has_listeners
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
                    self._added.async_collect(notification)

    def _is_waiting(self, rating_key: str) -> bool:
        """Return whether an item waits to be read."""
        return self._added.is_waiting(rating_key)

    def _delete(self, notification: TimelineNotification) -> None:
        """Emit an event for a deleted item, unless it was never reported as added."""
        key, library_key = notification.rating_key, notification.library_key
        stage = self._stages.get(key)
        self._stages.set(key, ItemStage.DELETED)
        deleted = as_notified(notification)
        self._identities.record_deleted(library_key, key, deleted)
        self._arrivals.discard(notification)
        is_unreported = (
            self._added.discard(key)
            or self._events.discard_added(library_key, key)
            or stage in {ItemStage.CREATED, ItemStage.IGNORED, ItemStage.DELETED}
            or self._arrivals.is_arriving(library_key)
        )
        if not is_unreported:
            self._report(LibraryChangeKind.DELETED, library_key, key, deleted)

    def _report_added(self, library_key: str, key: str, item: MediaItem) -> None:
        """Report an added item, unless it was there a short time ago under another key."""
        if self._identities.record_added(library_key, item):
            self._stages.set(key, ItemStage.IGNORED)
            return
        self._stages.set(key, ItemStage.ADDED)
        self._report(LibraryChangeKind.ADDED, library_key, key, item)

    def _report(self, kind: LibraryChangeKind, library_key: str, key: str, item: MediaItem) -> None:
        """Emit an event for an item, or count it for the summary of a burst."""
        if not self._events.async_report(kind, library_key, key, item):
            self._schedule()

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
        times = (self._events.seconds_until_due(), arrival)
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
            self._events.async_emit_summaries()
            if self._health.data.connected:
                await self._async_emit_arrivals()

    async def _async_emit_arrivals(self) -> None:
        """Emit an event for each new library that has its items."""
        libraries, released = self._arrivals.examine_due()
        for library in libraries:
            count = await self._async_count(library)
            if self._arrivals.complete(library, count):
                self._events.async_emit_library(library, count)
        self._lists.async_store_marks()
        self._added.async_collect(*released)

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
