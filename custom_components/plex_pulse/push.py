"""The websocket's life inside an entry."""

import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback

from .api import (
    ActivityNotification,
    Notification,
    PlayingNotification,
    PlexApiError,
    PlexErrorKind,
    ReachabilityNotification,
    StatusNotification,
    TimelineNotification,
    TranscodeNotification,
)
from .clients import async_create_websocket
from .repairs import Issue, async_set_issue
from .shared_state import async_get_shared

if TYPE_CHECKING:
    from .runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

_BLOCKED: Final = 3600.0
"""Seconds of refusals, by a server that answers otherwise, until somebody is told."""
_AFTER_A_BUG: Final = 300.0
"""Seconds until notifications are tried again after something in here went wrong."""


class PushListener:
    """Hand on what the server tells; polling goes on whether it does or not."""

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Belong to a loaded entry."""
        self._hass = hass
        self._entry = entry
        self._runtime = entry.runtime_data
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._refused_since: float | None = None
        self._is_stopped = False

    @callback
    def async_start(self) -> None:
        """Listen until the entry is unloaded."""
        self._entry.async_on_unload(self._stop)
        self._entry.async_create_background_task(
            self._hass, self._async_run(), f"{self._entry.title} notifications"
        )

    @callback
    def _stop(self) -> None:
        """Take the connection's end for what it is, not for the server's."""
        self._is_stopped = True

    async def _async_run(self) -> None:
        """Stay connected; a bug in here must neither end that nor pass unheard."""
        notifications = await async_create_websocket(
            self._hass,
            self._entry.data,
            self._entry.entry_id[-6:],
            on_notification=self._notified,
            on_connected=self._connected,
            on_refused=self._refused,
            verify=self._runtime.sessions.async_ensure_identity,
        )
        while True:
            try:
                await notifications.run()
            except Exception:
                _LOGGER.exception("Notifications have ended for now, polling goes on")
            await self._clock.sleep(_AFTER_A_BUG)

    @callback
    def _notified(self, notification: Notification) -> None:
        """Hand a notification to whoever it concerns; a bug there costs this one alone."""
        try:
            self._dispatch(notification)
        except Exception:
            _LOGGER.exception("A notification could not be used")

    @callback
    def _dispatch(self, notification: Notification) -> None:
        """Hand a notification to whoever it concerns."""
        runtime = self._runtime
        match notification:
            case PlayingNotification():
                runtime.sessions.async_handle_playing(notification)
            case TranscodeNotification():
                runtime.sessions.async_handle_transcode(notification)
            case TimelineNotification():
                runtime.libraries.async_handle_timeline(notification)
                runtime.library_changes.async_handle_timeline(notification)
            case ActivityNotification():
                runtime.libraries.async_handle_activity(notification)
            case StatusNotification():
                runtime.libraries.async_handle_status(notification)
            case ReachabilityNotification():
                runtime.server_status.async_handle_reachability(notification)

    @callback
    def _connected(self, is_connected: bool) -> None:
        """Slow the polls down, or speed them up again and look at once."""
        if self._is_stopped or self._hass.is_stopping:
            return
        self._refused_since = None
        async_set_issue(self._hass, self._entry, Issue.WEBSOCKET_BLOCKED, active=False)
        runtime = self._runtime
        for part in (
            runtime.health,
            runtime.sessions,
            runtime.libraries,
            runtime.library_changes,
            runtime.server_status,
        ):
            # Home Assistant 2026.3 hands on what an entity raises; the sessions would keep
            # the slow poll of a connection that has ended.
            try:
                part.async_push_changed(is_connected=is_connected)
            except Exception:
                _LOGGER.exception("A change of the connection could not be used")

    @callback
    def _refused(self, failure: PlexApiError) -> None:
        """Tell the user if something between refuses websockets alone, for long enough."""
        # Some servers tell a shared user nothing, and nobody can change that.
        is_by_right = (
            failure.kind is PlexErrorKind.AUTHENTICATION
            and not self._runtime.sessions.can_read_sessions
        )
        if is_by_right or not self._runtime.health.data.connected:
            self._refused_since = None
            return
        now = self._clock.monotonic()
        if self._refused_since is None:
            self._refused_since = now
        elif now - self._refused_since >= _BLOCKED:
            async_set_issue(self._hass, self._entry, Issue.WEBSOCKET_BLOCKED, active=True)
