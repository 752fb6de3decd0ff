"""The active sessions: polled, and updated by push notifications in between."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
import math
from typing import Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..api import PlayingNotification, PlexApiError, PlexErrorKind, Session, TranscodeNotification
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from .base import CoordinatorContext, PlexPulseCoordinator
from .features import as_server_error
from .health import SESSIONS
from .poll_interval import PollInterval
from .session_refresh import COMMAND_TIMES_SECONDS, END_TIMES_SECONDS, SessionRefresher
from .session_reports import SessionReports
from .session_updates import (
    PAUSED,
    STOPPED,
    StoppedSessions,
    apply_playing,
    apply_transcode,
    has_transcode,
    is_up_to_date,
    merge_duplicates,
    reported_sessions,
    stopped_sessions,
)

_PERMISSION_RETRY_SECONDS: Final = 3600.0
"""How often a token without session access is tried again."""
_DROPPED_TIMES_SECONDS: Final = (5.0,)
"""When the sessions are read after a dropped notification; further ones share the read."""
_MAX_PENDING_NOTIFICATIONS: Final = 1000
"""Notifications that are kept while a response is under way; older ones are dropped."""


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Reads the sessions, and applies what push reports of them."""

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
        self._stopped = StoppedSessions()
        self._reports = SessionReports(self._clock)
        self._aliases: dict[str, str] = {}
        self._cancel_expiry: CALLBACK_TYPE | None = None
        self._refresher = SessionRefresher(
            self._clock, self.async_refresh, self._async_start, self._next_verification
        )
        self.config_entry.async_on_unload(
            self.health.async_on_reconnect(self._async_handle_reconnect)
        )
        self.config_entry.async_on_unload(self._async_cancel_expiry)

    @property
    @override
    def is_available(self) -> bool:
        """Return whether the sessions are known.

        While reads fail, the state that push keeps up to date counts, for a minute after
        the last confirmation.
        """
        return super().is_available or (
            self._last_data is not None and self.health.data.push and self._reports.is_recent
        )

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions; one request at a time."""
        async with self._fetch_lock:
            return await self._async_read()

    async def _async_read(self) -> tuple[Session, ...]:
        """Return the sessions, none if the token may not read them."""
        if self.can_read_sessions:
            await self._identity.async_ensure()
        else:
            await self._identity.async_verify()
        if not self.can_read_sessions:
            await self._async_recheck_permission()
            return ()
        self._pending_notifications.clear()
        self._refresher.async_read_sent()
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
        sessions, self._aliases = merge_duplicates(
            self._stopped.without_stopped(listed), self._last_data or ()
        )
        self._reports.async_read(sessions)
        return self._apply_pending(sessions)

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
        self._async_schedule_expiry()

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
        """Read the sessions instead of the notifications that are too many to be processed."""
        self._refresher.async_request(
            "dropped", "dropped", lambda: False, read_times=_DROPPED_TIMES_SECONDS
        )

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Apply the state of a session, or read what is not known like that."""
        if not self.can_read_sessions:
            return
        if self._fetch_lock.locked():
            self._pending_notifications.append(notification)
        listed_key = notification.session_key
        notification = self._with_known_key(notification)
        if notification.state == STOPPED:
            self._handle_stopped(notification)
            return
        key, item = notification.session_key, notification.rating_key
        self._stopped.discard(listed_key)
        self._refresher.async_discard(f"stop {key}")
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
            lambda: is_up_to_date(self.data, self._with_known_key(notification)),
        )

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
            self._stopped.add(stopped, self._listed_keys(stopped.session_key))
            self._async_set_data(tuple(item for item in self.data if item is not stopped))
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
        if key is None or len(self._listed_keys(key)) > 1:
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
        is_known = has_transcode(self.data, key)
        if notification.event == "end":
            self._refresher.async_discard(f"transcode {key}")
            self._stopped.add_transcode(key)
            if is_known:
                self._refresher.async_request(
                    f"transcode end {key}",
                    notification.event,
                    lambda: not has_transcode(self.data, key),
                    read_times=END_TIMES_SECONDS,
                )
        elif is_known:
            for session in self.data:
                if session.transcode is not None and session.transcode.short_key == key:
                    self._reports.async_reported(session.session_key, None)
            self._async_set_data(apply_transcode(self.data, notification))
            self._refresher.async_wake()
        elif not self._stopped.has_transcode(key):
            self._refresher.async_request(
                f"transcode {key}", "start", lambda: has_transcode(self.data, key)
            )

    def _with_known_key(self, notification: PlayingNotification) -> PlayingNotification:
        """Return a notification under the key that the stream of its session has here."""
        key = notification.session_key
        if key is None or self._aliases.get(key, key) == key:
            return notification
        return replace(notification, session_key=self._aliases[key])

    def _listed_keys(self, session_key: str) -> tuple[str, ...]:
        """Return the keys under which the server lists a stream."""
        keys = tuple(listed for listed, key in self._aliases.items() if key == session_key)
        return keys or (session_key,)

    def _is_listed(self, session_keys: set[str]) -> bool:
        """Return whether all of these streams are known."""
        return session_keys <= {session.session_key for session in self.data}

    def _apply_pending(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the sessions with the notifications that arrived since the request was sent."""
        for pending in self._pending_notifications:
            notification = self._with_known_key(pending)
            if notification.state != STOPPED:
                sessions = apply_playing(sessions, notification)
            elif (stopped := self._stopped_session(sessions, notification)) is not None:
                self._stopped.add(stopped, self._listed_keys(stopped.session_key))
                sessions = tuple(item for item in sessions if item is not stopped)
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
        """Report the outcome and the interval, and schedule what depends on the read."""
        failure = self.last_failure
        self.health.async_record_poll(self._key, failure, self._poll_interval.interval)
        if failure is not None:
            self._reports.async_read_failed()
            # The base class notifies only once; availability may end later.
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
        if self.last_failure is not None:
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
