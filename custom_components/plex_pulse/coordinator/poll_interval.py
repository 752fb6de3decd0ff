"""How fast to poll: the base, stretched after a 429, shortened after a failure."""

from datetime import timedelta
from typing import Final

LONGEST_STRETCH: Final = timedelta(minutes=15)
_FIRST_RETRY: Final = timedelta(minutes=1)
_MOST_DOUBLINGS: Final = 10


class PollInterval:
    """The interval of one coordinator, adapted by the outcome of each poll."""

    def __init__(self, base: timedelta, *, after_failure: timedelta | None = None) -> None:
        """Start at the base; where that is slow, after_failure is kept until a poll succeeds."""
        self._base = base
        self._after_failure = after_failure
        self._failures = 0
        self.interval = base

    def rebase(self, base: timedelta) -> None:
        """Poll at another base from now on, stretched as much as before."""
        stretch = max(1.0, self.interval / self._base)
        self._base = base
        self.interval = max(base, min(base * stretch, LONGEST_STRETCH))

    def succeeded(self) -> None:
        """Halve a stretched interval, down to the base."""
        self._failures = 0
        self.interval = max(self._base, self.interval / 2)

    def rate_limited(self, retry_after: float | None, *, was_asked: bool = True) -> None:
        """Double the interval, to the host's wish at least and 15 minutes at most.

        retry_after is None for a wish that was waited out within a poll. Nothing is
        doubled for a host that was not even asked, because its silence was not over.
        """
        is_first = retry_after is not None and not self._failures
        after_failure = self._after_failure or _FIRST_RETRY
        if is_first and after_failure < self._base:
            # Entities are unavailable now, and a slow base would leave them so.
            self.interval = after_failure
            self._failures += 1
        wish = timedelta(seconds=retry_after or 0)
        stretched = self.interval * 2 if was_asked else self.interval
        self.interval = min(max(stretched, wish), LONGEST_STRETCH)

    def failed(self) -> None:
        """Look again soon where the base is slow: until then entities are unavailable."""
        if self._base > _FIRST_RETRY:
            doublings = min(self._failures, _MOST_DOUBLINGS)
            pause = self._after_failure or _FIRST_RETRY * 2**doublings
            self.interval = min(pause, self._base)
        self._failures += 1
