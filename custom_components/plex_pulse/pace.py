"""How fast to poll: the base, stretched after a 429, shortened after a failure."""

from datetime import timedelta
from typing import Final

LONGEST_STRETCH: Final = timedelta(minutes=15)
_FIRST_RETRY: Final = timedelta(minutes=1)
_MOST_DOUBLINGS: Final = 10


class Pace:
    """The interval of one coordinator, adapted by the outcome of each poll."""

    def __init__(self, base: timedelta) -> None:
        """Start at the base."""
        self._base = base
        self._failures = 0
        self.interval = base

    def rebase(self, base: timedelta) -> None:
        """Poll at another base from now on; a stretch that the host wished for stays."""
        is_stretched = self.interval > self._base
        self._base = base
        if not is_stretched:
            self.interval = base

    def succeeded(self) -> None:
        """Halve a stretched interval, down to the base."""
        self._failures = 0
        self.interval = max(self._base, self.interval / 2)

    def rate_limited(self, retry_after: float | None) -> None:
        """Double the interval, to the host's wish at least and 15 minutes at most."""
        wish = timedelta(seconds=retry_after or 0)
        self.interval = min(max(self.interval * 2, wish), LONGEST_STRETCH)

    def failed(self) -> None:
        """Look again soon where the base is slow: until then entities are unavailable."""
        if self._base > _FIRST_RETRY:
            doublings = min(self._failures, _MOST_DOUBLINGS)
            self.interval = min(_FIRST_RETRY * 2**doublings, self._base)
        self._failures += 1
