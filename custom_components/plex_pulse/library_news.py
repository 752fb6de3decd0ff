"""What is added to the libraries and deleted from them, item by item."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback

from .api import MediaItem, MediaType, PlexApiError, PlexServerClient, TimelineNotification
from .shared import async_get_shared

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

# A show or an artist is told of by what comes into it, and tracks by their album.
_TOLD: Final = frozenset(
    {MediaType.MOVIE, MediaType.EPISODE, MediaType.ALBUM, MediaType.PHOTO, MediaType.CLIP}
)
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


class LibraryNews:
    """Make one change of the many notifications about an item."""

    def __init__(
        self, hass: HomeAssistant, entry: PlexPulseConfigEntry, client: PlexServerClient
    ) -> None:
        """Begin with nothing on its way: what exists already is not new."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._clock = async_get_shared(hass).gates.clock
        self._listeners: list[Callable[[LibraryChange], None]] = []
        self._stages: dict[str, _Stage] = {}
        self._collected: dict[str, TimelineNotification] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_add_listener(self, listener: Callable[[LibraryChange], None]) -> Callable[[], None]:
        """Call a listener with every change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_timeline(self, notification: TimelineNotification) -> None:
        """Note how far an item has come, and tell of it when it is there or gone."""
        key = notification.rating_key
        if not self._listeners or notification.item_type not in _TOLD or not key.isdecimal():
            return
        stage = self._stages.get(key)
        if notification.state == _STATE_DELETED or notification.metadata_state == "deleted":
            self._remember(key, _Stage.DELETED)
            was_untold = self._collected.pop(key, None) is not None or stage is _Stage.CREATED
            if stage is not _Stage.DELETED and not was_untold:
                self._tell(LibraryChangeKind.DELETED, notification, _as_notified(notification))
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
                        self._tell(LibraryChangeKind.ADDED, notification, item)

    async def _async_read(self, rating_keys: Sequence[str]) -> dict[str, MediaItem]:
        """Return the items by their key; none at all if they cannot be read."""
        try:
            items = await self._client.get_items(rating_keys)
        except PlexApiError as err:
            _LOGGER.debug("%s: added items could not be read: %s", self._entry.title, err)
            return {}
        return {item.rating_key: item for item in items if item.rating_key is not None}

    @callback
    def _tell(
        self, kind: LibraryChangeKind, notification: TimelineNotification, item: MediaItem
    ) -> None:
        """Tell all who listen."""
        change = LibraryChange(kind=kind, library_key=notification.library_key, item=item)
        for listener in tuple(self._listeners):
            listener(change)


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
