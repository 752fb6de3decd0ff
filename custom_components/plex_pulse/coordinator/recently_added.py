"""What was added last to each library."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from datetime import UTC, datetime
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import Library, MediaItem, PlexApiError, PlexServerClient
from ..shared_state import async_get_shared
from .bounded_gather import async_gather_tolerant
from .health import HealthCoordinator

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

ALL_LIBRARIES: Final = ""
"""The context of a listener that wants to know of every library, not of one by its uuid."""

_ITEMS: Final = 5
_MORE_ITEMS: Final = 50
"""Read where all of the former are new, and there may be others behind them."""
_SECOND_TRY: Final = 60.0
"""Seconds after which lists that could not be read are tried once more, then twice as late."""
_POLL: Final = 3600.0
"""Seconds within which a poll of the libraries has them tried anyway."""
_MOST_DOUBLINGS: Final = 10
"""More are longer than until the poll in any case."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

type RecentItems = Mapping[str, tuple[MediaItem, ...]]
"""The items added last, newest first, by the uuid of their library."""


class RecentlyAddedCoordinator(DataUpdateCoordinator[RecentItems]):
    """Read the list of a library after it has changed; has no poll of its own."""

    config_entry: PlexPulseConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Start without knowledge."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title} latest")
        self.data = {}
        self._client = client
        self._health = health
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._due: dict[str, Library] = {}
        self._present: Collection[str] = ()
        self._reading = asyncio.Lock()
        self._failures = 0
        self._is_waiting = False

    def newest(self, uuid: str | None) -> MediaItem | None:
        """Return the newest item of a library, or of all; None while there is none."""
        if uuid is not None:
            return next(iter(self.data.get(uuid, ())), None)
        newest = [items[0] for items in self.data.values() if items]
        return max(newest, key=lambda item: item.added_at or _LONG_AGO, default=None)

    @callback
    def async_changed(self, libraries: Mapping[str, Library], changed: Collection[str]) -> None:
        """Read the lists of libraries that changed, and those that have not been read yet."""
        self._present = libraries.keys()
        self._due = {
            uuid: library
            for uuid, library in libraries.items()
            if uuid in changed or uuid in self._due or uuid not in self.data
        }
        self._async_set(self.data)
        self.async_request_count()

    @callback
    def async_request_count(self) -> None:
        """Read what is due, if anybody wants to know it."""
        if self._due:
            self._async_start(self._async_read())

    async def _async_read(self) -> None:
        """Read the lists that are due; the others stay as they are."""
        async with self._reading:
            contexts = set(self.async_contexts())
            due = {
                uuid: library
                for uuid, library in self._due.items()
                if ALL_LIBRARIES in contexts or uuid in contexts
            }
            # When the server is back a poll finds out what has changed.
            if not due or not self._health.data.connected:
                return
            self._due = {uuid: self._due[uuid] for uuid in self._due.keys() - due.keys()}
            lists: RecentItems = {}
            try:
                lists = await async_gather_tolerant(due, lambda uuid: self._async_list(due[uuid]))
            except PlexApiError as err:
                _LOGGER.debug("%s: lists could not be read: %s", self.name, err)
                self._try_again(err.retry_after or _SECOND_TRY)
            else:
                if due.keys() <= lists.keys():
                    self._failures = 0
                else:
                    self._try_again(_SECOND_TRY)
            self._health.async_update()
            self._due = {uuid: due[uuid] for uuid in due.keys() - lists.keys()} | self._due
            self._async_set({**self.data, **lists})

    async def _async_list(self, library: Library) -> tuple[MediaItem, ...]:
        """Return the newest items, and more where those that were known are not among them."""
        items = await self._client.get_recently_added(limit=_ITEMS, library=library)
        known = self.data.get(library.uuid)
        if known is None or len(items) < _ITEMS or not _keys(known).isdisjoint(_keys(items)):
            return items
        return await self._client.get_recently_added(limit=_MORE_ITEMS, library=library)

    def _try_again(self, seconds: float) -> None:
        """Read again what failed, unless a poll comes first."""
        pause = seconds * 2 ** min(self._failures, _MOST_DOUBLINGS)
        self._failures += 1
        if pause < _POLL and not self._is_waiting:
            self._is_waiting = True
            self._async_start(self._async_read_in_time(pause))

    async def _async_read_in_time(self, seconds: float) -> None:
        """Read after a pause."""
        await self._clock.sleep(seconds)
        self._is_waiting = False
        await self._async_read()

    @callback
    def _async_start(self, work: Coroutine[None, None, None]) -> None:
        """Work for as long as the entry is loaded."""
        self.config_entry.async_create_background_task(self.hass, work, self.name)

    @callback
    def _async_set(self, data: RecentItems) -> None:
        """Keep the lists of what is still there, and tell of them if they differ."""
        data = {uuid: items for uuid, items in data.items() if uuid in self._present}
        if data != self.data:
            self.async_set_updated_data(data)


def _keys(items: Collection[MediaItem]) -> set[str | None]:
    """Return what names the items."""
    return {item.rating_key for item in items}
