"""The active sessions: polled, and updated by push notifications in between."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import math
from typing import Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..api import Session
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from .base import CoordinatorContext, PlexPulseCoordinator
from .health import SESSIONS
from .poll_interval import PollInterval
from .position_listeners import PositionListener
from .program_ends import ProgramEnds
from .read_timing import ReadTiming
from .session_notifications import SessionNotifications
from .session_reader import SessionReader
from .session_refresh import SessionRefresher
from .session_tracking import SessionTracking


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Reads the sessions, and applies what push reports of them.

    Listeners are notified when a session starts, ends or changes, or when its position is
    not the computed one, for example after a seek. A report of nothing but the position, or
    of the progress of a transcode, leaves `data` as it is and notifies only the position
    listeners; `current_sessions` and `progress` include such reports.
    """

    def __init__(self, context: CoordinatorContext, player_salt: str | None = None) -> None:
        """Start without sessions.

        player_salt: what the ids of players are made from, the machine identifier if None.
        """
        # Push may be connected while requests fail; only a poll detects the end of that.
        interval = PollInterval(SESSIONS_INTERVAL, after_failure=SESSIONS_INTERVAL)
        super().__init__(context, name=SESSIONS, poll_interval=interval)
        self.player_salt: Final = player_salt or self.machine_identifier
        self._clock = async_get_shared(self.hass).rate_limiters.clock
        self._reader = SessionReader(context, self._clock)
        # A response to an earlier request must not replace that to a later one.
        self._fetch_lock = asyncio.Lock()
        self._timing = ReadTiming(self._clock)
        self._program_ends = ProgramEnds(self._clock)
        self._has_hidden_change = False
        self._was_available = True
        # Streams that were unavailable without push are not shown again before a read: what has
        # ended meanwhile was not reported.
        self._must_read = False
        self._was_connected = True
        self._cancel_expiry: CALLBACK_TYPE | None = None
        self._refresher = SessionRefresher(
            self._clock, self.async_refresh, self._async_start, self._next_verification
        )
        self._tracking = SessionTracking(self._clock, lambda: self._refresher.unlisted)
        self.progress: Final = self._tracking.progress
        self.notifications: Final = SessionNotifications(
            self,
            self._tracking,
            self._refresher,
            self._clock,
            is_reading=self._fetch_lock.locked,
        )
        self.config_entry.async_on_unload(
            self.health.async_on_reconnect(self._async_handle_reconnect)
        )
        self.config_entry.async_on_unload(self._async_cancel_expiry)
        self.config_entry.async_on_unload(
            self.health.async_add_listener(self._async_health_changed)
        )

    @callback
    def _async_health_changed(self) -> None:
        """Require a read after the beginning of an outage, which the entities show by now."""
        was_connected, self._was_connected = self._was_connected, self.health.data.connected
        if was_connected and not self._was_connected:
            self._must_read = True
            self._was_available = False

    @property
    def can_read_sessions(self) -> bool:
        """Return whether the token may read the sessions: that of the owner may."""
        return self._reader.can_read

    @property
    @override
    def is_available(self) -> bool:
        """Return whether the sessions are known.

        With push, the state that it keeps up to date counts for a minute after the last
        confirmation, also while reads fail or hang. After an outage neither push nor a check
        of the liveness makes the streams of before it known again.
        """
        if self._must_read:
            return False
        if self._last_data is not None and self.health.data.push:
            return self._tracking.reports.is_recent(self.data)
        return super().is_available

    @override
    async def async_refresh(self) -> None:
        """Read the sessions; callers share a request that is not sent yet."""
        await self._timing.async_share(super().async_refresh)

    @override
    async def _async_update_data(self) -> tuple[Session, ...]:
        """Return the sessions; others share the request of a poll, too."""
        with self._timing.unsent():
            return await super()._async_update_data()

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions; one request at a time."""
        if self.can_read_sessions:
            await self._timing.async_wait_for_push()
        async with self._fetch_lock:
            could_read = self.can_read_sessions
            listed = await self._reader.async_read(
                self._handle_request_sent, has_read_before=self._last_data is not None
            )
            if not self.can_read_sessions:
                if could_read:
                    self._poll_interval = PollInterval(LIVENESS_INTERVAL)
                    self._liveness.async_set_poll_interval(LIVENESS_INTERVAL)
                return ()
        before = self._last_data or ()
        changes = self._tracking.async_read(listed, before, self.notifications.pending)
        # A seek to the position of the last change: equal data that the entities must show.
        self._has_hidden_change = changes.has_changed and changes.sessions == before
        return changes.sessions

    def _handle_request_sent(self) -> None:
        """Relate notifications and pending changes to the request that is sent now."""
        self.notifications.pending.clear()
        self._timing.async_sent()
        self._refresher.async_read_sent()

    @callback
    def _async_handle_reconnect(self) -> None:
        """Refresh as soon as the server is back."""
        self._timing.async_interrupted()
        self._async_start(self.async_refresh(), "reconnect")

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while push is connected, and at once when it is lost."""
        self._refresher.async_discard_all()
        self._tracking.stopped.clear()
        self._timing.async_push_changed(is_connected=is_connected)
        polled = SESSIONS_INTERVAL if self.can_read_sessions else LIVENESS_INTERVAL
        self._poll_interval.set_base(PUSHED_SESSIONS_INTERVAL if is_connected else polled)
        if not is_connected:
            self._apply_poll_interval()
            self._async_start(self._async_check_and_refresh())
        elif self._needs_read:
            self._apply_poll_interval()
            self._async_start(self.async_refresh())
        # After 429s the next poll may be minutes away; known streams are verified before.
        self._refresher.async_ensure_running()
        self.async_schedule_expiry()

    @property
    def _needs_read(self) -> bool:
        """Return whether a request has to be sent because push is connected now."""
        if self.can_read_sessions:
            return not self._timing.is_complete
        return not self.last_update_success

    async def _async_check_and_refresh(self) -> None:
        """Read the sessions of a server that is alive; a frozen one shows sooner by a check."""
        await self._liveness.async_check()
        if self._timing.is_complete:
            return
        seconds = self._timing.seconds_until_old(self._poll_interval.interval.total_seconds())
        if self.last_failure is None and self.health.outage is None and seconds:
            # Of a websocket that closes again and again, no loss costs a read of its own.
            self._poll_interval.bring_forward(timedelta(seconds=seconds))
            self._apply_poll_interval()
            self._schedule_refresh()
        else:
            await self.async_refresh()

    @callback
    def async_push_failed(self) -> None:
        """Read the sessions without waiting for push any longer."""
        self._timing.async_push_failed()

    @property
    def current_sessions(self) -> tuple[Session, ...]:
        """Return the sessions with their latest positions and transcodes."""
        return tuple(self.progress.current(session) for session in self.data)

    def find_session(self, session_key: str) -> Session | None:
        """Return the session that is, or else was, listed under a session key."""
        stream_key = self._tracking.keys.stream_key(session_key)
        return next((item for item in self.data if item.stream_key == stream_key), None)

    @callback
    def async_add_position_listener(self, listener: PositionListener) -> Callable[[], None]:
        """Call a listener after reports of a mere position; returns what unsubscribes."""
        return self._tracking.positions.async_add(listener)

    @callback
    def async_set_sessions(self, sessions: tuple[Session, ...]) -> None:
        """Publish sessions between two polls, if more than the progress has changed."""
        changes = self._tracking.async_changed(self.data, sessions)
        if changes.has_changed:
            self.async_publish(changes.sessions)
        elif self.is_available and not self._was_available:
            # A report of a position has confirmed a stream.
            self.async_update_listeners()

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Notify the listeners, and remember whether they found the sessions available."""
        self._was_available = self.is_available
        if not (self._was_available or self.health.data.push):
            self._must_read = True
        super().async_update_listeners()

    @callback
    def async_publish(self, sessions: tuple[Session, ...]) -> None:
        """Replace the data and notify the listeners."""
        self.data = self._last_data = sessions
        self.async_update_listeners()

    def _next_verification(self) -> float | None:
        """Return when an unreported stream must be verified, or a program on live TV has ended.

        Without push the polls do it.
        """
        if not (self.health.data.push and self.can_read_sessions and self.data):
            return None
        verification = self._tracking.reports.next_verification(self.data)
        program_end = self._program_ends.next_read(self.data)
        return program_end if verification is None else min(verification, program_end)

    @callback
    @override
    def _async_record_health(self) -> None:
        """Report the outcome and the interval, and schedule what depends on the read."""
        failure = self.last_failure
        if self.last_update_success:
            # Not in the read itself: it ends an outage before its result is in `data`.
            self._must_read = False
        self.health.async_record_poll(self._key, failure, self._poll_interval.interval)
        if failure is not None:
            self._tracking.reports.async_read_failed()
            # The base class notifies only once; availability may end later.
            self.async_update_listeners()
        elif self._has_hidden_change or not self._was_available:
            # Without a change of the data the base class notifies only after a failure.
            self.async_update_listeners()
        self._program_ends.async_read()
        self._refresher.async_read_finished(failure)
        self.async_schedule_expiry()

    @callback
    def async_schedule_expiry(self, _: datetime | None = None) -> None:
        """Drop the streams that push has not confirmed for a minute, and wait for the next."""
        self._async_cancel_expiry()
        if not self.health.data.push or self._last_data is None:
            return
        unexpired = self._tracking.reports.unexpired(self.data)
        if len(unexpired) != len(self.data) or not self._was_available:
            self.async_set_sessions(unexpired)
        if not self.is_available:
            self.async_update_listeners()
        seconds = self._tracking.reports.next_expiry(self.data) - self._clock.monotonic()
        if 0 < seconds < math.inf:
            self._cancel_expiry = async_call_later(self.hass, seconds, self.async_schedule_expiry)

    @callback
    def _async_cancel_expiry(self) -> None:
        """Cancel the timer."""
        if self._cancel_expiry is not None:
            self._cancel_expiry()
            self._cancel_expiry = None
