"""What the libraries hold."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback

from .api import (
    Library,
    LibraryKind,
    MediaType,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    ServerInfo,
)
from .const import LIBRARIES_INTERVAL
from .coordinator import PlexPulseCoordinator
from .health import HealthCoordinator
from .pace import Pace

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry

type CountKey = tuple[str, MediaType]
"""A library's uuid and the type of items counted in it."""

_COUNTED: Final[Mapping[LibraryKind, tuple[MediaType, ...]]] = {
    LibraryKind.MOVIES: (MediaType.MOVIE,),
    LibraryKind.SHOWS: (MediaType.SHOW, MediaType.EPISODE),
    LibraryKind.MUSIC: (MediaType.ARTIST, MediaType.ALBUM, MediaType.TRACK),
    LibraryKind.PHOTOS: (MediaType.PHOTO, MediaType.PHOTO_ALBUM),
    LibraryKind.VIDEOS: (MediaType.MOVIE,),
}
"""What is counted in a library before its entities have said what they show."""

_COUNTS_AT_ONCE: Final = 2
"""One of the host's three places stays free for the sessions."""

_OF_ONE_LIBRARY: Final = frozenset({PlexErrorKind.CLIENT, PlexErrorKind.PROTOCOL})
"""Failures that say something of one library, not of the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLibraries:
    """The server, its libraries, and how many items they have.

    A count is None while it cannot be known.
    """

    server: ServerInfo
    libraries: Mapping[str, Library]
    counts: Mapping[CountKey, int | None]


class LibrariesCoordinator(PlexPulseCoordinator[ServerLibraries]):
    """Read server and libraries in one request, then one count for each type shown."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Poll slowly: libraries change by the day."""
        super().__init__(
            hass, entry, client, health, name="libraries", pace=Pace(LIBRARIES_INTERVAL)
        )
        self._was_connected = True
        entry.async_on_unload(health.async_add_listener(self._async_health_changed))

    @callback
    def _async_health_changed(self) -> None:
        """Read again as soon as the server is back, instead of within the hour."""
        connected = self._health.data.connected
        if connected and not self._was_connected:
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{self.name} - server is back"
            )
        self._was_connected = connected

    @override
    async def _async_fetch(self) -> ServerLibraries:
        """Return server, libraries and counts."""
        server, listed = await self.client.get_providers()
        if server.machine_identifier != self.config_entry.unique_id:
            raise PlexApiError(
                PlexErrorKind.CLIENT,
                "Another Plex Media Server answers at this address",
                endpoint="GET /media/providers",
            )
        if server.is_starting:
            raise PlexApiError(
                PlexErrorKind.SERVER,
                "The server is still loading its libraries",
                endpoint="GET /media/providers",
                reason=PlexErrorReason.STARTING,
            )
        libraries = {library.uuid: library for library in listed}
        await self._async_confirm_missing(libraries)
        return ServerLibraries(
            server=server,
            libraries=libraries,
            counts=await self._async_count(libraries),
        )

    async def _async_confirm_missing(self, libraries: dict[str, Library]) -> None:
        """Put back what only this answer lacks: a lost device takes its settings along."""
        known = self._known.libraries if self._known is not None else {}
        if known.keys() <= libraries.keys():
            return
        for library in await self.client.get_libraries():
            if library.uuid in known:
                libraries.setdefault(library.uuid, library)

    async def _async_count(self, libraries: Mapping[str, Library]) -> dict[CountKey, int | None]:
        """Return the counts that entities show, and those that new ones will."""
        places = asyncio.Semaphore(_COUNTS_AT_ONCE)

        async def count(uuid: str, media_type: MediaType) -> int | None:
            """Count one type; a library that fails alone keeps what was known of it."""
            async with places:
                try:
                    return await self.client.count_items(libraries[uuid].key, media_type)
                except PlexApiError as err:
                    if err.kind not in _OF_ONE_LIBRARY:
                        raise
            return None if self._known is None else self._known.counts.get((uuid, media_type))

        wanted = self._wanted(libraries)
        failures: list[PlexApiError] = []
        tasks: list[asyncio.Task[int | None]] = []
        try:
            async with asyncio.TaskGroup() as group:
                tasks += (group.create_task(count(*key)) for key in wanted)
        except* PlexApiError as errors:
            failures += (err for err in errors.exceptions if isinstance(err, PlexApiError))
        if failures:
            raise failures[0]
        return {key: task.result() for key, task in zip(wanted, tasks, strict=True)}

    def _wanted(self, libraries: Mapping[str, Library]) -> list[CountKey]:
        """Return what to count: whatever enabled entities show, no more.

        A library that has no entities yet is counted by its kind.
        """
        known = self._known.libraries if self._known is not None and self._listeners else {}
        shown: set[CountKey] = set(self.async_contexts())
        new: set[CountKey] = {
            (uuid, media_type)
            for uuid, library in libraries.items()
            if uuid not in known
            for media_type in _COUNTED.get(library.kind, ())
        }
        return sorted({key for key in shown if key[0] in libraries} | new)
