"""When the sessions are read after an end that fits no shown stream, or any of them.

Apps have been seen that report an end with the number of the show, of an item that was never
listed, or with no number at all. Only a read shows whether a stream has ended. A server that
reports such ends all the time costs one read every 15 seconds.
"""

from collections import deque
import math
from typing import Final

from ..api import Clock, MutableRecord, PlayingNotification
from .session_refresh import END_TIMES_SECONDS

_DELAY_SECONDS: Final = 1.0
"""Time in which several ends share a read."""
_GAP_SECONDS: Final = 15.0
"""Minimum time between two reads; what is listed for so long after its end is gone within 20 s."""
_QUIET_SECONDS: Final = 60.0
"""Time without such an end after which the next one may be read more often."""
_REPEATED_SECONDS: Final = 60.0
"""Time in which an end that is reported again needs no read."""
_MAX_REMEMBERED: Final = 50


class _End(MutableRecord):
    """A reported end, and when it was reported last."""

    session_key: str | None
    rating_key: str | None
    at: float

    def is_of(self, notification: PlayingNotification) -> bool:
        """Return whether a notification reports this end: the same session, or else item."""
        if notification.session_key is not None:
            return notification.session_key == self.session_key
        return notification.rating_key is not None and notification.rating_key == self.rating_key


class UnmatchedEnds:
    """Plans the reads for ends that fit no stream, and ignores those reported again."""

    def __init__(self, clock: Clock) -> None:
        """Start without ends."""
        self._clock = clock
        self._ends: deque[_End] = deque(maxlen=_MAX_REMEMBERED)
        self._reported_at = -math.inf
        self._reads: tuple[float, ...] = ()

    def add(self, notification: PlayingNotification) -> None:
        """Remember an end."""
        now = self._clock.monotonic()
        self._ends.append(
            _End(
                session_key=notification.session_key,
                rating_key=notification.rating_key,
                at=now,
            )
        )

    def is_repeated(self, notification: PlayingNotification) -> bool:
        """Return whether that end was reported in the last minute."""
        now = self._clock.monotonic()
        found = [
            end
            for end in self._ends
            if now - end.at < _REPEATED_SECONDS and end.is_of(notification)
        ]
        for end in found:
            end.at = now
        return bool(found)

    def next_reads(self, *, fits_all: bool) -> tuple[float, ...]:
        """Return when the sessions are read for an end that is reported now, in seconds from now.

        The times replace those of earlier ends. `fits_all`: whether every shown stream may
        have ended, as none is named; the first such end is read as often as that of a stream.
        """
        now = self._clock.monotonic()
        is_first = now - self._reported_at >= _QUIET_SECONDS
        self._reported_at = now
        if is_first and fits_all:
            self._reads = tuple(now + seconds for seconds in END_TIMES_SECONDS)
        else:
            last = max((at for at in self._reads if at <= now), default=-math.inf)
            first = max(now + _DELAY_SECONDS, last + _GAP_SECONDS)
            first = min((at for at in self._reads if at > now), default=first)
            self._reads = (first, first + _GAP_SECONDS)
        return tuple(at - now for at in self._reads)
