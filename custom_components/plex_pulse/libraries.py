"""What the libraries hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.core import HomeAssistant, callback

from .api import (
    Library,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    ServerInfo,
    wrong_server_failure,
)
from .const import LIBRARIES_INTERVAL
from .coordinator import PlexPulseCoordinator
from .counts import COUNTED, CountKey, async_count
from .health import HealthCoordinator
from .pace import Pace

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry


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
        if server.machine_identifier != self.machine_identifier:
            raise wrong_server_failure(endpoint="GET /media/providers")
        if server.is_starting:
            raise PlexApiError(
                PlexErrorKind.SERVER,
                "The server is still loading its libraries",
                endpoint="GET /media/providers",
                reason=PlexErrorReason.STARTING,
            )
        libraries = {library.uuid: library for library in listed}
        await self._async_confirm_missing(libraries)
        counts = await async_count(
            self.client,
            libraries,
            self._wanted(libraries),
            self._known.counts if self._known is not None else {},
        )
        return ServerLibraries(server=server, libraries=libraries, counts=counts)

    async def _async_confirm_missing(self, libraries: dict[str, Library]) -> None:
        """Put back what only this answer lacks: a lost device takes its settings along."""
        known = self._known.libraries if self._known is not None else {}
        if known.keys() <= libraries.keys():
            return
        for library in await self.client.get_libraries():
            if library.uuid in known:
                libraries.setdefault(library.uuid, library)

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
            for media_type in COUNTED.get(library.kind, ())
        }
        return sorted({key for key in shown if key[0] in libraries} | new)
