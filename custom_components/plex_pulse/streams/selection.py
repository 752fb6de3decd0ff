"""Select sessions: those of one user, and the one to show of several."""

from collections.abc import Iterable

from ..api import Session


def sessions_of(sessions: Iterable[Session], account_id: str) -> tuple[Session, ...]:
    """Return what one user plays."""
    return tuple(
        session
        for session in sessions
        if session.user is not None and session.user.id == account_id
    )


def primary_session(sessions: Iterable[Session]) -> Session | None:
    """Return the session that began last, one that is paused only if none plays."""
    return max(sessions, key=_precedence, default=None)


def _precedence(session: Session) -> tuple[bool, int, str]:
    """Return what makes one session more worth showing than another; keys count up."""
    key = session.session_key if session.session_key.isdecimal() else ""
    # As numbers compare, but of any length: Python refuses to read a very long one.
    return session.player.state != "paused", len(key), key
