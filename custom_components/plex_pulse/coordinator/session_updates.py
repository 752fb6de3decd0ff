"""Apply push notifications to the known sessions without a request."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..api import PlayingNotification, Session, TranscodeNotification

STOPPED: Final = "stopped"


def matches_item(sessions: Iterable[Session], notification: PlayingNotification) -> bool:
    """Return whether the notified session is known and still plays the same item."""
    if notification.state == STOPPED:
        return True
    session = _find(sessions, notification.session_key)
    return session is not None and notification.rating_key in {None, session.item.rating_key}


def is_up_to_date(sessions: Iterable[Session], notification: PlayingNotification) -> bool:
    """Return whether the sessions agree with a notification.

    They do not for a session that is not listed, that plays another item by now, or whose
    transcode is another than the known one.
    """
    if notification.state == STOPPED:
        return True
    session = _find(sessions, notification.session_key)
    if session is None or not matches_item((session,), notification):
        return False
    known = session.transcode.short_key if session.transcode is not None else None
    # A missing key carries no information: some servers never send one.
    return notification.transcode_key in {None, known}


def has_transcode(sessions: Iterable[Session], transcode_key: str) -> bool:
    """Return whether one of the sessions has the transcode of that key."""
    return any(
        session.transcode is not None and session.transcode.short_key == transcode_key
        for session in sessions
    )


def apply_playing(
    sessions: tuple[Session, ...], notification: PlayingNotification
) -> tuple[Session, ...]:
    """Return the sessions with the notified state and position, or without a stopped one."""
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
    """Return the sessions with a changed transcode.

    A change of speed and progress alone is ignored: both change with every frame, and the
    next refresh reads them.
    """
    for session in sessions:
        known = session.transcode
        if known is None or known.short_key != notification.key:
            continue
        without_progress = replace(
            notification.transcode,
            key=known.key,
            speed=known.speed,
            progress=known.progress,
            remaining=known.remaining,
        )
        if without_progress == known:
            return sessions
        changed = replace(session, transcode=replace(notification.transcode, key=known.key))
        return tuple(changed if item is session else item for item in sessions)
    return sessions


def _find(sessions: Iterable[Session], session_key: str) -> Session | None:
    """Return the session of that key."""
    return next((item for item in sessions if item.session_key == session_key), None)
