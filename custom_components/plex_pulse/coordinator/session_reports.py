"""When each stream was last confirmed, by a notification or by a read."""

from collections.abc import Iterable
import math
from typing import Final

from ..api import Clock, Session

_UNREPORTED_SECONDS: Final = 45.0
"""Apps report a stream about every 10 s; after this time it is verified by a read."""
_RETRY_SECONDS: Final = 7.5
"""Minimum time between two verifications: one that fails is repeated before a stream expires."""
_EXPIRED_SECONDS: Final = 60.0
"""Time without a confirmation after which a stream is dropped: it cannot be verified."""


class SessionReports:
    """Confirmation times of the listed streams, by session key; in seconds on the clock."""

    def __init__(self, clock: Clock) -> None:
        """Start without streams."""
        self._clock = clock
        self._confirmed_at: dict[str, float] = {}
        self._items: dict[str, str] = {}
        self._verified_at = clock.monotonic()
        self._failing_since: float | None = None

    def async_read(self, sessions: Iterable[Session]) -> None:
        """Confirm all streams that a response lists, and forget all others."""
        now = self._clock.monotonic()
        self._verified_at = now
        self._failing_since = None
        self._confirmed_at = {session.session_key: now for session in sessions}
        self._items = {key: item for key, item in self._items.items() if key in self._confirmed_at}

    def async_read_failed(self) -> None:
        """Record that the streams could not be verified."""
        self._verified_at = self._clock.monotonic()
        if self._failing_since is None:
            self._failing_since = self._verified_at

    def async_reported(self, session_key: str, rating_key: str | None) -> None:
        """Confirm a stream that a notification reports, and remember the item it names."""
        if session_key in self._confirmed_at:
            self._confirmed_at[session_key] = self._clock.monotonic()
            if rating_key is not None:
                self._items[session_key] = rating_key

    def reported_item(self, session_key: str) -> str | None:
        """Return the item that was last reported of a stream; it may not be listed yet."""
        return self._items.get(session_key)

    def next_verification(self, sessions: Iterable[Session]) -> float | None:
        """Return when the first of the streams must be verified, None without streams."""
        due = [self._confirmed(session) + _UNREPORTED_SECONDS for session in sessions]
        return max(min(due), self._verified_at + _RETRY_SECONDS) if due else None

    def unexpired(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Return the streams that were confirmed in the last minute."""
        limit = self._clock.monotonic() - _EXPIRED_SECONDS
        return tuple(session for session in sessions if self._confirmed(session) > limit)

    def next_expiry(self, sessions: Iterable[Session]) -> float:
        """Return when the first stream, or `is_recent`, expires; infinite if nothing does."""
        times = [self._confirmed(session) for session in sessions]
        if self._failing_since is not None:
            times.append(self._latest)
        return min(times, default=math.inf) + _EXPIRED_SECONDS

    @property
    def is_recent(self) -> bool:
        """Return whether a stream was confirmed, or reads began to fail, in the last minute."""
        return self._clock.monotonic() - self._latest < _EXPIRED_SECONDS

    @property
    def _latest(self) -> float:
        """Return the last confirmation of a stream, or when reads began to fail if later."""
        since = self._verified_at if self._failing_since is None else self._failing_since
        return max([since, *self._confirmed_at.values()])

    def _confirmed(self, session: Session) -> float:
        """Return when a stream was last confirmed."""
        return self._confirmed_at.get(session.session_key, self._verified_at)
