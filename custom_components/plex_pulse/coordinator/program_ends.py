"""When the sessions are read because a program on live TV has ended.

The next program has the same session key and rating key, so no notification shows it.
"""

from collections.abc import Iterable
import math
from typing import Final

from ..api import Clock, Session

_DELAYS_SECONDS: Final = (3.0, 15.0, 60.0, 180.0, 420.0)
"""When the sessions are read after the end: servers list the former program for a while."""
_GAP_SECONDS: Final = 15.0
"""Minimum time between two of these reads, whatever ends the server lists."""


class ProgramEnds:
    """Plans reads after the ends of the programs that are listed."""

    def __init__(self, clock: Clock) -> None:
        """Start without a read."""
        self._clock = clock
        self._read_at = -math.inf
        self._due = math.inf
        self._next_at = -math.inf

    def async_read(self) -> None:
        """Record that a read has ended, also one that failed: the polls repeat it."""
        self._read_at = self._clock.time()
        if self._clock.monotonic() >= self._due:
            self._next_at = self._clock.monotonic() + _GAP_SECONDS

    def next_read(self, sessions: Iterable[Session]) -> float:
        """Return when the sessions are read next, on the monotonic clock; infinite if never."""
        ends = (
            session.media.format.program_ends_at.timestamp()
            for session in sessions
            if session.is_live and session.media.format.program_ends_at is not None
        )
        due = min(
            (
                end + delay
                for end in ends
                for delay in _DELAYS_SECONDS
                if end + delay > self._read_at
            ),
            default=math.inf,
        )
        self._due = max(due - self._clock.time() + self._clock.monotonic(), self._next_at)
        return self._due
