"""Events for items added to and deleted from the libraries, one per item."""

import asyncio
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import batched
import logging
from typing import Final, NamedTuple

from homeassistant.core import callback

from ..api import MediaItem, MediaType, PlexApiError, TimelineNotification
from ..shared_state import async_get_shared
from .base import CoordinatorContext
from .libraries import LibrariesCoordinator
from .recently_added import ALL_LIBRARIES, RecentItems

_LOGGER = logging.getLogger(__name__)

# Shows and artists are reported by their episodes and albums, tracks by their album.
_REPORTED_TYPES: Final = frozenset(
    {MediaType.MOVIE, MediaType.EPISODE, MediaType.ALBUM, MediaType.PHOTO, MediaType.CLIP}
)
_REPORTED_TYPE_NAMES: Final = frozenset(media_type.name.lower() for media_type in _REPORTED_TYPES)
_STATE_CREATED: Final = 0
_STATE_DONE: Final = 5
_STATE_DELETED: Final = 9
_BATCH_SECONDS: Final = 2.0
"""Time in which added items are collected, to be read in one request."""
_BATCH_ITEMS: Final = 50
_MAX_TRACKED_ITEMS: Final = 10_000
"""More items are not in progress at once, even while a whole library is added."""


class LibraryChangeKind(StrEnum):
    """What can happen to an item of a library."""

    ADDED = "added"
    DELETED = "deleted"


class LibraryChange(NamedTuple):
    """An added or deleted item; of one that cannot be read only title and type are known."""

    kind: LibraryChangeKind
    library_key: str
    item: MediaItem


class _ItemStage(StrEnum):
    """The progress of an item, as push has reported it."""

    CREATED = "created"
    ADDED = "added"
    DELETED = "deleted"


class _TimelineEvent(StrEnum):
    """What a timeline notification means, from its two sources of truth."""

    CREATED = "created"
    DONE = "done"
    DELETED = "deleted"
    OTHER = "other"


class LibraryChangeTracker:
    """Turns timeline notifications, or newly listed items, into one event per item.

    Items that are added while push is down are found in the lists of recently added items,
    as far as these reach back; items that are deleted meanwhile are not reported.
    """

    def __init__(self, context: CoordinatorContext, libraries: LibrariesCoordinator) -> None:
        """Start without pending items; existing items raise no event."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._libraries = libraries
        self._clock = async_get_shared(context.hass).rate_limiters.clock
        self._listed: RecentItems = {}
        self._listeners: list[Callable[[LibraryChange], None]] = []
        self._unsubscribe: Callable[[], None] | None = None
        self._stages: dict[str, _ItemStage] = {}
        self._batch: dict[str, TimelineNotification] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_add_listener(self, listener: Callable[[LibraryChange], None]) -> Callable[[], None]:
        """Call a listener with every change; returns what unsubscribes."""
        if self._unsubscribe is None:
            self._unsubscribe = self._libraries.recently_added.async_add_listener(
                self._async_handle_recently_added, ALL_LIBRARIES
            )
        self._listeners.append(listener)

        @callback
        def remove_listener() -> None:
            """Remove the listener, and with the last one the subscription to the lists."""
            self._listeners.remove(listener)
            if not self._listeners and self._unsubscribe is not None:
                self._unsubscribe()
                self._unsubscribe = None

        return remove_listener

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Drop pending items when push ends; the recently added lists report them instead."""
        if not is_connected:
            self._stages = {
                key: stage for key, stage in self._stages.items() if stage is not _ItemStage.CREATED
            }
            self._async_handle_recently_added()

    @callback
    def _async_handle_recently_added(self) -> None:
        """Emit events for items that are new in the lists."""
        lists, before = self._libraries.recently_added.data, self._listed
        for uuid, library in self._libraries.data.libraries.items():
            if uuid not in lists or uuid not in before:
                # The first list of a library holds existing items.
                continue
            # The oldest event first: the last one is the newest item.
            for item in reversed(_newer(lists[uuid], before[uuid])):
                self._emit_if_new(item, library.key)
        self._listed = {
            uuid: tuple(item for item in items if not self._is_in_progress(item))
            for uuid, items in lists.items()
        }

    def _emit_if_new(self, item: MediaItem, library_key: str) -> None:
        """Emit an event for a listed item that push has not reported."""
        key = item.rating_key
        if key is not None and item.item_type in _REPORTED_TYPE_NAMES and key not in self._stages:
            self._set_stage(key, _ItemStage.ADDED)
            self._emit(LibraryChangeKind.ADDED, library_key, item)

    def _is_in_progress(self, item: MediaItem) -> bool:
        """Return whether push has reported an item as created but not as done."""
        return self._stages.get(item.rating_key or "") is _ItemStage.CREATED

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Track the progress of an item; emit an event when it is done or deleted."""
        key = notification.rating_key
        if (
            not self._listeners
            or notification.item_type not in _REPORTED_TYPES
            or not key.isdecimal()
        ):
            return
        stage = self._stages.get(key)
        match _timeline_event(notification), stage:
            case _TimelineEvent.DELETED, _:
                self._delete(notification, stage)
            case _TimelineEvent.CREATED, None:
                self._set_stage(key, _ItemStage.CREATED)
                if notification.state == _STATE_DONE:
                    self._add(notification)
            # Comes twice, the second time when the item is completely analyzed.
            case _TimelineEvent.DONE, _ItemStage.CREATED:
                self._add(notification)
            case _TimelineEvent.CREATED, _ItemStage.CREATED if notification.state == _STATE_DONE:
                self._add(notification)

    def _add(self, notification: TimelineNotification) -> None:
        """Collect an item that is done."""
        self._set_stage(notification.rating_key, _ItemStage.ADDED)
        self._collect(notification)

    def _delete(self, notification: TimelineNotification, stage: _ItemStage | None) -> None:
        """Emit an event for a deleted item, unless it was never reported as added."""
        key = notification.rating_key
        self._set_stage(key, _ItemStage.DELETED)
        is_unreported = self._batch.pop(key, None) is not None or stage is _ItemStage.CREATED
        if stage is not _ItemStage.DELETED and not is_unreported:
            self._emit(
                LibraryChangeKind.DELETED, notification.library_key, _as_notified(notification)
            )

    def _set_stage(self, key: str, stage: _ItemStage) -> None:
        """Remember the stage of an item, and forget the item that was tracked first."""
        self._stages[key] = stage
        if len(self._stages) > _MAX_TRACKED_ITEMS:
            del self._stages[next(iter(self._stages))]

    def _collect(self, notification: TimelineNotification) -> None:
        """Add an item to the batch that is read next."""
        self._batch[notification.rating_key] = notification
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_emit_added(), f"{self._entry.title} added items"
            )

    async def _async_emit_added(self) -> None:
        """Emit events for the collected items, and for those that are collected meanwhile."""
        while self._batch:
            await self._clock.sleep(_BATCH_SECONDS)
            for keys in batched(tuple(self._batch), _BATCH_ITEMS, strict=False):
                items = await self._async_read(keys)
                for key in keys:
                    # Deleted before it was announced: emit nothing.
                    if (notification := self._batch.pop(key, None)) is not None:
                        item = items.get(key) or _as_notified(notification)
                        self._emit(LibraryChangeKind.ADDED, notification.library_key, item)

    async def _async_read(self, rating_keys: Sequence[str]) -> dict[str, MediaItem]:
        """Return the items by rating key; none if they cannot be read."""
        try:
            items = await self._client.get_items(rating_keys)
        except PlexApiError as err:
            _LOGGER.debug("%s: added items could not be read: %s", self._entry.title, err)
            return {}
        return {item.rating_key: item for item in items if item.rating_key is not None}

    @callback
    def _emit(self, kind: LibraryChangeKind, library_key: str, item: MediaItem) -> None:
        """Call every listener."""
        change = LibraryChange(kind=kind, library_key=library_key, item=item)
        for listener in tuple(self._listeners):
            listener(change)


def _timeline_event(notification: TimelineNotification) -> _TimelineEvent:
    """Return what a notification means; servers fill `state`, `metadataState` or both."""
    if notification.state == _STATE_DELETED or notification.metadata_state == "deleted":
        return _TimelineEvent.DELETED
    if notification.state == _STATE_CREATED or notification.metadata_state == "created":
        return _TimelineEvent.CREATED
    if notification.state == _STATE_DONE:
        return _TimelineEvent.DONE
    return _TimelineEvent.OTHER


def _newer(items: Sequence[MediaItem], before: Sequence[MediaItem]) -> list[MediaItem]:
    """Return the items that did not exist when those in `before` were the newest.

    Rating keys count up. An older item enters a list, too, when another one is deleted from
    it, and an old one moves to the top when its date is edited.
    """
    highest = max(map(_number, before), default=-1)
    dates = [item.added_at for item in before if item.added_at is not None]
    return [
        item
        for item in items
        if _number(item) > highest
        and (item.added_at is None or not dates or item.added_at >= min(dates))
    ]


def _number(item: MediaItem) -> int:
    """Return a rating key as a number, -1 for one that is no number."""
    key = item.rating_key or ""
    return int(key) if key.isdecimal() else -1


def _as_notified(notification: TimelineNotification) -> MediaItem:
    """Return an item with only what its notification contains."""
    kind = MediaType(notification.item_type) if notification.item_type is not None else None
    return MediaItem.parse(
        {
            "ratingKey": notification.rating_key,
            "type": kind.name.lower() if kind is not None else None,
            "title": notification.title,
        }
    )
