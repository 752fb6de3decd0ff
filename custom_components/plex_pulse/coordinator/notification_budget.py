"""Bound the rate at which notifications are processed; one read replaces the excess."""

from collections.abc import Callable
from typing import Final, NamedTuple

from ..api import Clock


class BudgetSize(NamedTuple):
    """Notifications that are processed: in a second, and at once after a quiet time."""

    per_second: float
    burst: float


SESSIONS_BUDGET: Final = BudgetSize(100, 500)
"""300 streams send about 30 a second. Each may write states, which takes some milliseconds."""
ITEMS_BUDGET: Final = BudgetSize(500, 10_000)
"""A library that is added sends several for each of its items; they are only collected."""
ACTIVITIES_BUDGET: Final = BudgetSize(50, 2_000)
"""A scan sends up to 1,556. The start and the end of one write states."""
REACHABILITY_BUDGET: Final = BudgetSize(0.2, 20)


class NotificationBudget:
    """Bounds the rate of processed notifications; a burst is permitted after a quiet time."""

    def __init__(self, clock: Clock, size: BudgetSize, on_dropped: Callable[[], None]) -> None:
        """Start with a full budget; `on_dropped` requests a read for a dropped notification."""
        self._clock = clock
        self._size = size
        self._on_dropped = on_dropped
        self._left = size.burst
        self._filled_at = clock.monotonic()

    def accepts(self) -> bool:
        """Count one more notification; return False if it is to be dropped."""
        now = self._clock.monotonic()
        filled = self._left + (now - self._filled_at) * self._size.per_second
        self._left, self._filled_at = min(filled, self._size.burst), now
        if self._left < 1:
            self._on_dropped()
            return False
        self._left -= 1
        return True
