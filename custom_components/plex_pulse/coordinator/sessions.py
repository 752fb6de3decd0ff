"""The active sessions: polled, and updated by push notifications in between."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
import math
from typing import Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..api import PlayingNotification, PlexApiError, PlexErrorKind, Session, TranscodeNotification
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from ..streams.progress import SessionProgress
from .base import CoordinatorContext, PlexPulseCoordinator
from .health import SESSIONS
from .poll_interval import PollInterval
from .position_listeners import PositionListener, PositionListeners
from .read_timing import ReadTiming
from .session_keys import SessionKeys
from .session_permission import SessionPermission
from .session_refresh import COMMAND_TIMES_SECONDS, END_TIMES_SECONDS, SessionRefresher
from .session_reports import SessionReports
from .session_updates import (
    PAUSED,
    STOPPED,
    SessionIndex,
    StoppedSessions,
    apply_playing,
    apply_transcode,
    has_transcode,
    is_position_only,
    is_up_to_date,
    merge_duplicates,
    reported_sessions,
    stopped_sessions,
)

_DROPPED_TIMES_SECONDS: Final = (5.0,)
"""When the sessions are read after a dropped notification; further ones share the read."""
_MAX_PENDING_NOTIFICATIONS: Final = 500
"""Notifications that are kept while a response is under way; one read replaces older ones."""


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
        self._permission = SessionPermission(self.client, self._clock)
        # A response to an earlier request must not replace that to a later one.
        self._fetch_lock = asyncio.Lock()
        self._timing = ReadTiming(self._clock)
        self._pending_notifications: deque[PlayingNotification] = deque(
            maxlen=_MAX_PENDING_NOTIFICATIONS
        )
        self.progress = SessionProgress()
        self._index = SessionIndex()
        self._position_listeners = PositionListeners(self.progress.current)
        self._has_hidden_change = False
        self._was_available = True
        # Streams of before an outage are not shown again before a read has confirmed them.
        self._has_read_since_outage = True
        self._was_connected = True
        self._stopped = StoppedSessions()
        self._reports = SessionReports(self._clock)
        self._session_keys = SessionKeys()
        self._cancel_expiry: CALLBACK_TYPE | None = None
        self._refresher = SessionRefresher(
            self._clock, self.async_refresh, self._async_start, self._next_verification
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
        """Require a read after the beginning of an outage."""
        was_connected, self._was_connected = self._was_connected, self.health.data.connected
        if was_connected and not self._was_connected:
            self._has_read_since_outage = False

    @property
    def can_read_sessions(self) -> bool:
        """Return whether the token may read the sessions: that of the owner may."""
        return self._permission.is_granted

    @property
    @override
    def is_available(self) -> bool:
        """Return whether the sessions are known.

        With push, the state that it keeps up to date counts for a minute after the last
        confirmation, also while reads fail or hang.
        """
        if self._last_data is not None and self.health.data.push:
            return self._has_read_since_outage and self._reports.is_recent(self.data)
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
            sessions = await self._async_read()
            self._has_read_since_outage = True
            return sessions

    async def _async_read(self) -> tuple[Session, ...]:
        """Return the sessions, none if the token may not read them."""
        if self.can_read_sessions:
            await self._identity.async_ensure()
        else:
            await self._identity.async_verify()
        if not self.can_read_sessions:
            if await self._permission.async_recheck():
                self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
            return ()
        self._pending_notifications.clear()
        self._timing.async_sent()
        self._refresher.async_read_sent()
        try:
            listed = await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            await self._permission.async_handle_refusal(
                err, was_granted=self._last_data is not None
            )
            self._poll_interval = PollInterval(LIVENESS_INTERVAL)
            self._liveness.async_set_poll_interval(LIVENESS_INTERVAL)
            return ()
        if self.health.outage is not None:
            # Another check found no server, or a different one, since the request was sent;
            # these may be the sessions of that one.
            await self._identity.async_verify()
        sessions, stream_keys = merge_duplicates(
            self._stopped.without_stopped(listed), self._last_data or ()
        )
        self._session_keys.update(stream_keys)
        self._reports.async_read(sessions)
        before = self._last_data or ()
        changes = self.progress.update(before, self._apply_pending(sessions), _now(), is_read=True)
        # A seek to the position of the last change: equal data that the entities must show.
        self._has_hidden_change = changes.has_changed and changes.sessions == before
        self._position_listeners.async_notify(changes.moved)
        return changes.sessions

    @callback
    def _async_handle_reconnect(self) -> None:
        """Refresh as soon as the server is back."""
        self._timing.async_interrupted()
        self._async_start(self.async_refresh(), "reconnect")

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while push is connected, and at once when it is lost."""
        self._refresher.async_discard_all()
        self._stopped.clear()
        self._timing.async_push_changed(is_connected=is_connected)
        polled = SESSIONS_INTERVAL if self.can_read_sessions else LIVENESS_INTERVAL
        self._poll_interval.set_base(PUSHED_SESSIONS_INTERVAL if is_connected else polled)
        if not is_connected:
            self._apply_poll_interval()
            self._async_start(self._async_check_and_refresh())
        elif not self._timing.is_complete:
            self._apply_poll_interval()
            self._async_start(self.async_refresh())
        # After 429s the next poll may be minutes away; known streams are verified before.
        self._refresher.async_ensure_running()
        self._async_schedule_expiry()

    async def _async_check_and_refresh(self) -> None:
        """Read the sessions of a server that is alive; a frozen one shows sooner by a check."""
        await self._liveness.async_check()
        if not self._timing.is_complete:
            await self.async_refresh()

    @callback
    def async_push_failed(self) -> None:
        """Read the sessions without waiting for push any longer."""
        self._timing.async_push_failed()

    @callback
    def async_verify_end(self, session_key: str) -> None:
        """Read the sessions until a stream is gone that a command has just ended.

        Not every server sends a notification then, and some list the stream for seconds.
        """
        self._refresher.async_request(
            f"end {session_key}",
            STOPPED,
            lambda: not self._is_listed({session_key}),
            read_times=COMMAND_TIMES_SECONDS,
        )

    @callback
    def async_notification_dropped(self) -> None:
        """Read the sessions after notifications were dropped because there were too many."""
        self._refresher.async_request(
            "dropped", "dropped", lambda: False, read_times=_DROPPED_TIMES_SECONDS
        )

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Apply the state of a session, or request a read if the notification is not enough."""
        if not self.can_read_sessions:
            return
        if self._fetch_lock.locked():
            if len(self._pending_notifications) == _MAX_PENDING_NOTIFICATIONS:
                self.async_notification_dropped()
            self._pending_notifications.append(notification)
        listed_key = notification.session_key
        notification = self._session_keys.with_stream_key(notification)
        if notification.state == STOPPED:
            self._handle_stopped(notification)
            return
        key, item = notification.session_key, notification.rating_key
        self._stopped.discard(listed_key)
        self._refresher.async_discard(f"stop {key}")
        known = self._index.by_key(self.data, key)
        if known is not None and self.is_available and is_position_only(known, notification):
            self._handle_position(known, notification)
            return
        for session in reported_sessions(self.data, notification):
            self._reports.async_reported(session.session_key, item)
        if self.is_available:
            self._async_set_data(apply_playing(self.data, notification))
        if self.is_available and is_up_to_date(self.data, notification):
            self._refresher.async_wake()
            return
        self._refresher.async_request(
            key or f"item {item}",
            f"{item} {notification.transcode_key} {notification.state == PAUSED}",
            lambda: is_up_to_date(self.data, self._session_keys.with_stream_key(notification)),
        )

    def _handle_position(self, session: Session, notification: PlayingNotification) -> None:
        """Store a reported position; publish the session only after a seek or a drift."""
        self._reports.async_reported(session.session_key, notification.rating_key)
        self._refresher.async_ensure_running()
        if notification.view_offset is None:
            return
        if self.progress.report_position(session, notification.view_offset, _now()):
            self._publish(self._with_replaced(session, self.progress.current(session)))
        else:
            self._position_listeners.async_notify((session,))

    def _handle_stopped(self, notification: PlayingNotification) -> None:
        """Remove a stopped stream; verify by reads where it is not clear which one stopped.

        A stop may come under another session key, or name no session at all (seen with
        several apps). Another viewer may play the same item, so only a read may decide.
        """
        key = notification.session_key
        self._refresher.async_discard(key or f"item {notification.rating_key}")
        if not self.is_available:
            return
        if (stopped := self._stopped_session(self.data, notification)) is not None:
            self._stopped.add(stopped, self._session_keys.listed_keys(stopped.session_key))
            self._reports.async_ended()
            self._async_set_data(tuple(item for item in self.data if item is not stopped))
            self._async_schedule_expiry()
        elif candidates := stopped_sessions(self.data, notification):
            keys = {session.session_key for session in candidates}
            self._refresher.async_request(
                f"stop {key or notification.rating_key}",
                STOPPED,
                lambda: not self._is_listed(keys),
                read_times=END_TIMES_SECONDS,
            )

    def _stopped_session(
        self, sessions: Iterable[Session], notification: PlayingNotification
    ) -> Session | None:
        """Return the session that has stopped, None if that is not certain.

        It is the session of that key if it played that item last, and if the server lists it
        under this key alone: of two keys, one may end while the app goes on.
        """
        key, item = notification.session_key, notification.rating_key
        if key is None or len(self._session_keys.listed_keys(key)) > 1:
            return None
        found = (session for session in sessions if session.session_key == key)
        session = next(found, None)
        if session is None or item in {
            None,
            session.item.rating_key,
            self._reports.reported_item(key),
        }:
            return session
        return None

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Apply a changed transcode, or read the sessions when one starts or ends.

        Not every app and server names the transcode in its playing notifications, and some
        apps report nothing but their transcode.
        """
        if not (self.can_read_sessions and self.is_available):
            return
        key = notification.key
        session = self._index.by_transcode(self.data, key)
        if notification.event == "end":
            self._refresher.async_discard(f"transcode {key}")
            self._stopped.add_transcode(key)
            if session is not None:
                self._refresher.async_request(
                    f"transcode end {key}",
                    notification.event,
                    lambda: not has_transcode(self.data, key),
                    read_times=END_TIMES_SECONDS,
                )
        elif session is not None:
            self._reports.async_reported(session.session_key, None)
            changed = apply_transcode(session, notification)
            if changed.transcode is None or not self.progress.report_transcode(
                session, changed.transcode
            ):
                self._async_set_data(self._with_replaced(session, changed))
            self._refresher.async_ensure_running()
        elif not self._stopped.has_transcode(key):
            self._refresher.async_request(
                f"transcode {key}", "start", lambda: has_transcode(self.data, key)
            )

    def _is_listed(self, session_keys: set[str]) -> bool:
        """Return whether all of these streams are known."""
        return session_keys <= {session.session_key for session in self.data}

    @property
    def current_sessions(self) -> tuple[Session, ...]:
        """Return the sessions with their latest positions and transcodes."""
        return tuple(self.progress.current(session) for session in self.data)

    @callback
    def async_add_position_listener(self, listener: PositionListener) -> Callable[[], None]:
        """Call a listener after each report that changes nothing but a position.

        Returns a function that removes the listener.
        """
        return self._position_listeners.async_add(listener)

    def _with_replaced(self, session: Session, changed: Session) -> tuple[Session, ...]:
        """Return the data with a session replaced."""
        return tuple(changed if item is session else item for item in self.data)

    @callback
    @override
    def _async_set_data(self, data: tuple[Session, ...]) -> None:
        """Publish sessions between two polls, if more than the progress has changed."""
        changes = self.progress.update(self.data, data, _now())
        self._position_listeners.async_notify(changes.moved)
        if changes.has_changed:
            self._publish(changes.sessions)
        elif self.is_available and not self._was_available:
            # A report of a position has confirmed a stream.
            self.async_update_listeners()

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Notify the listeners, and remember whether they found the sessions available."""
        self._was_available = self.is_available
        super().async_update_listeners()

    @callback
    def _publish(self, sessions: tuple[Session, ...]) -> None:
        """Replace the data and notify the listeners."""
        self.data = self._last_data = sessions
        self.async_update_listeners()

    def _apply_pending(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the sessions with the notifications that arrived since the request was sent."""
        for pending in self._pending_notifications:
            notification = self._session_keys.with_stream_key(pending)
            if notification.state != STOPPED:
                sessions = apply_playing(sessions, notification)
            elif (stopped := self._stopped_session(sessions, notification)) is not None:
                self._stopped.add(stopped, self._session_keys.listed_keys(stopped.session_key))
                sessions = tuple(item for item in sessions if item is not stopped)
        return sessions

    def _next_verification(self) -> float | None:
        """Return when an unreported stream must be verified; polls do it without push."""
        if not (self.health.data.push and self.can_read_sessions and self.data):
            return None
        return self._reports.next_verification(self.data)

    @callback
    @override
    def _async_record_health(self) -> None:
        """Report the outcome and the interval, and schedule what depends on the read."""
        failure = self.last_failure
        self.health.async_record_poll(self._key, failure, self._poll_interval.interval)
        if failure is not None:
            self._reports.async_read_failed()
            # The base class notifies only once; availability may end later.
            self.async_update_listeners()
        elif self._has_hidden_change or not self._was_available:
            # Without a change of the data the base class notifies only after a failure.
            self.async_update_listeners()
        self._refresher.async_read_finished(is_success=failure is None)
        self._async_schedule_expiry()

    @callback
    def _async_schedule_expiry(self, _: datetime | None = None) -> None:
        """Drop the streams that push has not confirmed for a minute, and wait for the next."""
        self._async_cancel_expiry()
        if not self.health.data.push or self._last_data is None:
            return
        self._async_set_data(self._reports.unexpired(self.data))
        if not self.is_available:
            self.async_update_listeners()
        seconds = self._reports.next_expiry(self.data) - self._clock.monotonic()
        if 0 < seconds < math.inf:
            self._cancel_expiry = async_call_later(self.hass, seconds, self._async_schedule_expiry)

    @callback
    def _async_cancel_expiry(self) -> None:
        """Cancel the timer."""
        if self._cancel_expiry is not None:
            self._cancel_expiry()
            self._cancel_expiry = None


def _now() -> float:
    """Return Unix seconds."""
    return dt_util.utcnow().timestamp()
