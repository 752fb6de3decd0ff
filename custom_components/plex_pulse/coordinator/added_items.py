"""Collect the items that push reports as added, and read them together."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Clock, MediaItem, PlexApiError, TimelineNotification
from .base import CoordinatorContext
from .library_events import LibraryEvents
from .timeline_stages import as_notified

_LOGGER = logging.getLogger(__name__)

_BATCH_SECONDS: Final = 2.0
"""Time in which added items are collected, to be read in one request."""
_BATCH_ITEMS: Final = 50
_MAX_BATCH_ITEMS: Final = 10_000
"""Items that wait to be read; the oldest are dropped."""


class AddedItems:
    """The items that wait to be read and reported."""

    def __init__(
        self,
        context: CoordinatorContext,
        clock: Clock,
        events: LibraryEvents,
        report: Callable[[str, str, MediaItem], None],
    ) -> None:
        """Start without items; `report` is called with library key, rating key and item."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._clock = clock
        self._events = events
        self._report = report
        self._waiting: dict[str, TimelineNotification] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_collect(self, *notifications: TimelineNotification) -> None:
        """Add items to the batch that is read next."""
        self._waiting |= {found.rating_key: found for found in notifications}
        for key in tuple(self._waiting)[: max(0, len(self._waiting) - _MAX_BATCH_ITEMS)]:
            del self._waiting[key]
        if self._waiting and (self._task is None or self._task.done()):
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_report(), f"{self._entry.title} added items"
            )

    def discard(self, rating_key: str) -> bool:
        """Drop an item that was deleted again; return whether it was waiting."""
        return self._waiting.pop(rating_key, None) is not None

    async def _async_report(self) -> None:
        """Report the collected items, and those that are collected meanwhile."""
        while self._waiting:
            await self._clock.sleep(_BATCH_SECONDS)
            for keys in batched(tuple(self._waiting), _BATCH_ITEMS, strict=False):
                to_read = self._events.keys_to_read(keys, self._waiting)
                items = await self._async_read(to_read)
                self._report_read(keys, items)
                # A batch of which nothing is read would not let other tasks run.
                await asyncio.sleep(0)

    def _report_read(self, keys: Iterable[str], items: dict[str, MediaItem]) -> None:
        """Report a batch, except items that were deleted before they were reported."""
        for key in keys:
            if (notification := self._waiting.pop(key, None)) is not None:
                item = items.get(key) or as_notified(notification)
                self._report(notification.library_key, key, item)

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
