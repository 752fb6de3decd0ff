"""The server's update and remote access."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
import math
from typing import Final, override

from homeassistant.core import callback

from ..api import (
    PlexApiError,
    PlexErrorKind,
    ReachabilityNotification,
    Record,
    RemoteAccess,
    ServerUpdate,
)
from ..const import PUSHED_SERVER_INTERVAL, SERVER_INTERVAL
from ..shared_state import async_get_shared
from .base import CoordinatorContext, PlexPulseCoordinator
from .features import UnavailableReason, as_server_error, unavailable_reason
from .libraries import LibrariesCoordinator
from .poll_interval import PollInterval

_MIN_DELAY_AFTER_PUSH_SECONDS: Final = 60.0
"""Minimum time until a poll after push was lost, however old the last poll is."""
_RESTART_SECONDS: Final = 60.0
"""Time after which a server that installs an update usually answers again."""
_WHOLE_SERVER_KINDS: Final = frozenset({PlexErrorKind.NETWORK, PlexErrorKind.RATE_LIMIT})
"""Failures that all other requests would have as well."""


class Feature(StrEnum):
    """An optional part of the status, for the owner only; the context of its listeners."""

    REMOTE_ACCESS = "remote_access"
    UPDATE = "update"


class ServerStatus(Record):
    """None for what could not be read, or is shown by no enabled entity."""

    remote_access: RemoteAccess | None = None
    update: ServerUpdate | None = None


class ServerStatusCoordinator(PlexPulseCoordinator[ServerStatus]):
    """Sends one request for each feature that an enabled entity shows.

    Every 15 minutes; every hour while push is connected, which reports the remote access
    at once. An idle server receives at most 12 requests an hour in all.
    """

    def __init__(self, context: CoordinatorContext, libraries: LibrariesCoordinator) -> None:
        """Start without data; set-up does not wait for it."""
        super().__init__(context, name="server", poll_interval=PollInterval(SERVER_INTERVAL))
        self.data = ServerStatus()
        self.unavailable_features: dict[Feature, UnavailableReason] = {}
        self._libraries = libraries
        self._clock = async_get_shared(self.hass).rate_limiters.clock
        self._waiting: list[tuple[Feature, Callable[[], None]]] = []
        self._pushed_remote_access: RemoteAccess | None = None
        self._last_poll_at = -math.inf
        self._next_poll_at = math.inf
        self.config_entry.async_on_unload(
            self.health.async_on_reconnect(self._async_handle_reconnect)
        )

    @callback
    def async_add_when_available(self, feature: Feature, add: Callable[[], None]) -> None:
        """Call `add` to add the entities of a feature once the server is known to have it."""
        self._waiting.append((feature, add))

    @callback
    def async_start(self, *, is_owner: bool) -> None:
        """Detect the available features in the background."""
        if is_owner:
            self._async_start(self._async_detect_features())
        else:
            self.unavailable_features = dict.fromkeys(Feature, UnavailableReason.NOT_THE_OWNER)

    async def _async_detect_features(self) -> None:
        """Read every feature once; one that failed temporarily counts as available."""
        await self.async_refresh()
        for feature, add in self._waiting:
            if feature not in self.unavailable_features:
                add()

    @callback
    def _async_handle_reconnect(self) -> None:
        """Refresh when the server is back: it may have been updated meanwhile."""
        self._async_start(self.async_request_refresh())

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while push is connected, and at the usual interval otherwise."""
        self._poll_interval.set_base(PUSHED_SERVER_INTERVAL if is_connected else SERVER_INTERVAL)
        # A failed poll keeps its own retry time, which may be a Retry-After.
        if not is_connected and self._listeners and self.last_failure is None:
            self._reschedule()

    def _reschedule(self) -> None:
        """Schedule the next poll by the time of the last one.

        Counted from now, a websocket that connects and closes would postpone it forever.
        """
        now = self._clock.monotonic()
        usual = self._last_poll_at + self._poll_interval.interval.total_seconds()
        earliest = now + _MIN_DELAY_AFTER_PUSH_SECONDS
        self._next_poll_at = min(self._next_poll_at, max(earliest, usual))
        self._poll_interval.bring_forward(timedelta(seconds=max(1.0, self._next_poll_at - now)))
        self._apply_poll_interval()
        self._schedule_refresh()

    @callback
    def async_handle_reachability(self, notification: ReachabilityNotification) -> None:
        """Apply the remote access that push reports."""
        self._pushed_remote_access = RemoteAccess(is_reachable=notification.is_reachable)
        if self._pushed_remote_access != self.data.remote_access:
            self.data = replace(self.data, remote_access=self._pushed_remote_access)
            self.async_update_listeners()

    @callback
    def async_notification_dropped(self) -> None:
        """Read the remote access within a minute, as reports of it are dropped."""
        if self._listeners and self.last_failure is None:
            self._last_poll_at = -math.inf
            self._reschedule()

    @callback
    def async_refresh_after_install(self) -> None:
        """Refresh after an update, in case the restart went unnoticed."""
        self._async_start(self._async_refresh_after_restart())

    async def _async_refresh_after_restart(self) -> None:
        """Read which version runs now, then whether there is a newer one."""
        await self._clock.sleep(_RESTART_SECONDS)
        await self._libraries.async_request_refresh()
        await self.async_request_refresh()

    @override
    async def _async_fetch(self) -> ServerStatus:
        """Return the features that are shown, all of them at first."""
        self._next_poll_at = math.inf
        await self._identity.async_ensure()
        is_first = self._last_data is None
        shown = set(Feature) if is_first else set(self.async_contexts())
        wanted = shown - self.unavailable_features.keys()
        self._pushed_remote_access = None
        failures: dict[Feature, PlexApiError] = {}
        update = remote_access = None
        if Feature.UPDATE in wanted:
            update = await _async_read(Feature.UPDATE, self.client.get_update, failures)
        if Feature.REMOTE_ACCESS in wanted:
            remote_access = await _async_read(
                Feature.REMOTE_ACCESS, self.client.get_remote_access, failures
            )
        if is_first:
            self._note_unavailable(failures)
        if failures and failures.keys() == wanted - self.unavailable_features.keys():
            raise next(as_server_error(failure) for failure in failures.values())
        # Polls again early for the features that failed.
        self._is_partial = bool(failures)
        self._last_poll_at = self._clock.monotonic()
        return ServerStatus(remote_access=self._merge_push(remote_access), update=update)

    def _merge_push(self, remote_access: RemoteAccess | None) -> RemoteAccess | None:
        """Return what push has reported since the request was sent, else the response."""
        return self._pushed_remote_access or remote_access

    def _note_unavailable(self, failures: dict[Feature, PlexApiError]) -> None:
        """Move the failures of features that the server does not have."""
        for feature, failure in tuple(failures.items()):
            if (reason := unavailable_reason(failure)) is not None:
                self.unavailable_features[feature] = reason
                del failures[feature]


async def _async_read[T](
    feature: Feature, request: Callable[[], Awaitable[T]], failures: dict[Feature, PlexApiError]
) -> T | None:
    """Return the response, or None after adding a failure of this feature to `failures`.

    Raises:
        PlexApiError: a failure that concerns the whole server.

    """
    try:
        return await request()
    except PlexApiError as err:
        if err.kind in _WHOLE_SERVER_KINDS:
            raise
        failures[feature] = err
        return None
