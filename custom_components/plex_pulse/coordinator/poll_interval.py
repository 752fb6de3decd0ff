"""The poll interval of a coordinator: the only code that computes `update_interval`.

| coordinator | without push | with push | after a failure | after a 429 |
|---|---|---|---|---|
| sessions | 10 s (60 s for a shared user's token) | 10 min | 10 s | doubled |
| libraries | 1 h | 1 h | 1, 2, 4 ... min, at most 1 h | from 1 min, doubled |
| server status | 15 min | 1 h | 1, 2, 4 ... min, at most 15 min | from 1 min, doubled |
| resources | 30 s | 30 s | 30 s | doubled |

After a 429 the interval is at least the Retry-After and at most 15 minutes; each success
halves it until it is back at the base. While a token is refused the interval is at least
one minute.
"""

from datetime import timedelta
from typing import Final

MAX_INTERVAL: Final = timedelta(minutes=15)
_REAUTH_POLL_INTERVAL: Final = timedelta(minutes=1)
"""Minimum interval with a token that is refused, until the user signs in again."""
_INITIAL_RETRY: Final = timedelta(minutes=1)
_MAX_DOUBLINGS: Final = 10


class PollInterval:
    """The interval of one coordinator, adapted by the outcome of each poll."""

    def __init__(self, base: timedelta, *, after_failure: timedelta | None = None) -> None:
        """Start at `base`; `after_failure` replaces the growing interval after failures."""
        self._base = base
        self._after_failure = after_failure
        self._failures = 0
        self.interval = base

    def set_base(self, base: timedelta) -> None:
        """Change the base and keep the factor by which the interval is stretched."""
        stretch = max(1.0, self.interval / self._base)
        self._base = base
        self.interval = max(base, min(base * stretch, MAX_INTERVAL))

    def bring_forward(self, interval: timedelta) -> None:
        """Shorten the interval for one poll, which sets it again."""
        self.interval = min(self.interval, interval)

    def succeeded(self) -> None:
        """Halve a stretched interval, down to the base."""
        self._failures = 0
        self.interval = max(self._base, self.interval / 2)

    def rate_limited(self, retry_after: float | None, *, was_sent: bool = True) -> None:
        """Double the interval: at least `retry_after` seconds, at most 15 minutes.

        `retry_after` is None for a 429 that was retried within a poll. A request that was
        not sent because an earlier Retry-After is not over doubles nothing.
        """
        is_first = retry_after is not None and not self._failures
        after_failure = self._after_failure or _INITIAL_RETRY
        if is_first and after_failure < self._base:
            # The entities are unavailable now; a slow base would keep them so.
            self.interval = after_failure
            self._failures += 1
        minimum = timedelta(seconds=retry_after or 0)
        stretched = self.interval * 2 if was_sent else self.interval
        self.interval = min(max(stretched, minimum), MAX_INTERVAL)

    def failed(self) -> None:
        """Shorten a slow interval: until the next success the entities are unavailable."""
        if self._base > _INITIAL_RETRY:
            doublings = min(self._failures, _MAX_DOUBLINGS)
            pause = self._after_failure or _INITIAL_RETRY * 2**doublings
            self.interval = min(pause, self._base)
        self._failures += 1

    def token_refused(self) -> None:
        """Poll at most once a minute while the token is refused."""
        self.interval = max(self.interval, _REAUTH_POLL_INTERVAL)
