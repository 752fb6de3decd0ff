"""When each stream was last confirmed, by a notification or by a read."""

from collections.abc import Iterable
from typing import Final

from ..api import Clock, Session

_UNREPORTED_SECONDS: Final = 45.0
"""Apps report a playing stream about every 10 s; after this time it is verified by a read."""
_UNREPORTED_PAUSED_SECONDS: Final = 300.0
"""The same for a paused stream, which some apps do not report at all."""
_RETRY_SECONDS: Final = 7.5
"""Minimum time between two verifications: one that fails is repeated before a stream expires."""
_EXPIRED_SECONDS: Final = 60.0
"""Time without a confirmation after which a stream is dropped while it cannot be verified."""
_PAUSED: Final = "paused"


class SessionReports:
    """Confirmation times of the listed streams, by session key; in seconds on the clock."""

    def __init__(self, clock: Clock) -> None:
        """Start without streams."""
        self._clock = clock
        self._confirmed_at: dict[str, float] = {}
        self._verified_at = clock.monotonic()

    def async_read(self, sessions: Iterable[Session]) -> None:
        """Confirm all streams that a response lists, and forget all others."""
        now = self._clock.monotonic()
        self._verified_at = now
        self._confirmed_at = {session.session_key: now for session in sessions}

    def async_read_failed(self) -> None:
        """Record that the streams could not be verified."""
        self._verified_at = self._clock.monotonic()

    def async_reported(self, session_key: str) -> None:
        """Confirm a stream that a notification reports."""
        if session_key in self._confirmed_at:
            self._confirmed_at[session_key] = self._clock.monotonic()

    def next_verification(self, sessions: Iterable[Session]) -> float | None:
        """Return when the first of the streams must be verified, None without streams."""
        due = [
            self._confirmed_at.get(session.session_key, self._verified_at)
            + (
                _UNREPORTED_PAUSED_SECONDS
                if session.player.state == _PAUSED
                else _UNREPORTED_SECONDS
            )
            for session in sessions
        ]
        return max(min(due), self._verified_at + _RETRY_SECONDS) if due else None

    def unexpired(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Return the streams that were confirmed in the last minute."""
        limit = self._clock.monotonic() - _EXPIRED_SECONDS
        return tuple(
            session
            for session in sessions
            if self._confirmed_at.get(session.session_key, self._verified_at) > limit
        )

    def is_recent(self, failing_since: float) -> bool:
        """Return whether a stream was confirmed, or the failure began, in the last minute."""
        latest = max(self._confirmed_at.values(), default=failing_since)
        return self._clock.monotonic() - max(latest, failing_since) < _EXPIRED_SECONDS
