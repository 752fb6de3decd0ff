"""Changes that push has announced, and when the sessions are read for each of them."""

from collections import deque
from collections.abc import Callable
from dataclasses import field
import math
from typing import Final

from ..api import MutableRecord, PlayingNotification
from .unlisted_budget import UnlistedBudget

SHARED_READ_SECONDS: Final = 0.3
"""A change that is due so soon after a read shares it."""
_UNLISTED_READS: Final = ((0.0, 2), (1.0, 3), (7.0, 1), (50.0, 1))
"""When an unlisted change is read, in seconds from its announcement, and how many reads must be
available then: a new session leaves one of them for later."""
_FIRST_READS_SECONDS: Final = 55.0
"""Time from its announcement in which these reads are sent; the regular one follows."""
_EARLY_READ: Final = 0.8
"""Share of these times after which a read for something else replaces them."""
_REGULAR_SECONDS: Final = 59.0
"""Time from any read to the next one for what is not listed: it is shown within a minute."""
_STATE_CHANGE_DELAY_SECONDS: Final = 1.0
"""Time in which changes of several states share a read."""
_STATE_CHANGE_GAP_SECONDS: Final = 8.0
"""Minimum time between two reads for changes of the state of unlisted sessions."""
_MAX_STATE_READS: Final = 2
_STATE_WINDOW_SECONDS: Final = 60.0
"""Time in which there are at most that many reads for changes of one session's state."""
_UNREPORTED_SECONDS: Final = 300.0
"""A change that was not reported for so long is dropped: it has ended without being listed."""


class PendingChange(MutableRecord):
    """A change announced by push that the last response did not contain."""

    subject: str
    """Describes the change; another subject under the same key replaces it."""
    is_satisfied: Callable[[], bool]
    """Returns whether the data contains the change."""
    read_times: tuple[float, ...] | None
    """Seconds after the announcement at which it is read and then dropped; None if unlisted."""
    unlisted: PlayingNotification | None
    """The last report of the session, if it is not listed yet."""
    announced_at: float
    reported_at: float
    first_read: int
    """Number of the first read that is sent after the announcement."""
    steps: int = 0
    """Times of the table that are over."""
    not_before: float = -math.inf
    """When it may be read again after a read that failed."""
    is_delayed: bool = False
    """Whether a read failed since the last one that was due."""
    changed_at: float | None = None
    """When its state changed, until it is read."""
    state_reads: deque[float] = field(default_factory=lambda: deque(maxlen=_MAX_STATE_READS))

    def due_at(self, last_read: float, budget: UnlistedBudget) -> float:
        """Return when it is read next; `last_read` is the time of the last read of any kind."""
        if self.read_times is not None:
            return max(self.announced_at + self.read_times[self.steps], self.not_before)
        end = self.announced_at + _FIRST_READS_SECONDS
        due = [
            at
            for seconds, needed in _UNLISTED_READS[self.steps :]
            if (at := max(self.announced_at + seconds, budget.next_read(needed))) < end
        ]
        due.append(self.regular_at(last_read))
        if self.changed_at is not None:
            due.append(self._state_read_at(self.changed_at, last_read, budget))
        return max(min(due), self.not_before)

    def regular_at(self, last_read: float) -> float:
        """Return when it is read at the latest."""
        return max(last_read, self.announced_at) + _REGULAR_SECONDS

    def _state_read_at(self, changed_at: float, last_read: float, budget: UnlistedBudget) -> float:
        """Return when it is read because its state has changed."""
        at = max(
            changed_at + _STATE_CHANGE_DELAY_SECONDS,
            last_read + _STATE_CHANGE_GAP_SECONDS,
            budget.next_read(0),
        )
        if len(self.state_reads) == _MAX_STATE_READS:
            at = max(at, self.state_reads[0] + _STATE_WINDOW_SECONDS)
        return at

    def failed(self, retry_at: float) -> None:
        """Delay the next read after one that failed."""
        self.not_before = retry_at
        self.is_delayed = True

    def was_read(self, now: float, *, is_due: bool) -> bool:
        """Count a read that did not contain the change; return False after the last one."""
        if self.changed_at is not None:
            self.changed_at = None
            self.state_reads.append(now)
        times = self.read_times or tuple(seconds for seconds, _ in _UNLISTED_READS)
        if self.is_delayed and (is_due or self.read_times is None):
            # What a server in trouble did not list may appear right after its recovery.
            self.announced_at = now - times[min(self.steps, len(times) - 1)]
            self.is_delayed, self.not_before = False, -math.inf
        share = 1.0 if self.read_times else _EARLY_READ
        elapsed = now + SHARED_READ_SECONDS - self.announced_at
        while self.steps < len(times) and share * times[self.steps] <= elapsed:
            self.steps += 1
        if self.read_times is not None:
            return self.steps < len(times)
        return self.steps < len(times) or now - self.reported_at < _UNREPORTED_SECONDS
