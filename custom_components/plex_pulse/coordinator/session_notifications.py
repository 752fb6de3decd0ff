"""Apply the notifications of push to the sessions, or request reads of what they announce."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from homeassistant.core import callback

from ..api import Clock, PlayingNotification, Session, TranscodeNotification
from .session_refresh import COMMAND_TIMES_SECONDS, END_TIMES_SECONDS, SessionRefresher
from .session_tracking import SessionTracking, now
from .session_updates import (
    PAUSED,
    STOPPED,
    SessionIndex,
    apply_playing,
    has_transcode,
    is_position_only,
    is_up_to_date,
    reported_sessions,
    reported_transcode,
    stopped_sessions,
)
from .unmatched_ends import UnmatchedEnds

_DROPPED_TIMES_SECONDS: Final = (5.0,)
"""When the sessions are read after a dropped notification; further ones share the read."""
_UNMATCHED_END: Final = "unmatched end"
_MAX_PENDING: Final = 500
"""Notifications that are kept while a response is under way; one read replaces older ones."""


class SessionsStore(Protocol):
    """The sessions that notifications are applied to."""

    data: tuple[Session, ...]

    @property
    def can_read_sessions(self) -> bool:
        """Return whether the token may read the sessions."""

    @property
    def is_available(self) -> bool:
        """Return whether the sessions are known."""

    def async_set_sessions(self, sessions: tuple[Session, ...]) -> None:
        """Publish sessions, if more than the progress has changed."""

    def async_publish(self, sessions: tuple[Session, ...]) -> None:
        """Publish sessions in any case."""

    def async_schedule_expiry(self) -> None:
        """Compute again when the next stream must be dropped."""


class SessionNotifications:
    """Handles the notifications that concern sessions."""

    def __init__(
        self,
        store: SessionsStore,
        tracking: SessionTracking,
        refresher: SessionRefresher,
        clock: Clock,
        *,
        is_reading: Callable[[], bool],
    ) -> None:
        """Start without pending notifications.

        `is_reading` returns whether a response is under way.
        """
        self._store = store
        self._tracking = tracking
        self._refresher = refresher
        self._is_reading = is_reading
        self._index = SessionIndex()
        self._unmatched_ends = UnmatchedEnds(clock)
        self.pending: Final = deque[PlayingNotification](maxlen=_MAX_PENDING)
        """Notifications that a response under way may not contain."""

    @callback
    def async_verify_end(self, stream_key: str) -> None:
        """Read the sessions until a stream is gone that a command has just ended.

        Not every server sends a notification then, and some list the stream for seconds.
        """
        self._refresher.async_request(
            f"end {stream_key}",
            STOPPED,
            lambda: not self._is_listed({stream_key}),
            read_times=COMMAND_TIMES_SECONDS,
        )

    @callback
    def async_dropped(self) -> None:
        """Read the sessions after notifications were dropped because there were too many."""
        self._refresher.async_request(
            "dropped", "dropped", lambda: False, read_times=_DROPPED_TIMES_SECONDS
        )

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Apply the state of a session, or request a read if the notification is not enough."""
        store, tracking = self._store, self._tracking
        if not store.can_read_sessions:
            return
        if self._is_reading():
            if len(self.pending) == _MAX_PENDING:
                self.async_dropped()
            self.pending.append(notification)
        if notification.is_end:
            self._handle_stopped(notification)
            return
        received, notification = notification, tracking.keys.with_stream_key(notification)
        key, item = notification.session_key, notification.rating_key
        tracking.stopped.discard(received)
        self._refresher.async_discard(f"stop {key}")
        known = self._index.by_key(store.data, key)
        if known is not None and store.is_available and is_position_only(known, notification):
            self._handle_position(known, notification)
            return
        for session in reported_sessions(store.data, notification):
            tracking.reports.async_reported(session.stream_key, item)
            tracking.ends.async_reported(session, notification)
        if store.is_available:
            store.async_set_sessions(apply_playing(store.data, notification))
        if store.is_available and is_up_to_date(store.data, notification):
            self._refresher.async_wake()
            return
        self._refresher.async_request(
            key or f"item {item}",
            f"{item} {notification.transcode_key} {notification.state == PAUSED}",
            lambda: is_up_to_date(store.data, tracking.keys.with_stream_key(received)),
            unlisted=received if known is None else None,
        )

    def _handle_position(self, session: Session, notification: PlayingNotification) -> None:
        """Store a reported position; publish the session only after a seek or a drift."""
        self._tracking.reports.async_reported(session.stream_key, notification.rating_key)
        self._tracking.ends.async_reported(session, notification)
        self._refresher.async_ensure_running()
        if notification.view_offset is None:
            return
        progress = self._tracking.progress
        if progress.report_position(session, notification.view_offset, now()):
            self._store.async_publish(self._with_replaced(session, progress.current(session)))
        else:
            self._tracking.positions.async_notify((session,))

    def _handle_stopped(self, received: PlayingNotification) -> None:
        """Remove a stopped stream; verify by reads where it is not clear which one stopped.

        A stop may come under another session key, or name no session at all (seen with
        several apps). Another viewer may play the same item, so only a read may decide.
        """
        store, ends = self._store, self._unmatched_ends
        notification = self._tracking.keys.with_stream_key(received)
        if (unlisted := self._refresher.async_end_unlisted(notification)) is not None:
            notification = replace(notification, rating_key=unlisted.rating_key)
        key, item = notification.session_key, notification.rating_key
        if not store.is_available:
            return
        is_known = key is not None and self._index.by_key(store.data, key) is not None
        if (stopped := self._tracking.stopped_session(store.data, received)) is not None:
            self._tracking.ends.async_stopped(stopped, notification)
            ends.add(received)
            self._tracking.add_stopped(stopped)
            self._tracking.reports.async_ended()
            store.async_set_sessions(
                tuple(session for session in store.data if session is not stopped)
            )
            store.async_schedule_expiry()
            return
        candidates = stopped_sessions(store.data, notification)
        keys = {session.stream_key for session in candidates}
        if candidates and (is_known or item is not None):
            if len(candidates) == 1:
                self._tracking.ends.async_stopped(candidates[0], notification)
            self._refresher.async_request(
                f"stop {key or item}",
                STOPPED,
                lambda: not self._is_listed(keys),
                read_times=END_TIMES_SECONDS,
            )
        elif not ends.is_repeated(received):
            ends.add(received)
            # A response under way may list what has ended meanwhile.
            is_reading = self._is_reading()
            if is_reading or (store.data and (candidates or unlisted is None)):
                # Another stream that ends meanwhile must not be taken for this one.
                self._refresher.async_discard(_UNMATCHED_END)
                self._refresher.async_request(
                    _UNMATCHED_END,
                    STOPPED,
                    lambda: bool(keys) and not self._is_listed(keys),
                    read_times=ends.next_reads(fits_all=bool(candidates)),
                )

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Apply a changed transcode, or read the sessions when one starts or ends.

        Not every app and server names the transcode in its playing notifications, and some
        apps report nothing but their transcode.
        """
        store, key = self._store, notification.key
        if not (store.can_read_sessions and store.is_available):
            return
        session = self._index.by_transcode(store.data, key)
        if notification.event == "end":
            self._refresher.async_discard(f"transcode {key}")
            self._tracking.stopped.add_transcode(key)
            if session is not None:
                self._refresher.async_request(
                    f"transcode end {key}",
                    notification.event,
                    lambda: not has_transcode(store.data, key),
                    read_times=END_TIMES_SECONDS,
                )
        elif session is not None:
            self._tracking.reports.async_reported(session.stream_key, None)
            transcode = reported_transcode(session, notification)
            if not self._tracking.progress.report_transcode(session, transcode):
                changed = replace(session, transcode=transcode)
                store.async_set_sessions(self._with_replaced(session, changed))
            self._refresher.async_ensure_running()
        elif not self._tracking.stopped.has_transcode(key):
            self._refresher.async_request(
                f"transcode {key}", "start", lambda: has_transcode(store.data, key)
            )

    def _is_listed(self, stream_keys: set[str]) -> bool:
        """Return whether all of these streams are known."""
        return stream_keys <= {session.stream_key for session in self._store.data}

    def _with_replaced(self, session: Session, changed: Session) -> tuple[Session, ...]:
        """Return the sessions with one of them replaced."""
        return tuple(changed if item is session else item for item in self._store.data)
