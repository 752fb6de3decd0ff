"""What is known of the sessions besides their list: keys, ends, confirmations, positions."""

from collections.abc import Callable, Iterable
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import Clock, PlayingNotification, Session
from ..streams.progress import SessionChanges, SessionProgress
from .position_listeners import PositionListeners
from .session_ends import SessionEnds
from .session_keys import SessionKeys
from .session_matching import match_sessions
from .session_reports import SessionReports
from .session_updates import StoppedSessions, apply_playing


class SessionTracking:
    """Identifies the sessions of responses and notifications, and follows their progress."""

    def __init__(self, clock: Clock, unlisted: Callable[[], Iterable[PlayingNotification]]) -> None:
        """Start without sessions.

        `unlisted` returns the last report of each session that is not listed yet.
        """
        self._unlisted = unlisted
        self.progress: Final = SessionProgress()
        self.positions: Final = PositionListeners(self.progress.current)
        self.ends: Final = SessionEnds(self.progress, self.positions)
        self.reports: Final = SessionReports(clock)
        self.keys: Final = SessionKeys()
        self.stopped: Final = StoppedSessions()

    @callback
    def async_read(
        self,
        listed: Iterable[Session],
        known: tuple[Session, ...],
        pending: Iterable[PlayingNotification],
    ) -> SessionChanges:
        """Return the sessions of a response, each once and without those that have stopped.

        `known` are the sessions until now, `pending` the notifications that have arrived
        since the request was sent.
        """
        at = now()
        sessions, stream_keys = match_sessions(
            self.stopped.without_stopped(listed),
            known,
            self.keys.listed,
            lambda session, other: self.progress.distance(session, other, at),
        )
        self.keys.update(stream_keys, sessions, known)
        self.reports.async_read(sessions)
        return self._update(known, self._apply_pending(sessions, pending), is_read=True)

    @callback
    def async_changed(
        self, known: tuple[Session, ...], sessions: tuple[Session, ...]
    ) -> SessionChanges:
        """Return the sessions that replace the known ones after a notification."""
        return self._update(known, sessions, is_read=False)

    def _update(
        self, known: tuple[Session, ...], sessions: tuple[Session, ...], *, is_read: bool
    ) -> SessionChanges:
        """Follow the progress, and notify the position listeners."""
        self.ends.async_notify_ended(known, sessions)
        changes = self.progress.update(known, sessions, now(), is_read=is_read)
        self.positions.async_notify(changes.moved)
        return changes

    def _apply_pending(
        self, sessions: tuple[Session, ...], pending: Iterable[PlayingNotification]
    ) -> tuple[Session, ...]:
        """Return the sessions with the notifications applied to them."""
        for notification in pending:
            if not notification.is_end:
                sessions = apply_playing(sessions, self.keys.with_stream_key(notification))
            elif (stopped := self.stopped_session(sessions, notification)) is not None:
                self.add_stopped(stopped)
                sessions = tuple(item for item in sessions if item is not stopped)
        return sessions

    def add_stopped(self, session: Session) -> None:
        """Ignore a session that has stopped while the server still lists it."""
        self.stopped.add(session, {session.session_key, *self.keys.listed_keys(session.stream_key)})

    def stopped_session(
        self, sessions: Iterable[Session], notification: PlayingNotification
    ) -> Session | None:
        """Return the session that has stopped, None if that is not certain.

        It is the session of that key if it played that item last, and if the server lists it
        under this key alone: one of two keys, or a former one, may end while the app goes on.
        """
        key, item = notification.session_key, notification.rating_key
        if key is None or not self.keys.is_only_key(key):
            return None
        stream = self.keys.stream_key(key)
        session = next((session for session in sessions if session.stream_key == stream), None)
        if session is None or self._goes_on(session):
            return None
        last = self.reports.reported_item(session.stream_key)
        return session if item in {None, session.item.rating_key, last} else None

    def _goes_on(self, session: Session) -> bool:
        """Return whether the player reports the item under a key that is not listed yet."""
        return any(
            report.rating_key == session.item.rating_key
            and report.player in {None, session.player.machine_identifier}
            for report in self._unlisted()
        )


def now() -> float:
    """Return Unix seconds."""
    return dt_util.utcnow().timestamp()
