"""CPU and memory usage of the server and its host."""

from typing import Final, override

from homeassistant.core import callback

from ..api import PlexApiError, ServerResources
from ..const import RESOURCES_INTERVAL
from .base import CoordinatorContext, PlexPulseCoordinator
from .features import UnavailableReason, as_server_error, unavailable_reason
from .poll_interval import PollInterval

_UNKNOWN: Final = ServerResources(
    host_cpu=None, process_cpu=None, host_memory=None, process_memory=None
)


class ResourcesCoordinator(PlexPulseCoordinator[ServerResources]):
    """Reads the newest sample while an enabled entity shows it.

    unavailable: why there are no samples, None as long as there may be some.
    """

    def __init__(self, context: CoordinatorContext) -> None:
        """Start without a sample; the first enabled entity starts the poll."""
        super().__init__(context, name="resources", poll_interval=PollInterval(RESOURCES_INTERVAL))
        self.data = _UNKNOWN
        self.unavailable: UnavailableReason | None = None
        self._is_started = False

    @callback
    def async_is_offered(self, *, is_owner: bool, has_plex_pass: bool) -> bool:
        """Return whether samples can be read, judged by the token and by Plex Pass."""
        if not is_owner:
            self.unavailable = UnavailableReason.NOT_THE_OWNER
        elif not has_plex_pass:
            self.unavailable = UnavailableReason.NO_PLEX_PASS
        return self.unavailable is None

    @callback
    def async_start(self) -> None:
        """Read at once for the first enabled entity; later calls do nothing."""
        if not self._is_started:
            self._is_started = True
            self._async_start(self.async_refresh())

    @override
    async def _async_fetch(self) -> ServerResources:
        """Return the newest sample."""
        if self.unavailable is not None:
            return _UNKNOWN
        await self._identity.async_ensure()
        try:
            return await self.client.get_resources()
        except PlexApiError as err:
            if self._last_data is None and (reason := unavailable_reason(err)) is not None:
                self.unavailable = reason
                # The data stays the same, so the base class would not update the entities.
                self.async_update_listeners()
                return _UNKNOWN
            raise as_server_error(err) from err
