"""The sessions of a server by key, with their notifications and the history of views."""

from collections.abc import Callable

from .library import Library
from .session import Change, Session, View
from .users_and_players import OWNER


class SessionRegistry:
    """The sessions of a server in the order they started."""

    def __init__(self, clock: Callable[[], float], library: Library) -> None:
        """Start without a session; on_change gets each change and its Unix time."""
        self._clock = clock
        self._library = library
        self._next_key = 1
        self._by_key: dict[str, Session] = {}
        self._late_reads = 0
        self.history: list[View] = []
        self.on_change: Callable[[Change, Session, float], None] | None = None

    def list_late(self, reads: int) -> None:
        """Omit sessions that start from now on from this many reads; 0 ends this."""
        self._late_reads = reads

    def get(self, session_key: str) -> Session | None:
        """Return a current session by its sessionKey."""
        return self._by_key.get(session_key)

    def by_id(self, session_id: str) -> Session | None:
        """Return a current session by its Session id, which terminate uses."""
        return next((s for s in self._by_key.values() if s.session_id == session_id), None)

    def clear(self) -> None:
        """Remove all sessions, as a restart does; session keys start at 1 again."""
        self._by_key.clear()
        self._next_key = 1

    def _record_view(self, session: Session, at: float) -> None:
        """Add a view to the history if the item belongs to a library."""
        if session.item.rating_key in self._library.items:
            self.history.append(
                View(
                    title=session.item.title,
                    item=session.item,
                    section_key=session.item.section.key,
                    account_id=session.user.id if session.user else OWNER.id,
                    viewed_at=int(at),
                )
            )

    def _has(self, session: Session) -> bool:
        # After a restart another session may have the same key.
        return self._by_key.get(session.session_key) is session

    def _notify(self, change: Change, session: Session, at: float) -> None:
        """Call on_change for a session that has not ended."""
        if self.on_change is not None and self._has(session):
            self.on_change(change, session, at)
