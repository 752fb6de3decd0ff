"""What a notification makes of the sessions that are known, without asking the server."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..api import PlayingNotification, Session, TranscodeNotification

STOPPED: Final = "stopped"


def is_known(sessions: Iterable[Session], notification: PlayingNotification) -> bool:
    """Return whether the session that a notification speaks of is there, with its item."""
    if notification.state == STOPPED:
        return True
    session = _find(sessions, notification.session_key)
    return session is not None and notification.rating_key in {None, session.item.rating_key}


def fits(sessions: Iterable[Session], notification: PlayingNotification) -> bool:
    """Return whether the sessions are what a notification speaks of.

    Not so for a session that is not listed, that plays another item by now, or whose
    conversion is another than the known one.
    """
    if notification.state == STOPPED:
        return True
    session = _find(sessions, notification.session_key)
    if session is None or not is_known((session,), notification):
        return False
    known = session.transcode.short_key if session.transcode is not None else None
    # No key is no news: some servers never send one, and none at all where it is "".
    return notification.transcode_key in {None, known}


def converts(sessions: Iterable[Session], transcode_key: str) -> bool:
    """Return whether one of the sessions is converted under that key."""
    return any(
        session.transcode is not None and session.transcode.short_key == transcode_key
        for session in sessions
    )


def apply_playing(
    sessions: tuple[Session, ...], notification: PlayingNotification
) -> tuple[Session, ...]:
    """Return the sessions with one of them playing, paused, elsewhere, or gone."""
    session = _find(sessions, notification.session_key)
    if session is None:
        return sessions
    if notification.state == STOPPED:
        return tuple(item for item in sessions if item is not session)
    offset = notification.view_offset
    changed = replace(
        session,
        player=replace(session.player, state=notification.state),
        view_offset=session.view_offset if offset is None else offset,
    )
    return tuple(changed if item is session else item for item in sessions)


def apply_transcode(
    sessions: tuple[Session, ...], notification: TranscodeNotification
) -> tuple[Session, ...]:
    """Return the sessions with news of a conversion that changes what it is.

    Its speed and progress alone change with every frame, and wait for the next read.
    """
    for session in sessions:
        known = session.transcode
        if known is None or known.short_key != notification.key:
            continue
        news = replace(
            notification.transcode,
            key=known.key,
            speed=known.speed,
            progress=known.progress,
            remaining=known.remaining,
        )
        if news == known:
            return sessions
        changed = replace(session, transcode=replace(notification.transcode, key=known.key))
        return tuple(changed if item is session else item for item in sessions)
    return sessions


def _find(sessions: Iterable[Session], session_key: str) -> Session | None:
    """Return the session of that key."""
    return next((item for item in sessions if item.session_key == session_key), None)
