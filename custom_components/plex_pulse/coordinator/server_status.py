"""The server's update, and whether the server can be reached from outside."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
import math
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback

from ..api import (
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    ReachabilityNotification,
    RemoteAccess,
    ServerUpdate,
)
from ..const import PUSHED_SERVER_INTERVAL, SERVER_INTERVAL
from ..shared_state import async_get_shared
from .base import PlexPulseCoordinator
from .features import UnavailableReason, as_server_error, unavailable_reason
from .health import HealthCoordinator
from .poll_interval import PollInterval

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_SOONEST: Final = 60.0
"""Seconds until a poll after notifications have ended, however long ago the last one was."""
_RESTART: Final = 60.0
"""Seconds after which a server that installs an update usually answers again."""
_OF_THE_SERVER: Final = frozenset({PlexErrorKind.NETWORK, PlexErrorKind.RATE_LIMIT})
"""Failures that another request would only meet again."""


class Feature(StrEnum):
    """What the server tells of itself to its owner; the context of who listens."""

    REMOTE_ACCESS = "remote_access"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """None for what could not be read, or is shown nowhere."""

    remote_access: RemoteAccess | None = None
    update: ServerUpdate | None = None


class ServerStatusCoordinator(PlexPulseCoordinator[ServerStatus]):
    """Read one request for each feature that is shown.

    Every 15 minutes. While notifications come, which tell of the remote access at once,
    every hour: an idle server is to be asked no more than 12 times an hour by everybody.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Know nothing yet; set-up does not wait for it."""
        super().__init__(
            hass, entry, client, health, name="server", pace=PollInterval(SERVER_INTERVAL)
        )
        self.data = ServerStatus()
        self.off: dict[Feature, UnavailableReason] = {}
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._offers: list[tuple[Feature, Callable[[], None]]] = []
        self._told: RemoteAccess | None = None
        self._read_at = -math.inf
        self._due = math.inf
        self._was_connected = True
        entry.async_on_unload(health.async_add_listener(self._async_health_changed))

    @callback
    def async_offer(self, feature: Feature, add: Callable[[], None]) -> None:
        """Have entities of a feature added as soon as it is known that the server has it."""
        self._offers.append((feature, add))

    @callback
    def async_begin(self, *, is_owner: bool) -> None:
        """Find out what there is, behind set-up's back."""
        if is_owner:
            self._async_start(self._async_begin())
        else:
            self.off = dict.fromkeys(Feature, UnavailableReason.NOT_THE_OWNER)

    async def _async_begin(self) -> None:
        """Read everything once; what merely failed may be there and is added, too."""
        await self.async_refresh()
        for feature, add in self._offers:
            if feature not in self.off:
                add()

    @callback
    def _async_start(self, work: Awaitable[None]) -> None:
        """Work for as long as the entry is loaded."""

        async def run() -> None:
            await work

        self.config_entry.async_create_background_task(self.hass, run(), f"{self.name} - reads")

    @callback
    def _async_health_changed(self) -> None:
        """Read again as soon as the server is back: it may have been updated meanwhile."""
        connected = self._health.data.connected
        if connected and not self._was_connected:
            self._async_start(self.async_request_refresh())
        self._was_connected = connected

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while notifications come, and at the usual pace again afterwards."""
        self._pace.rebase(PUSHED_SERVER_INTERVAL if is_connected else SERVER_INTERVAL)
        # A poll that failed is tried again in its own time, which may be the host's wish.
        if not is_connected and self._listeners and self.last_failure is None:
            # Counted from the last poll, or notifications that come and go would put it off.
            now = self._clock.monotonic()
            usual = self._read_at + self._pace.interval.total_seconds()
            self._due = min(self._due, max(now + _SOONEST, usual))
            self.update_interval = timedelta(seconds=max(1.0, self._due - now))
            self._schedule_refresh()

    @callback
    def async_handle_reachability(self, notification: ReachabilityNotification) -> None:
        """Take over what the server tells, without touching the timer of the poll."""
        self._told = RemoteAccess(is_reachable=notification.is_reachable)
        if self._told != self.data.remote_access:
            self.data = replace(self.data, remote_access=self._told)
            self.async_update_listeners()

    @callback
    def async_refresh_after_install(self) -> None:
        """Look what has become of an update, should nobody notice how the server restarts."""
        self._async_start(self._async_look_after_restart())

    async def _async_look_after_restart(self) -> None:
        """Read which version runs now, then whether there is another."""
        await self._clock.sleep(_RESTART)
        await self.config_entry.runtime_data.libraries.async_request_refresh()
        await self.async_request_refresh()

    @override
    async def _async_fetch(self) -> ServerStatus:
        """Return what is shown, at first whatever there is."""
        self._due = math.inf
        await self.config_entry.runtime_data.sessions.async_ensure_identity()
        shown = set(Feature) if self._known is None else set(self.async_contexts())
        wanted = shown - self.off.keys()
        failures: list[PlexApiError] = []

        async def read[T](feature: Feature, request: Callable[[], Awaitable[T]]) -> T | None:
            """Return the answer, None where this feature alone fails."""
            if feature not in wanted:
                return None
            try:
                return await request()
            except PlexApiError as err:
                if err.kind in _OF_THE_SERVER:
                    raise
                if self._known is None and (why := unavailable_reason(err)) is not None:
                    self.off[feature] = why
                else:
                    failures.append(as_server_error(err))
            return None

        self._told = None
        update = await read(Feature.UPDATE, self.client.get_update)
        remote_access = await read(Feature.REMOTE_ACCESS, self.client.get_remote_access)
        if failures and len(failures) == len(wanted - self.off.keys()):
            raise failures[0]
        # What is unknown now need not be so until the next poll.
        self._has_gaps = bool(failures)
        self._read_at = self._clock.monotonic()
        return ServerStatus(remote_access=self._with_news(remote_access), update=update)

    def _with_news(self, remote_access: RemoteAccess | None) -> RemoteAccess | None:
        """Return what was told since the server was asked, else its answer."""
        return self._told or remote_access
