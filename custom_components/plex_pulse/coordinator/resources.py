"""How much of its host the server uses."""

from typing import TYPE_CHECKING, override

from homeassistant.core import HomeAssistant, callback

from ..api import PlexApiError, PlexServerClient, ServerResources
from ..const import RESOURCES_INTERVAL
from .base import PlexPulseCoordinator
from .features import UnavailableReason, as_server_error, unavailable_reason
from .health import HealthCoordinator
from .poll_interval import PollInterval

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_UNKNOWN = ServerResources(host_cpu=None, process_cpu=None, host_memory=None, process_memory=None)


class ResourcesCoordinator(PlexPulseCoordinator[ServerResources]):
    """Read the newest sample, but only while an enabled entity shows it.

    off: why there is none to be had, None as long as there may be.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Know nothing until somebody wants to."""
        super().__init__(
            hass, entry, client, health, name="resources", pace=PollInterval(RESOURCES_INTERVAL)
        )
        self.data = _UNKNOWN
        self.off: UnavailableReason | None = None
        self._has_begun = False

    @callback
    def async_offer(self) -> bool:
        """Return whether there is something to show; the server itself says so unasked."""
        runtime = self.config_entry.runtime_data
        if not runtime.sessions.can_read_sessions:
            self.off = UnavailableReason.NOT_THE_OWNER
        elif not runtime.libraries.data.server.has_plex_pass:
            self.off = UnavailableReason.NO_PLEX_PASS
            self.config_entry.async_on_unload(
                runtime.libraries.async_add_listener(self._async_server_read)
            )
        return self.off is None

    @callback
    def _async_server_read(self) -> None:
        """Begin anew with a Plex Pass; a server that starts may not know yet of its own."""
        if self.config_entry.runtime_data.libraries.data.server.has_plex_pass:
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    def async_begin(self) -> None:
        """Read at once for the first entity that is enabled, and for no other."""
        if not self._has_begun:
            self._has_begun = True
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{self.name} - begins"
            )

    @override
    async def _async_fetch(self) -> ServerResources:
        """Return the newest sample."""
        if self.off is not None:
            return _UNKNOWN
        await self.config_entry.runtime_data.sessions.async_ensure_identity()
        try:
            return await self.client.get_resources()
        except PlexApiError as err:
            if self._known is None and (why := unavailable_reason(err)) is not None:
                self.off = why
                # The data is what it was, and nobody would be told of that.
                self.async_update_listeners()
                return _UNKNOWN
            raise as_server_error(err) from err
