"""What plays now, and with it whether the server is there at all."""

from typing import TYPE_CHECKING, override

from homeassistant.core import HomeAssistant, callback

from .api import PlexApiError, PlexErrorKind, PlexServerClient, Session
from .const import LIVENESS_INTERVAL, SESSIONS_INTERVAL
from .coordinator import PlexPulseCoordinator
from .health import HealthCoordinator
from .pace import Pace

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Read the sessions; where the token may not, only look whether the server answers."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Expect the owner's token until the server says otherwise."""
        super().__init__(hass, entry, client, health, name="sessions", pace=Pace(SESSIONS_INTERVAL))
        self.is_permitted = True

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions, none at all where they are not for this token."""
        if not self.is_permitted:
            await self.client.get_identity()
            return ()
        try:
            return await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            refusal = err
        # Older servers say 401 and newer ones 403 to a shared user here; only an
        # endpoint open to every valid token tells whether this one still is.
        await self.client.get_libraries()
        if self._known is not None:
            # It could see them before: rights do not shrink, the server is unwell.
            raise PlexApiError(
                PlexErrorKind.SERVER,
                refusal.message,
                endpoint=refusal.endpoint,
                status=refusal.status,
            )
        self.is_permitted = False
        self._pace = Pace(LIVENESS_INTERVAL)
        return ()

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Report liveness as well."""
        self._health.async_polled(
            self._key, self.last_failure, liveness_interval=self.update_interval
        )
