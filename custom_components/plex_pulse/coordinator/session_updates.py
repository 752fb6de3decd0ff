"""Apply push notifications to the known sessions without a request."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from ..api import PlayingNotification, Session, TranscodeNotification, TranscodeSession

PAUSED: Final = "paused"
STOPPED: Final = "stopped"
_ALIVE_MILLISECONDS: Final = 1000
"""A stopped session whose position advances by more is still playing."""
_MAX_ENDED_TRANSCODES: Final = 50
"""Ended transcodes that are remembered; their last reports follow within a second."""


def is_up_to_date(sessions: Iterable[Session], notification: PlayingNotification) -> bool:
    """Return whether the sessions agree with a notification.

    They do not for a session that is not listed, that plays another item by now, or whose
    transcode is another than the known one.
    """
    known = tuple(sessions)
    reported = reported_sessions(known, notification)
    if notification.session_key is None and not reported:
        # Several play that item, and no response shows which of them is meant.
        return any(session.item.rating_key == notification.rating_key for session in known)
    return any(
        notification.rating_key in {None, session.item.rating_key}
        # A missing key carries no information: some servers never send one.
        and notification.transcode_key in {None, _transcode_key(session)}
        for session in reported
    )


def reported_sessions(
    sessions: Iterable[Session], notification: PlayingNotification
) -> tuple[Session, ...]:
    """Return the sessions that a notification confirms.

    Those of its session key; without one, the only one that plays its item.
    """
    if notification.session_key is not None:
        return tuple(item for item in sessions if item.stream_key == notification.session_key)
    found = tuple(
        item
        for item in sessions
        if notification.rating_key is not None and item.item.rating_key == notification.rating_key
    )
    return found if len(found) == 1 else ()


def stopped_sessions(
    sessions: Iterable[Session], notification: PlayingNotification
) -> tuple[Session, ...]:
    """Return the sessions of which one has stopped according to a notification.

    The session of its key; else those that play its item; else all of them.
    """
    known = tuple(sessions)
    by_key = tuple(item for item in known if item.stream_key == notification.session_key)
    return by_key or tuple(
        item for item in known if notification.rating_key in {None, item.item.rating_key}
    )


def has_transcode(sessions: Iterable[Session], transcode_key: str) -> bool:
    """Return whether one of the sessions has the transcode of that key."""
    return any(_transcode_key(session) == transcode_key for session in sessions)


def apply_playing(
    sessions: tuple[Session, ...], notification: PlayingNotification
) -> tuple[Session, ...]:
    """Return the sessions with the notified state and position.

    A session that plays another item by now takes over the state alone: some servers list
    the former item for minutes after the next one has started.
    """
    reported = reported_sessions(sessions, notification)
    if not reported:
        return sessions
    session = reported[0]
    is_same_item = notification.rating_key in {None, session.item.rating_key}
    has_position = is_same_item and notification.view_offset is not None
    changed = replace(
        session,
        player=replace(session.player, state=notification.state),
        view_offset=notification.view_offset if has_position else session.view_offset,
    )
    return tuple(changed if item is session else item for item in sessions)


def reported_transcode(session: Session, notification: TranscodeNotification) -> TranscodeSession:
    """Return the notified state of a session's transcode, under the known key."""
    known, reported = session.transcode, notification.transcode
    if known is None or known.key == reported.key:
        return reported
    return replace(reported, key=known.key)


class SessionIndex:
    """Finds a session by its key, or by that of its transcode, without a search."""

    def __init__(self) -> None:
        """Start without sessions."""
        self._indexed: tuple[Session, ...] | None = None
        self._by_key: dict[str, Session] = {}
        self._by_transcode: dict[str, Session] = {}

    def by_key(self, sessions: tuple[Session, ...], session_key: str | None) -> Session | None:
        """Return the session of that key."""
        self._update(sessions)
        return self._by_key.get(session_key) if session_key is not None else None

    def by_transcode(self, sessions: tuple[Session, ...], transcode_key: str) -> Session | None:
        """Return the session whose transcode has that short key."""
        self._update(sessions)
        return self._by_transcode.get(transcode_key)

    def _update(self, sessions: tuple[Session, ...]) -> None:
        """Index the sessions, unless they are the indexed ones."""
        if sessions is self._indexed:
            return
        self._indexed = sessions
        self._by_key = {session.stream_key: session for session in sessions}
        self._by_transcode = {
            key: session for session in sessions if (key := _transcode_key(session)) is not None
        }


class _Stopped(NamedTuple):
    """A session that has stopped."""

    rating_key: str | None
    view_offset: int | None
    """Position in the last response, None before one lists it."""


class StoppedSessions:
    """Sessions that have stopped but may still be listed, by session key."""

    def __init__(self) -> None:
        """Start without sessions."""
        self._stopped: dict[str, _Stopped] = {}
        self._transcode_keys: deque[str] = deque(maxlen=_MAX_ENDED_TRANSCODES)

    def add(self, session: Session, listed_keys: Iterable[str]) -> None:
        """Ignore a session in the following responses, and reports of its transcode.

        `listed_keys` are the keys under which the server lists it.
        """
        stopped = _Stopped(rating_key=session.item.rating_key, view_offset=None)
        self._stopped.update(dict.fromkeys(listed_keys, stopped))
        if (key := _transcode_key(session)) is not None:
            self._transcode_keys.append(key)

    def add_transcode(self, key: str) -> None:
        """Ignore reports of a transcode that has ended."""
        self._transcode_keys.append(key)

    def has_transcode(self, key: str) -> bool:
        """Return whether a transcode has ended lately."""
        return key in self._transcode_keys

    def discard(self, notification: PlayingNotification) -> None:
        """Stop ignoring a session that is reported as playing or paused again.

        If it plays another item by now, the former one may still be listed for seconds.
        """
        key, item = notification.session_key, notification.rating_key
        if key in self._stopped and item in {None, self._stopped[key].rating_key}:
            del self._stopped[key]

    def clear(self) -> None:
        """Forget all; without push every listed session counts."""
        self._stopped.clear()

    def without_stopped(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Return the sessions without those that have stopped, and forget what is not listed.

        A stopped session whose position advances between two responses was started again
        without a notification.
        """
        listed = tuple(sessions)
        self._stopped = {
            session.session_key: _Stopped(
                rating_key=session.item.rating_key, view_offset=session.view_offset
            )
            for session in listed
            if session.session_key in self._stopped and not self._is_alive(session)
        }
        return tuple(item for item in listed if item.session_key not in self._stopped)

    def _is_alive(self, session: Session) -> bool:
        """Return whether a session plays another item, or has advanced since the last response."""
        stopped = self._stopped[session.session_key]
        if session.item.rating_key != stopped.rating_key:
            return True
        if stopped.view_offset is None or session.view_offset is None:
            return False
        return session.view_offset > stopped.view_offset + _ALIVE_MILLISECONDS


def is_position_only(session: Session, notification: PlayingNotification) -> bool:
    """Return whether a notification of a session changes nothing but its position."""
    return (
        notification.state == session.player.state
        and notification.rating_key in {None, session.item.rating_key}
        and (
            notification.transcode_key is None
            or notification.transcode_key == _transcode_key(session)
        )
    )


def _transcode_key(session: Session) -> str | None:
    """Return the key of a session's transcode."""
    return session.transcode.short_key if session.transcode is not None else None
