"""The active sessions: polled, and updated by push notifications in between."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
import math
from typing import Final, override

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import PlayingNotification, PlexApiError, PlexErrorKind, Session, TranscodeNotification
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from ..streams.progress import SessionProgress
from .base import CoordinatorContext, PlexPulseCoordinator
from .features import as_server_error
from .health import SESSIONS
from .poll_interval import PollInterval
from .session_refresh import SessionRefresher
from .session_reports import SessionReports
from .session_updates import (
    STOPPED,
    SessionIndex,
    StoppedSessions,
    apply_playing,
    apply_transcode,
    has_transcode,
    is_position_only,
    is_up_to_date,
    reported_sessions,
    stopped_sessions,
    unique_sessions,
)

_PERMISSION_RETRY_SECONDS: Final = 3600.0
"""How often a token without session access is tried again."""
_MAX_PENDING_NOTIFICATIONS: Final = 1000
"""Notifications that are kept while a response is under way; older ones are dropped."""

type PositionListener = Callable[[Session], None]
"""Called with the session and its latest position."""


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Reads the sessions, and applies what push reports of them.

    Listeners are notified when a session starts, ends or changes, or when its position is
    not the computed one, for example after a seek. A report of nothing but the position, or
    of the progress of a transcode, leaves `data` as it is and notifies only the position
    listeners; `current` and `current_sessions` include such reports.
    """

    def __init__(self, context: CoordinatorContext) -> None:
        """Expect the owner's token until the server refuses the sessions."""
        # Push may be connected while requests fail; only a poll detects the end of that.
        interval = PollInterval(SESSIONS_INTERVAL, after_failure=SESSIONS_INTERVAL)
        super().__init__(context, name=SESSIONS, poll_interval=interval)
        self.can_read_sessions = True
        self._clock = async_get_shared(self.hass).rate_limiters.clock
        self._next_permission_check = self._clock.monotonic() + _PERMISSION_RETRY_SECONDS
        # A response to an earlier request must not replace that to a later one.
        self._fetch_lock = asyncio.Lock()
        self._pending_notifications: deque[PlayingNotification] = deque(
            maxlen=_MAX_PENDING_NOTIFICATIONS
        )
        self.progress = SessionProgress()
        self._index = SessionIndex()
        self._position_listeners: dict[object, PositionListener] = {}
        self._has_hidden_change = False
        self._stopped = StoppedSessions()
        self._reports = SessionReports(self._clock)
        self._failing_since = -math.inf
        self._refresher = SessionRefresher(
            self._clock, self.async_refresh, self._async_start, self._next_verification
        )
        self.config_entry.async_on_unload(
            self.health.async_on_reconnect(self._async_handle_reconnect)
        )

    @property
    @override
    def is_available(self) -> bool:
        """Return whether the sessions are known.

        While reads fail, the state that push keeps up to date counts, for a minute after
        the last confirmation.
        """
        return super().is_available or (
            self._last_data is not None
            and self.health.data.push
            and self._reports.is_recent(self._failing_since)
        )

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions; one request at a time."""
        async with self._fetch_lock:
            return await self._async_read()

    async def _async_read(self) -> tuple[Session, ...]:
        """Return the sessions, none if the token may not read them."""
        if not (self._identity.is_verified and self.can_read_sessions):
            await self._identity.async_verify()
        if not self.can_read_sessions:
            await self._async_recheck_permission()
            return ()
        self._pending_notifications.clear()
        try:
            listed = await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            return await self._async_check_refusal(err)
        if self.health.outage is not None:
            # Another check found no server, or a different one, since the request was sent;
            # these may be the sessions of that one.
            await self._identity.async_verify()
        sessions = self._stopped.without_stopped(unique_sessions(listed))
        self._reports.async_read(sessions)
        before = self._last_data or ()
        changes = self.progress.update(before, self._apply_pending(sessions), _now(), is_read=True)
        # A seek to the position of the last change: equal data that the entities must show.
        self._has_hidden_change = changes.has_changed and changes.sessions == before
        self._notify_positions(changes.moved)
        return changes.sessions

    async def _async_check_refusal(self, refusal: PlexApiError) -> tuple[Session, ...]:
        """Return no sessions if the token is valid but may not read them.

        Older servers answer 401 and newer ones 403 to a shared user here; only an endpoint
        that is open to every valid token tells whether this one is still valid.

        Raises:
            PlexApiError: the token is refused there, too; or it could read the sessions
                before, and as rights do not shrink, the server is in trouble.

        """
        await self.client.get_libraries()
        if self._last_data is not None:
            raise as_server_error(refusal)
        self.can_read_sessions = False
        self._poll_interval = PollInterval(LIVENESS_INTERVAL)
        self._liveness.async_set_poll_interval(LIVENESS_INTERVAL)
        return ()

    @callback
    def _async_handle_reconnect(self) -> None:
        """Refresh as soon as the server is back."""
        self._async_start(self.async_refresh(), "reconnect")

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while push is connected, and at once when it is lost."""
        self._refresher.async_discard_all()
        self._stopped.clear()
        polled = SESSIONS_INTERVAL if self.can_read_sessions else LIVENESS_INTERVAL
        self._poll_interval.set_base(PUSHED_SESSIONS_INTERVAL if is_connected else polled)
        # What happened before the connection is read by the poll that is due within ten
        # seconds, unless its response is under way and older than the connection.
        if not is_connected or not self.last_update_success or self._fetch_lock.locked():
            self._apply_poll_interval()
            self._async_start(self.async_refresh())

    @callback
    def async_refresh_soon(self, reason: str) -> None:
        """Read the sessions now and a second later: a command is about to change them."""
        self._refresher.async_request(reason, reason, lambda: False, read_times=(0.5, 2.0))

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Apply the state of a session, or read what is not known like that."""
        if not self.can_read_sessions:
            return
        if self._fetch_lock.locked():
            self._pending_notifications.append(notification)
        if notification.state == STOPPED:
            self._handle_stopped(notification)
            return
        session = self._index.by_key(self.data, notification.session_key)
        if session is not None and self.is_available and is_position_only(session, notification):
            self._handle_position(session, notification.view_offset)
            return
        self._stopped.discard(notification.session_key)
        for session in reported_sessions(self.data, notification):
            self._reports.async_reported(session.session_key)
        if self.is_available:
            self._async_set_data(apply_playing(self.data, notification))
        if not (self.is_available and is_up_to_date(self.data, notification)):
            self._refresher.async_request(
                notification.session_key or f"item {notification.rating_key}",
                f"{notification.rating_key} {notification.transcode_key} {notification.state}",
                lambda: is_up_to_date(self.data, notification),
            )
        self._refresher.async_wake()

    def _handle_position(self, session: Session, view_offset: int | None) -> None:
        """Store a reported position; publish the session only after a seek or a drift."""
        self._stopped.discard(session.session_key)
        self._reports.async_reported(session.session_key)
        self._refresher.async_ensure_running()
        if view_offset is None:
            return
        if self.progress.report_position(session, view_offset, _now()):
            self._publish(self._with_replaced(session, self.progress.current(session)))
        else:
            self._notify_positions((session,))

    def _handle_stopped(self, notification: PlayingNotification) -> None:
        """Remove a stopped stream; verify by reads where it is not clear which one stopped.

        A stop may come under another session key, or name no session at all (seen with
        several apps). Another viewer may play the same item, so only a read may decide.
        """
        key = notification.session_key
        if key is not None:
            self._refresher.async_discard(key)
        if not self.is_available:
            return
        candidates = stopped_sessions(self.data, notification)
        if len(candidates) == 1 and candidates[0].session_key == key:
            self._stopped.add(self.progress.current(candidates[0]))
            self._async_set_data(
                tuple(session for session in self.data if session is not candidates[0])
            )
        elif candidates:
            keys = {session.session_key for session in candidates}
            self._refresher.async_request(
                f"stop {key} {notification.rating_key}",
                STOPPED,
                lambda: not keys <= {session.session_key for session in self.data},
                read_times=(0.0, 2.0, 6.0, 12.0, 18.0),
            )

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Apply a changed transcode, or read the sessions when one starts or ends."""
        if not (self.can_read_sessions and self.is_available):
            return
        key = notification.key
        session = self._index.by_transcode(self.data, key)
        has_ended = notification.event == "end"
        if has_ended is (session is not None) and notification.event in {"start", "end"}:
            # Not every server names the transcode in its playing notifications.
            self._refresher.async_request(
                f"transcode {key}",
                notification.event,
                lambda: has_transcode(self.data, key) is not has_ended,
                read_times=(0.0,),
            )
        elif session is not None:
            # Some apps report only their transcode.
            self._reports.async_reported(session.session_key)
            changed = apply_transcode(session, notification)
            if changed.transcode is None or not self.progress.report_transcode(
                session, changed.transcode
            ):
                self._async_set_data(self._with_replaced(session, changed))

    @property
    def current_sessions(self) -> tuple[Session, ...]:
        """Return the sessions with their latest positions and transcodes."""
        return tuple(self.progress.current(session) for session in self.data)

    @callback
    def async_add_position_listener(self, listener: PositionListener) -> Callable[[], None]:
        """Call a listener after each report that changes nothing but a position.

        Returns a function that removes the listener.
        """
        key = object()
        self._position_listeners[key] = listener

        @callback
        def remove() -> None:
            """Remove the listener."""
            self._position_listeners.pop(key, None)

        return remove

    @callback
    def _notify_positions(self, sessions: tuple[Session, ...]) -> None:
        """Call the position listeners for each of the sessions."""
        if not self._position_listeners:
            return
        for session in sessions:
            current = self.progress.current(session)
            for listener in tuple(self._position_listeners.values()):
                listener(current)

    def _with_replaced(self, session: Session, changed: Session) -> tuple[Session, ...]:
        """Return the data with a session replaced."""
        return tuple(changed if item is session else item for item in self.data)

    @callback
    @override
    def _async_set_data(self, data: tuple[Session, ...]) -> None:
        """Publish sessions between two polls, if more than the progress has changed."""
        changes = self.progress.update(self.data, data, _now())
        self._notify_positions(changes.moved)
        if changes.has_changed:
            self._publish(changes.sessions)

    @callback
    def _publish(self, sessions: tuple[Session, ...]) -> None:
        """Replace the data and notify the listeners."""
        self.data = self._last_data = sessions
        self.async_update_listeners()

    def _apply_pending(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the sessions with the notifications that arrived since the request was sent."""
        for notification in self._pending_notifications:
            if notification.state != STOPPED:
                sessions = apply_playing(sessions, notification)
                continue
            candidates = stopped_sessions(sessions, notification)
            if len(candidates) == 1 and candidates[0].session_key == notification.session_key:
                self._stopped.add(candidates[0])
                sessions = tuple(item for item in sessions if item is not candidates[0])
        return sessions

    def _next_verification(self) -> float | None:
        """Return when an unreported stream must be verified; polls do it without push."""
        if not (self.health.data.push and self.can_read_sessions and self.data):
            return None
        return self._reports.next_verification(self.data)

    async def _async_recheck_permission(self) -> None:
        """Retry once an hour; a server that was still starting may have refused by mistake.

        Reloads the entry on success.
        """
        now = self._clock.monotonic()
        if now < self._next_permission_check:
            return
        self._next_permission_check = now + _PERMISSION_RETRY_SECONDS
        with suppress(PlexApiError):
            await self.client.get_sessions()
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    @override
    def _async_record_health(self) -> None:
        """Report the outcome and the interval; drop the streams that cannot be verified."""
        failure = self.last_failure
        self.health.async_record_poll(self._key, failure, self._poll_interval.interval)
        if failure is None:
            self._failing_since = -math.inf
            if self._has_hidden_change:
                self.async_update_listeners()
        else:
            if math.isinf(self._failing_since):
                self._failing_since = self._clock.monotonic()
            self._reports.async_read_failed()
            if self._last_data is not None:
                self._async_set_data(self._reports.unexpired(self.data))
            # The base class notifies only once; availability ends a minute later.
            self.async_update_listeners()
        self._refresher.async_wake()


def _now() -> float:
    """Return Unix seconds."""
    return dt_util.utcnow().timestamp()
