"""Select the sessions that count, those of one user, and the one to show of several."""

from collections.abc import Iterable

from ..api import Session


def without_extras(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Return the sessions that are streams: not those of trailers, prerolls and other extras."""
    return tuple(session for session in sessions if not session.item.is_extra)


def sessions_of(sessions: Iterable[Session], account_id: str) -> tuple[Session, ...]:
    """Return the streams of one user, without extras."""
    return tuple(
        session
        for session in without_extras(sessions)
        if session.user is not None and session.user.id == account_id
    )


def primary_session(sessions: Iterable[Session]) -> Session | None:
    """Return the stream that started last; a paused one only if all are paused.

    An extra is never returned: its poster would replace that of the movie after it.
    """
    return max(without_extras(sessions), key=_precedence, default=None)


def _precedence(session: Session) -> tuple[bool, int, str]:
    """Return the sort key of a session: not paused first, then by session key, which increases."""
    key = session.session_key if session.session_key.isdecimal() else ""
    # Length and digits compare like the number; int() raises for thousands of digits.
    return session.player.state != "paused", len(key), key
