"""What plays now, and with it whether the server is there at all."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback

from .api import (
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    Session,
)
from .const import LIVENESS_INTERVAL, SESSIONS_INTERVAL
from .coordinator import PlexPulseCoordinator
from .health import HealthCoordinator
from .pace import Pace
from .shared import async_get_shared

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry

_POLLS_BETWEEN_QUESTIONS: Final = 60
_SURE: Final = 60.0
"""Seconds for which a server that answered is taken for the same one."""


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
        self._polls_refused = 0
        self._clock = async_get_shared(hass).gates.clock
        # The libraries, read just before, came with the server's identifier.
        self._sure_until = self._clock.monotonic() + _SURE

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions, none at all where they are not for this token."""
        is_well = self.last_failure is None and self._health.data.connected
        # While it was away its address may have gone to another server, whose sessions a
        # token of the same owner would read just as well; so may it between two polls.
        is_sure = self._clock.monotonic() < self._sure_until
        if not (is_well and is_sure and self.is_permitted):
            await self.client.verify_identity(self.machine_identifier)
            self._sure_until = self._clock.monotonic() + _SURE
        if not self.is_permitted:
            await self._async_ask_again()
            return ()
        try:
            sessions = await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            refusal = err
        else:
            if is_well and not self._health.data.connected:
                # Another poll has met another server meanwhile; these may be its sessions.
                await self.client.verify_identity(self.machine_identifier)
            return sessions
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

    async def _async_ask_again(self) -> None:
        """Find out, once an hour, whether the refusal was a whim of a server that started."""
        self._polls_refused += 1
        if self._polls_refused % _POLLS_BETWEEN_QUESTIONS:
            return
        with suppress(PlexApiError):
            await self.client.get_sessions()
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Report liveness as well."""
        self._health.async_polled(
            self._key, self.last_failure, liveness_interval=self.update_interval
        )
