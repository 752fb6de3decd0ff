"""What is added to the libraries and deleted from them, item by item."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback

from ..api import MediaItem, MediaType, PlexApiError, PlexServerClient, TimelineNotification
from ..shared_state import async_get_shared
from .libraries import LibrariesCoordinator
from .recently_added import ALL_LIBRARIES, RecentItems

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

# A show or an artist is told of by what comes into it, and tracks by their album.
_TOLD: Final = frozenset(
    {MediaType.MOVIE, MediaType.EPISODE, MediaType.ALBUM, MediaType.PHOTO, MediaType.CLIP}
)
_TOLD_NAMES: Final = frozenset(media_type.name.lower() for media_type in _TOLD)
_STATE_CREATED: Final = 0
_STATE_DONE: Final = 5
_STATE_DELETED: Final = 9
_COLLECTING: Final = 2.0
"""Seconds in which items that come together are gathered, to be read in one request."""
_ITEMS_AT_ONCE: Final = 50
_MOST_REMEMBERED: Final = 10_000
"""More than are on their way at once even while a whole library is added."""


class LibraryChangeKind(StrEnum):
    """What can happen to an item of a library."""

    ADDED = "added"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChange:
    """An item has come or gone; of one that cannot be read only title and type are known."""

    kind: LibraryChangeKind
    library_key: str
    item: MediaItem


class _Stage(StrEnum):
    """How far an item has come."""

    CREATED = "created"
    ADDED = "added"
    DELETED = "deleted"


class LibraryChangeTracker:
    """Make one change of the many notifications about an item, or of what was not notified.

    What is added while no notifications come is found in the lists of the newest items,
    as far as these reach back; what is deleted meanwhile is not.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        libraries: LibrariesCoordinator,
    ) -> None:
        """Begin with nothing on its way: what exists already is not new."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._libraries = libraries
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._listed: RecentItems = {}
        self._listeners: list[Callable[[LibraryChange], None]] = []
        self._stages: dict[str, _Stage] = {}
        self._collected: dict[str, TimelineNotification] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_add_listener(self, listener: Callable[[LibraryChange], None]) -> Callable[[], None]:
        """Call a listener with every change; returns what ends that."""
        if not self._listeners:
            self._stop_following = self._libraries.recently_added.async_add_listener(
                self._async_listed, ALL_LIBRARIES
            )
        self._listeners.append(listener)

        @callback
        def remove_listener() -> None:
            """Follow the lists for as long as there is somebody to tell."""
            self._listeners.remove(listener)
            if not self._listeners:
                self._stop_following()

        return remove_listener

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Leave to the lists what was on its way: that it is done may have been missed."""
        if not is_connected:
            self._stages = {
                key: stage for key, stage in self._stages.items() if stage is not _Stage.CREATED
            }
            self._async_listed()

    @callback
    def _async_listed(self) -> None:
        """Tell what has come into the lists since they were read before."""
        latest, before = self._libraries.recently_added.data, self._listed
        for uuid, library in self._libraries.data.libraries.items():
            if uuid not in latest or uuid not in before:
                # What a library begins with is not new.
                continue
            # The newest is told last, as it was added last.
            for item in reversed(_newer(latest[uuid], before[uuid])):
                self._find(item, library.key)
        self._listed = {
            uuid: tuple(item for item in items if not self._is_on_its_way(item))
            for uuid, items in latest.items()
        }

    def _find(self, item: MediaItem, library_key: str) -> None:
        """Tell of a listed item, unless notifications have told of it or are about to."""
        key = item.rating_key
        if key is not None and item.item_type in _TOLD_NAMES and key not in self._stages:
            self._remember(key, _Stage.ADDED)
            self._tell(LibraryChangeKind.ADDED, library_key, item)

    def _is_on_its_way(self, item: MediaItem) -> bool:
        """Return whether an item is listed that is not done, and may never be told so."""
        return self._stages.get(item.rating_key or "") is _Stage.CREATED

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Note how far an item has come, and tell of it when it is there or gone."""
        key = notification.rating_key
        if not self._listeners or notification.item_type not in _TOLD or not key.isdecimal():
            return
        stage = self._stages.get(key)
        if notification.state == _STATE_DELETED or notification.metadata_state == "deleted":
            self._remember(key, _Stage.DELETED)
            was_untold = self._collected.pop(key, None) is not None or stage is _Stage.CREATED
            if stage is not _Stage.DELETED and not was_untold:
                self._tell(
                    LibraryChangeKind.DELETED, notification.library_key, _as_notified(notification)
                )
            return
        if stage is None and (
            notification.state == _STATE_CREATED or notification.metadata_state == "created"
        ):
            stage = _Stage.CREATED
            self._remember(key, stage)
        # Comes twice, the second time when all of the item has been analysed.
        if notification.state == _STATE_DONE and stage is _Stage.CREATED:
            self._remember(key, _Stage.ADDED)
            self._collect(notification)

    def _remember(self, key: str, stage: _Stage) -> None:
        """Remember an item's stage, at the cost of the one that was heard of first."""
        self._stages[key] = stage
        if len(self._stages) > _MOST_REMEMBERED:
            del self._stages[next(iter(self._stages))]

    def _collect(self, notification: TimelineNotification) -> None:
        """Tell of an added item together with those that are added right after it."""
        self._collected[notification.rating_key] = notification
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_tell_added(), f"{self._entry.title} added items"
            )

    async def _async_tell_added(self) -> None:
        """Tell of what was collected, and of what is collected meanwhile."""
        while self._collected:
            await self._clock.sleep(_COLLECTING)
            for keys in batched(tuple(self._collected), _ITEMS_AT_ONCE, strict=False):
                items = await self._async_read(keys)
                for key in keys:
                    # Deleted while it was read, it was never there.
                    if (notification := self._collected.pop(key, None)) is not None:
                        item = items.get(key) or _as_notified(notification)
                        self._tell(LibraryChangeKind.ADDED, notification.library_key, item)

    async def _async_read(self, rating_keys: Sequence[str]) -> dict[str, MediaItem]:
        """Return the items by their key; none at all if they cannot be read."""
        try:
            items = await self._client.get_items(rating_keys)
        except PlexApiError as err:
            _LOGGER.debug("%s: added items could not be read: %s", self._entry.title, err)
            return {}
        return {item.rating_key: item for item in items if item.rating_key is not None}

    @callback
    def _tell(self, kind: LibraryChangeKind, library_key: str, item: MediaItem) -> None:
        """Tell all who listen."""
        change = LibraryChange(kind=kind, library_key=library_key, item=item)
        for listener in tuple(self._listeners):
            listener(change)


def _newer(items: Sequence[MediaItem], before: Sequence[MediaItem]) -> list[MediaItem]:
    """Return the items that did not exist when those before were the newest.

    Keys count up; an older item comes into a list, too, when another is deleted from it,
    and an old one comes first when somebody edits the date on which it was added.
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
    """Return an item's key as a number, -1 for one that has none."""
    key = item.rating_key or ""
    return int(key) if key.isdecimal() else -1


def _as_notified(notification: TimelineNotification) -> MediaItem:
    """Return the little that a notification says of its item, where no more can be had."""
    kind = MediaType(notification.item_type) if notification.item_type is not None else None
    return MediaItem.parse(
        {
            "ratingKey": notification.rating_key,
            "type": kind.name.lower() if kind is not None else None,
            "title": notification.title,
        }
    )
