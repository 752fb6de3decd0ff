"""The budget of reads for sessions that push reports but the server does not list.

All of them share five reads at once, one more for each 55 seconds, and never more than five
in a minute. What is listed late gives back the reads that it has cost: only sessions that
are never listed are to be cheap.
"""

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Final

from ..api import Clock, Record

_MAX_READS: Final = 5
_WINDOW_SECONDS: Final = 61.0
"""Time in which there are at most that many reads: more than a minute."""
_REFILL_SECONDS: Final = 55.0
"""Time after which another read is available."""


class _Spent(Record):
    """A read that did not list what it was sent for."""

    at: float
    owners: frozenset[Hashable]
    cost: float


class UnlistedBudget:
    """Counts reads that did not list the sessions that they were sent for."""

    def __init__(self, clock: Clock) -> None:
        """Start with all reads available."""
        self._clock = clock
        self._available = float(_MAX_READS)
        self._updated_at = clock.monotonic()
        self._spent: deque[_Spent] = deque(maxlen=_MAX_READS)

    def next_read(self, needed: int) -> float:
        """Return when a read may be sent that needs so many reads to be available."""
        at = self._updated_at + max(0.0, needed - self._available) * _REFILL_SECONDS
        if len(self._spent) == _MAX_READS:
            at = max(at, self._spent[0].at + _WINDOW_SECONDS)
        return at

    def spend(self, owners: Iterable[Hashable], *, is_regular: bool) -> None:
        """Count a read that was sent for these sessions and lists none of them.

        A regular one, which follows a minute after the last read, is always available.
        """
        self._refill()
        cost = 0.0 if is_regular else min(1.0, self._available)
        self._available -= cost
        self._spent.append(_Spent(at=self._updated_at, owners=frozenset(owners), cost=cost))

    def refund(self, owner: Hashable) -> None:
        """Give back the reads for a session that is listed after all."""
        if not any(owner in spent.owners for spent in self._spent):
            return
        self._refill()
        returned = sum(spent.cost for spent in self._spent if owner in spent.owners)
        self._available = min(_MAX_READS, self._available + returned)
        self._spent = deque(
            (spent for spent in self._spent if owner not in spent.owners), maxlen=_MAX_READS
        )

    def _refill(self) -> None:
        """Add what has become available."""
        now = self._clock.monotonic()
        refilled = (now - self._updated_at) / _REFILL_SECONDS
        self._available = min(_MAX_READS, self._available + refilled)
        self._updated_at = now
