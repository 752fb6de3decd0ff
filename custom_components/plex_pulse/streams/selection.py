"""Select the sessions of one user, and the one to show of several."""

from collections.abc import Iterable

from ..api import Session


def sessions_of(sessions: Iterable[Session], account_id: str) -> tuple[Session, ...]:
    """Return the sessions of one user."""
    return tuple(
        session
        for session in sessions
        if session.user is not None and session.user.id == account_id
    )


def primary_session(sessions: Iterable[Session]) -> Session | None:
    """Return the session that started last; a paused one only if all are paused."""
    return max(sessions, key=_precedence, default=None)


def _precedence(session: Session) -> tuple[bool, int, str]:
    """Return the sort key of a session: not paused first, then by session key, which increases."""
    key = session.session_key if session.session_key.isdecimal() else ""
    # Length and digits compare like the number; int() raises for thousands of digits.
    return session.player.state != "paused", len(key), key
