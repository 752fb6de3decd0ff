"""The poll interval of a coordinator: the only code that computes `update_interval`.

| coordinator | without push | with push | after a failure | after a 429 |
|---|---|---|---|---|
| sessions | 10 s (60 s for a shared user's token) | 10 min | 10 s | doubled |
| libraries | 1 h | 1 h | 1, 2, 4 ... min, at most 1 h | from 1 min, doubled |
| server status | 15 min | 1 h | 1, 2, 4 ... min, at most 15 min | from 1 min, doubled |
| resources | 30 s | 30 s | 30 s | doubled |

A 429 doubles the interval, up to 15 minutes, and each success halves it until it is back at
the base. The poll after a 429 is due as soon as the host may be sent a request again,
however often a read was attempted meanwhile. A refused token is tried every ten seconds
until the refusal is confirmed, then once a minute. A server that refuses the sessions alone
(with a 4xx other than 401) is sent a request every ten seconds for two minutes, then after 20,
40 and 60 s.
"""

from datetime import timedelta
from typing import Final

from ..api import Backoff

MAX_INTERVAL: Final = timedelta(minutes=15)
_REAUTH_POLL_INTERVAL: Final = timedelta(seconds=50)
"""Interval with a token that is revoked: an accepted one shows within a minute."""
_CONFIRM_REFUSAL_INTERVAL: Final = timedelta(seconds=10)
_INITIAL_RETRY: Final = timedelta(minutes=1)
_QUICK_REJECTIONS: Final = 12
"""Rejected requests after which `after_failure` grows, up to the first retry of other polls."""


class PollInterval:
    """The interval of one coordinator, adapted by the outcome of each poll."""

    def __init__(self, base: timedelta, *, after_failure: timedelta | None = None) -> None:
        """Start at `base`; `after_failure` replaces the growing interval after failures."""
        self._base = base
        self._after_failure = after_failure
        self._failures = Backoff(_INITIAL_RETRY.total_seconds(), MAX_INTERVAL.total_seconds() * 4)
        self._interval = base
        self._next: timedelta | None = None
        self._rejections = 0

    @property
    def interval(self) -> timedelta:
        """Return the time until the next poll, counted from the last one."""
        return self._interval if self._next is None else self._next

    def set_base(self, base: timedelta) -> None:
        """Change the base and keep the factor by which the interval is stretched."""
        stretch = max(1.0, self._interval / self._base)
        self._base = base
        self._next = None
        self._interval = max(base, min(base * stretch, MAX_INTERVAL))

    def bring_forward(self, interval: timedelta) -> None:
        """Shorten the time until the next poll only."""
        self._next = min(self.interval, interval)

    def succeeded(self, *, rate_limits: int = 0) -> None:
        """Halve a stretched interval, down to the base.

        `rate_limits` is the number of 429s that were retried within the poll; each doubles
        the interval instead.
        """
        self._next = None
        self._rejections = 0
        self._failures.reset()
        if not rate_limits:
            self._interval = max(self._base, min(self._interval / 2, MAX_INTERVAL))
        for _ in range(rate_limits):
            self._stretch()

    def rate_limited(self, retry_after: float | None, *, was_sent: bool) -> None:
        """Poll again in `retry_after` seconds, and less often afterwards.

        A request that was not sent because an earlier Retry-After is not over stretches
        nothing: it is no further 429.
        """
        pause = timedelta(seconds=retry_after or 0)
        if was_sent:
            self._stretch(pause)
        self._next = pause or None

    def failed(self, *, is_rejected: bool = False) -> None:
        """Shorten a slow interval: until the next success the entities are unavailable.

        `is_rejected` as in `PlexApiError`: the same request will probably fail again.
        """
        self._next = None
        self._rejections = self._rejections + 1 if is_rejected else 0
        if self._after_failure is not None and self._rejections > _QUICK_REJECTIONS:
            steps = min(self._rejections - _QUICK_REJECTIONS, _QUICK_REJECTIONS)
            grown = min(self._after_failure * 2**steps, _INITIAL_RETRY)
            self._next = grown
        elif self._base > _INITIAL_RETRY:
            delay = self._after_failure or timedelta(seconds=self._failures.next())
            self._next = min(delay, self._base)

    def token_refused(self, *, is_revoked: bool) -> None:
        """Poll soon to confirm a refusal, and once a minute after it is confirmed."""
        if is_revoked:
            self._next = _REAUTH_POLL_INTERVAL
        else:
            self._next = min(self.interval, _CONFIRM_REFUSAL_INTERVAL)

    def _stretch(self, minimum: timedelta = timedelta()) -> None:
        """Double the interval, at least to `minimum`, at most to 15 minutes or a slower base."""
        stretched = max(self._interval * 2, minimum)
        self._interval = max(self._base, min(stretched, MAX_INTERVAL))
