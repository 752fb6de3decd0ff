"""When each stream was last confirmed, by a notification or by a read."""

from collections.abc import Iterable
import math
from typing import Final

from ..api import Clock, Session

_UNREPORTED_SECONDS: Final = 45.0
"""Apps report a stream about every 10 s; after this time it is verified by a read."""
_RETRY_SECONDS: Final = 7.5
"""Minimum time between two verifications: one that fails is repeated before a stream expires."""
_MAX_FAILED_READS: Final = 8
"""Failed reads in a row after which only polls read: they last for a minute or longer."""
_EXPIRED_SECONDS: Final = 60.0
"""Time without a confirmation after which a stream is dropped: it cannot be verified."""


class SessionReports:
    """Confirmation times of the listed streams, by stream key; in seconds on the clock."""

    def __init__(self, clock: Clock) -> None:
        """Start without streams."""
        self._clock = clock
        self._confirmed_at: dict[str, float] = {}
        self._items: dict[str, str] = {}
        self._verified_at = clock.monotonic()
        self._failing_since: float | None = None
        self._failed_reads = 0
        self._ended_at = -math.inf

    def async_read(self, sessions: Iterable[Session]) -> None:
        """Confirm all streams that a response lists, and forget all others."""
        now = self._clock.monotonic()
        self._verified_at = now
        self._failing_since = None
        self._failed_reads = 0
        self._confirmed_at = {session.stream_key: now for session in sessions}
        self._items = {key: item for key, item in self._items.items() if key in self._confirmed_at}

    def async_read_failed(self) -> None:
        """Record that the streams could not be verified."""
        self._verified_at = self._clock.monotonic()
        self._failed_reads += 1
        if self._failing_since is None:
            self._failing_since = self._verified_at

    def async_reported(self, stream_key: str, rating_key: str | None) -> None:
        """Confirm a stream that a notification reports, and remember the item it names."""
        if stream_key in self._confirmed_at:
            self._confirmed_at[stream_key] = self._clock.monotonic()
            if rating_key is not None:
                self._items[stream_key] = rating_key

    def async_ended(self) -> None:
        """Record that a notification has ended a stream."""
        self._ended_at = self._clock.monotonic()

    def reported_item(self, stream_key: str) -> str | None:
        """Return the item that was last reported of a stream; it may not be listed yet."""
        return self._items.get(stream_key)

    def next_verification(self, sessions: Iterable[Session]) -> float | None:
        """Return when the first of the streams must be verified.

        None without streams, and while reads fail for long: polls verify them as well.
        """
        if self._failed_reads > _MAX_FAILED_READS:
            return None
        due = [self._confirmed(session) + _UNREPORTED_SECONDS for session in sessions]
        return max(min(due), self._verified_at + _RETRY_SECONDS) if due else None

    def unexpired(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the streams that were confirmed in the last minute; all if none was.

        In that case the server is in trouble, and it is not known which of them have ended.
        """
        limit = self._clock.monotonic() - _EXPIRED_SECONDS
        return (
            tuple(session for session in sessions if self._confirmed(session) > limit) or sessions
        )

    def is_recent(self, sessions: tuple[Session, ...]) -> bool:
        """Return whether a stream was confirmed in the last minute.

        Without streams, whether reads succeed, or began to fail or the last stream ended in
        the last minute.
        """
        limit = self._clock.monotonic() - _EXPIRED_SECONDS
        # Mostly the first stream is one; this is called with each reported position.
        for session in sessions:
            if self._confirmed(session) > limit:
                return True
        return max(self._confirmation_times(sessions), default=math.inf) > limit

    def next_expiry(self, sessions: Iterable[Session]) -> float:
        """Return when the next stream, or `is_recent`, expires; infinite if nothing does."""
        now = self._clock.monotonic()
        times = [time + _EXPIRED_SECONDS for time in self._confirmation_times(sessions)]
        return min((time for time in times if time > now), default=math.inf)

    def _confirmation_times(self, sessions: Iterable[Session]) -> list[float]:
        """Return when the streams were confirmed; without any, when reads began to fail.

        The end of the last stream counts as well.
        """
        times = [self._confirmed(session) for session in sessions]
        if not times and self._failing_since is not None:
            times.append(max(self._failing_since, self._ended_at))
        return times

    def _confirmed(self, session: Session) -> float:
        """Return when a stream was last confirmed."""
        return self._confirmed_at.get(session.stream_key, self._verified_at)
