"""The websocket of an entry: dispatch its notifications, report its state."""

from functools import partial
import logging
import math
from typing import Final, Protocol

from homeassistant.core import HomeAssistant, callback

from .api import (
    ActivityNotification,
    Clock,
    Notification,
    PlayingNotification,
    PlexApiError,
    PlexErrorKind,
    PlexWebsocket,
    ReachabilityNotification,
    StatusNotification,
    TimelineNotification,
    TranscodeNotification,
)
from .clients import async_create_websocket
from .coordinator.notification_budget import (
    ACTIVITIES_BUDGET,
    ITEMS_BUDGET,
    REACHABILITY_BUDGET,
    SESSIONS_BUDGET,
    NotificationBudget,
)
from .issues import Issue, async_set_issue
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_REFUSED_BEFORE_ISSUE_SECONDS: Final = 3600.0
"""How long the websocket alone must be refused before a repair issue is raised."""
_RESTART_DELAY_SECONDS: Final = 300.0
"""Delay before the websocket is started again after an unexpected exception."""
_MIN_RESET_GAP_SECONDS: Final = 60.0
"""Time in which reads that fail and succeed in turn reset the backoff only once."""
_SERVER_TROUBLE: Final = frozenset(
    {
        PlexErrorKind.CLIENT,
        PlexErrorKind.NETWORK,
        PlexErrorKind.PROTOCOL,
        PlexErrorKind.SERVER,
    }
)
"""Failures of a server that starts, or of a proxy in front of it."""


class PushAware(Protocol):
    """A part of the runtime data that depends on whether push is connected."""

    def async_push_changed(self, *, is_connected: bool) -> None:
        """Handle that push was connected or lost."""


def _push_aware(runtime: PlexPulseRuntime) -> tuple[PushAware, ...]:
    """Return the parts to notify, health and liveness first: the others depend on them."""
    return (
        runtime.health,
        runtime.liveness,
        runtime.sessions,
        runtime.libraries,
        runtime.library_changes,
        runtime.server_status,
        runtime.transcodes,
    )


def _budgets(
    runtime: PlexPulseRuntime, clock: Clock
) -> dict[type[Notification], NotificationBudget]:
    """Return the budget of each type of notification, some of which share one."""
    sessions = NotificationBudget(
        clock, SESSIONS_BUDGET, runtime.sessions.notifications.async_dropped
    )
    items = NotificationBudget(clock, ITEMS_BUDGET, runtime.libraries.async_timeline_dropped)
    activities = NotificationBudget(
        clock, ACTIVITIES_BUDGET, runtime.libraries.async_activity_dropped
    )
    reachability = NotificationBudget(
        clock, REACHABILITY_BUDGET, runtime.server_status.async_notification_dropped
    )
    return {
        PlayingNotification: sessions,
        TranscodeNotification: sessions,
        TimelineNotification: items,
        ActivityNotification: activities,
        StatusNotification: activities,
        ReachabilityNotification: reachability,
    }


class PushListener:
    """Dispatches push notifications to the coordinators; polling continues independently."""

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Serve a loaded entry."""
        self._hass = hass
        self._entry = entry
        self._runtime = entry.runtime_data
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._budgets = _budgets(self._runtime, self._clock)
        self._refused_since: float | None = None
        self._are_sessions_failing = False
        self._next_reset_at = -math.inf
        self._is_stopped = False

    @callback
    def async_start(self) -> None:
        """Keep the websocket connected until the entry is unloaded."""
        self._entry.async_on_unload(self._stop)
        self._entry.async_create_background_task(
            self._hass, self._async_run(), f"{self._entry.title} notifications"
        )

    @callback
    def _stop(self) -> None:
        """Mark as stopped, so that closing the websocket on unload is not treated as an outage."""
        self._is_stopped = True

    async def _async_run(self) -> None:
        """Run until cancelled; log unexpected exceptions and restart."""
        websocket = await async_create_websocket(
            self._hass,
            self._entry.data,
            self._entry.entry_id[-6:],
            on_notification=self._handle_notification,
            on_connected=lambda is_connected: self._handle_connected(
                is_connected, is_unresponsive=websocket.is_unresponsive
            ),
            on_refused=self._handle_refused,
            verify=self._runtime.liveness.async_ensure_verified,
        )
        # After an outage push must not wait for the end of a long backoff.
        self._entry.async_on_unload(
            self._runtime.health.async_on_reconnect(websocket.reset_backoff)
        )
        self._entry.async_on_unload(
            self._runtime.sessions.async_add_listener(partial(self._sessions_changed, websocket))
        )
        while True:
            try:
                await websocket.run()
            except Exception:
                _LOGGER.exception("Unexpected exception in push; polling continues")
            await self._clock.sleep(_RESTART_DELAY_SECONDS)

    @callback
    def _sessions_changed(self, websocket: PlexWebsocket) -> None:
        """Reconnect at once when the sessions can be read again, at most once a minute.

        A server that starts may answer the liveness check long before everything else.
        """
        failure, health = self._runtime.sessions.last_failure, self._runtime.health
        has_recovered = self._are_sessions_failing and failure is None
        # The end of an outage is handled by itself.
        self._are_sessions_failing = (
            failure is not None and failure.kind in _SERVER_TROUBLE and health.outage is None
        )
        now = self._clock.monotonic()
        if has_recovered and not health.data.push and now >= self._next_reset_at:
            self._next_reset_at = now + _MIN_RESET_GAP_SECONDS
            websocket.reset_backoff()

    @callback
    def _handle_notification(self, notification: Notification) -> None:
        """Dispatch a notification; an unexpected exception costs this one alone."""
        try:
            self._dispatch(notification)
        except Exception:
            _LOGGER.exception("Unexpected exception in the handler of a notification")

    @callback
    def _dispatch(self, notification: Notification) -> None:
        """Call the handlers of a notification, unless it is too many."""
        if not self._budgets[type(notification)].accepts():
            return
        runtime = self._runtime
        match notification:
            case PlayingNotification():
                runtime.sessions.notifications.async_handle_playing(notification)
            case TranscodeNotification():
                runtime.transcodes.async_handle_transcode(notification)
                runtime.sessions.notifications.async_handle_transcode(notification)
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
    def _handle_connected(self, is_connected: bool, *, is_unresponsive: bool) -> None:
        """Notify every part that push was connected or lost.

        is_unresponsive: whether it was lost because a ping was not answered.
        """
        if self._is_stopped or self._hass.is_stopping:
            return
        self._refused_since = None
        async_set_issue(self._hass, self._entry, Issue.WEBSOCKET_BLOCKED, active=False)
        if is_unresponsive:
            self._runtime.liveness.async_expect_outage()
        for part in _push_aware(self._runtime):
            # An exception of one part must not keep the others at the intervals of push.
            try:
                part.async_push_changed(is_connected=is_connected)
            except Exception:
                _LOGGER.exception("Unexpected exception in a handler of the push connection")

    @callback
    def _handle_refused(self, failure: PlexApiError) -> None:
        """Raise a repair issue after an hour in which only the websocket is refused."""
        self._runtime.sessions.async_push_failed()
        # Some servers refuse the websocket to shared users, which no setting changes.
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
        elif now - self._refused_since >= _REFUSED_BEFORE_ISSUE_SECONDS:
            async_set_issue(self._hass, self._entry, Issue.WEBSOCKET_BLOCKED, active=True)
