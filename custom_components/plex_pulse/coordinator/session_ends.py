"""Where each playback has ended, so that one that reaches its end between two reports counts.

Apps report a position about every ten seconds; a short track, or a seek right before the
stop, passes 90 % after the last report.

| end | last position |
|---|---|
| stop with a position | that position |
| stop without one, or at 0 (some apps) | computed at that moment |
| the player reports another item | computed at that moment |
| the stream is not listed anymore | the last one that was reported |
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import PlayingNotification, Session
from ..streams.progress import SessionProgress
from .position_listeners import PositionListeners


class _End(NamedTuple):
    """A reported end."""

    at: float
    """Unix seconds."""
    view_offset: int | None
    """Milliseconds; None if the report has no position."""


class SessionEnds:
    """The reported ends of streams that are not removed yet, by stream key."""

    def __init__(self, progress: SessionProgress, positions: PositionListeners) -> None:
        """Start without ends."""
        self._progress = progress
        self._positions: Final = positions
        self._ends: dict[str, _End] = {}

    @callback
    def async_reported(self, session: Session, notification: PlayingNotification) -> None:
        """Record the end of an item when its player reports another one; drop a false end."""
        if notification.rating_key in {None, session.item.rating_key}:
            self._ends.pop(session.stream_key, None)
        else:
            self._add(session, None)

    @callback
    def async_stopped(self, session: Session, notification: PlayingNotification) -> None:
        """Record the end of a stream."""
        is_same_item = notification.rating_key in {None, session.item.rating_key}
        self._add(session, notification.view_offset if is_same_item else None)

    @callback
    def async_notify_ended(self, known: Iterable[Session], sessions: Iterable[Session]) -> None:
        """Notify the position listeners of playbacks that ended further on than reported.

        `known` are the sessions until now, which `sessions` replace.
        """
        if not self._ends:
            return
        current = {(session.stream_key, session.item.rating_key) for session in sessions}
        ended = [item for item in known if (item.stream_key, item.item.rating_key) not in current]
        for session in ended:
            if (end := self._ends.pop(session.stream_key, None)) is not None and (
                self._progress.async_ended(session, end.at, end.view_offset)
            ):
                self._positions.async_notify((session,))

    def _add(self, session: Session, view_offset: int | None) -> None:
        """Record an end, unless an earlier report was the end."""
        now = dt_util.utcnow().timestamp()
        # At its end some apps report the position 0, which is none.
        self._ends.setdefault(session.stream_key, _End(at=now, view_offset=view_offset or None))
