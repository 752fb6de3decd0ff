"""Collect the items that push reports as added, and read them together."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import batched
import logging
import math
from typing import Final

from homeassistant.core import callback

from ..api import Clock, MediaItem, MutableRecord, PlexApiError, TimelineNotification
from .base import CoordinatorContext
from .library_events import LibraryEvents
from .library_lists import LibraryLists
from .timeline_stages import as_notified

_LOGGER = logging.getLogger(__name__)

_BATCH_SECONDS: Final = 2.0
"""Time in which added items are collected, to be read in one request."""
_BATCH_ITEMS: Final = 50
_MAX_BATCH_ITEMS: Final = 10_000
"""Items that wait to be read; the oldest are dropped."""
_LIST_SECONDS: Final = 15.0
"""Time in which an item that cannot be read is expected in the list of its library.

The list is read five seconds after the last change.
"""


class _Waiting(MutableRecord):
    """An item that is not reported yet; times in seconds on the clock."""

    notification: TimelineNotification
    since: float
    retry_at: float | None = None
    """When the item is read again, None if it was not read yet."""


class AddedItems:
    """The items that wait to be read and reported.

    One that cannot be read is taken from the list of its library, or is read once more.
    """

    def __init__(
        self,
        context: CoordinatorContext,
        clock: Clock,
        events: LibraryEvents,
        lists: LibraryLists,
        report: Callable[[str, str, MediaItem], None],
    ) -> None:
        """Start without items; `report` is called with library key, rating key and item."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._clock = clock
        self._events = events
        self._lists = lists
        self._report = report
        self._waiting: dict[str, _Waiting] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_collect(self, *notifications: TimelineNotification) -> None:
        """Add items to the batch that is read next."""
        now = self._clock.monotonic()
        self._waiting |= {
            found.rating_key: _Waiting(notification=found, since=now) for found in notifications
        }
        for key in tuple(self._waiting)[: max(0, len(self._waiting) - _MAX_BATCH_ITEMS)]:
            del self._waiting[key]
        if self._waiting and (self._task is None or self._task.done()):
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_report(), f"{self._entry.title} added items"
            )

    def is_waiting(self, rating_key: str) -> bool:
        """Return whether an item is not reported yet."""
        return rating_key in self._waiting

    def discard(self, rating_key: str) -> bool:
        """Drop an item that was deleted again; return whether it was waiting."""
        return self._waiting.pop(rating_key, None) is not None

    async def _async_report(self) -> None:
        """Report the collected items, and those that are collected meanwhile."""
        while self._waiting:
            await self._clock.sleep(_BATCH_SECONDS)
            listed = self._find_listed()
            due = tuple(key for key in self._waiting if key in listed or self._is_due(key))
            for batch in batched(due, _BATCH_ITEMS, strict=False):
                keys = [key for key in batch if key in self._waiting]
                await self._async_report_batch(keys, listed)
                # A batch of which nothing is read would not let other tasks run.
                await asyncio.sleep(0)

    def _is_due(self, key: str) -> bool:
        """Return whether an item is read now."""
        retry_at = self._waiting[key].retry_at
        return retry_at is None or retry_at <= self._clock.monotonic()

    def _find_listed(self) -> dict[str, MediaItem]:
        """Return the items that could not be read and are listed by now."""
        return {
            key: item
            for key, waiting in self._waiting.items()
            if waiting.retry_at is not None and (item := self._find(waiting, waiting.since))
        }

    def _find(self, waiting: _Waiting, since: float) -> MediaItem | None:
        """Return an item from its list, if that was read after a time on the clock."""
        notification = waiting.notification
        return self._lists.find(notification.library_key, notification.rating_key, since)

    async def _async_report_batch(self, keys: Sequence[str], listed: dict[str, MediaItem]) -> None:
        """Read and report items, except those that are deleted meanwhile or expected in a list."""
        needed = self._events.keys_to_read(
            keys, {key: self._waiting[key].notification for key in keys}
        )
        items = listed | await self._async_read([key for key in needed if key not in listed])
        for key in keys:
            if (waiting := self._waiting.get(key)) is None:
                continue
            item = items.get(key)
            if item is None and key in needed:
                item = self._find(waiting, waiting.since)
                if item is None and waiting.retry_at is None:
                    waiting.retry_at = self._clock.monotonic() + _LIST_SECONDS
                    continue
                # An older list may have the name of the file as the title.
                item = item or self._find(waiting, -math.inf)
            del self._waiting[key]
            item = item or as_notified(waiting.notification)
            self._report(waiting.notification.library_key, key, item)
        self._lists.async_reported()

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
