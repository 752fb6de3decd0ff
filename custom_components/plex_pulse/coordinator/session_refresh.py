"""Decide when push triggers reads of the sessions: immediately, batched, at a bounded rate.

| reason | reads |
|---|---|
| push announces what the data does not contain | at once, after 1 and 7 s |
| its state changes while the server does not list it | at once, if the bounds below permit |
| the server still does not list it | after 50 s, then once a minute for all of them together |
| a stream is not reported for 45 s | one read for all streams |
| it is unclear which stream has ended | at once, after 2, 6, 12 and 18 s |

What is never listed costs at most five reads in its first minute and one a minute
afterwards; it is dropped when push has not reported it for five minutes. Two reads are at
least 0.25 s apart, and 2 s after ten reads in ten seconds. All reads share one background
task, however many changes are pending.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
import math
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlayingNotification

_MIN_GAP_SECONDS: Final = 0.25
"""Minimum time between two reads; changes announced in between share the next one."""
_BUSY_GAP_SECONDS: Final = 2.0
"""Minimum time between two reads while push announces changes all the time."""
_BUSY_READS: Final = 10
_BUSY_WINDOW_SECONDS: Final = 10.0
_SHARED_READ_SECONDS: Final = 0.3
"""A change that is due so soon after a read shares it."""
_UNLISTED_TIMES_SECONDS: Final = (0.0, 1.0, 7.0, 50.0)
"""When an unlisted change is read, counted from its announcement. Two of the five reads in the
first minute are left for changes of its state."""
_FIRST_MINUTE_SECONDS: Final = 60.0
_MAX_READS_IN_FIRST_MINUTE: Final = 5
_SLOW_INTERVAL_SECONDS: Final = 60.0
"""Time in which there is one read after the first minute, shared by all unlisted changes."""
_SLOW_READ_GAP_SECONDS: Final = 59.0
"""Time between two of these reads if no state changes: it is listed within a minute."""
_STATE_CHANGE_GAP_SECONDS: Final = 8.0
"""Minimum time between two reads for changes of the state of unlisted sessions."""
_FIRST_RETRY_SECONDS: Final = 1.0
"""Time until a failed read is repeated for the first time."""
_RETRY_SECONDS: Final = 15.0
"""The same for further failures, unless the poll that follows after ten seconds reads."""
_UNREPORTED_SECONDS: Final = 300.0
"""A change that was not reported for so long is dropped: it has ended without being listed."""
_MAX_PENDING: Final = 200
"""Changes that are remembered; the oldest is dropped."""

END_TIMES_SECONDS: Final = (0.0, 2.0, 6.0, 12.0, 18.0)
"""When an end is verified: servers list some streams for seconds after their end."""
COMMAND_TIMES_SECONDS: Final = (1.0, 3.0, 7.0, 12.0, 18.0)
"""The same after a command that ends a stream; usually a notification comes first."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class _PendingChange:
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
    due_at: float
    first_read: int
    """Number of the first read that is sent after the announcement."""
    reads: int = 0
    """Successful reads since the announcement."""
    steps: int = 0
    """Those of them that were due."""
    is_delayed: bool = False
    """Whether a read failed since the last one that was due."""

    @property
    def first_minute_end(self) -> float:
        """Return when the reads become slow."""
        return self.announced_at + _FIRST_MINUTE_SECONDS


class SessionRefresher:
    """Reads the sessions for pending changes and for streams that are no longer reported."""

    def __init__(
        self,
        clock: Clock,
        refresh: Callable[[], Awaitable[None]],
        create_task: Callable[[Coroutine[None, None, None]], None],
        next_verification: Callable[[], float | None],
    ) -> None:
        """Use `refresh`, which reads the sessions; `create_task` runs a coroutine.

        `next_verification` returns when an unreported stream must be verified, in seconds
        on the clock, None while there is none.
        """
        self._clock = clock
        self._refresh = refresh
        self._create_task = create_task
        self._next_verification = next_verification
        self._pending: dict[str, _PendingChange] = {}
        self._read_number = 0
        self._reads: deque[float] = deque(maxlen=_BUSY_READS)
        self._slow_reads_until = -math.inf
        self._wake = asyncio.Event()
        self._is_running = False

    @callback
    def async_request(
        self,
        key: str,
        subject: str,
        is_satisfied: Callable[[], bool],
        *,
        read_times: tuple[float, ...] | None = None,
        unlisted: PlayingNotification | None = None,
    ) -> None:
        """Request reads until `is_satisfied`; one change per key is pending.

        `read_times` (seconds from now) replaces the usual times, and drops the change after
        the last of them. `unlisted` is the report of a session that is not listed yet.
        """
        now = self._clock.monotonic()
        pending = self._pending.get(key)
        if pending is None:
            self._pending[key] = _PendingChange(
                subject=subject,
                is_satisfied=is_satisfied,
                read_times=read_times,
                unlisted=unlisted,
                announced_at=now,
                reported_at=now,
                due_at=now + (read_times or _UNLISTED_TIMES_SECONDS)[0],
                first_read=self._read_number + 1,
            )
            if len(self._pending) > _MAX_PENDING:
                del self._pending[next(iter(self._pending))]
        else:
            pending.is_satisfied = is_satisfied
            pending.unlisted = unlisted
            pending.reported_at = now
            if pending.subject == subject:
                return
            pending.subject = subject
            self._bring_forward(pending, now)
        self.async_wake()

    @property
    def unlisted(self) -> Iterator[PlayingNotification]:
        """Yield the last report of each session that is not listed yet."""
        for pending in self._pending.values():
            if pending.unlisted is not None:
                yield pending.unlisted

    @callback
    def async_discard(self, key: str) -> None:
        """Drop a change, as that of a session that has ended."""
        self._pending.pop(key, None)

    @callback
    def async_discard_all(self) -> None:
        """Drop all changes; the server starts again with other session keys."""
        self._pending.clear()

    @callback
    def async_wake(self) -> None:
        """Compute again when the next read is due."""
        if self._is_running:
            self._wake.set()
        elif self._next_due() is not None:
            self._is_running = True
            self._create_task(self._run())

    @callback
    def async_ensure_running(self) -> None:
        """Start the task unless it runs: a confirmed stream only postpones the next read."""
        if not self._is_running:
            self.async_wake()

    @callback
    def async_read_sent(self) -> None:
        """Record that a request for the sessions is sent, by a poll as well."""
        self._read_number += 1

    @callback
    def async_read_finished(self, *, is_success: bool) -> None:
        """Drop what the data contains now, and schedule the next read of the rest."""
        now = self._clock.monotonic()
        due: list[tuple[str, _PendingChange]] = []
        for key, pending in tuple(self._pending.items()):
            if not is_success:
                delay = _RETRY_SECONDS if pending.is_delayed else _FIRST_RETRY_SECONDS
                pending.is_delayed = True
                pending.due_at = max(pending.due_at, now + delay)
            elif pending.is_satisfied():
                del self._pending[key]
            elif pending.first_read <= self._read_number:
                pending.reads += 1
                if pending.due_at <= now + _SHARED_READ_SECONDS:
                    due.append((key, pending))
        self._count_slow_read([pending for _, pending in due], now)
        for key, pending in due:
            if not self._schedule_next(pending, now):
                del self._pending[key]
        self.async_wake()

    def _schedule_next(self, pending: _PendingChange, now: float) -> bool:
        """Schedule the read after one that was due; return False after the last one."""
        times = pending.read_times or _UNLISTED_TIMES_SECONDS
        if pending.is_delayed:
            # What a server in trouble did not list may appear right after its recovery.
            pending.announced_at = now - times[min(pending.steps, len(times) - 1)]
            pending.is_delayed = False
        pending.steps += 1
        is_capped = pending.read_times is None and pending.reads >= _MAX_READS_IN_FIRST_MINUTE
        if pending.steps < len(times) and not is_capped:
            pending.due_at = max(pending.announced_at + times[pending.steps], now)
            return True
        pending.due_at = max(
            self._slow_reads_until, pending.first_minute_end, now + _SLOW_READ_GAP_SECONDS
        )
        return pending.read_times is None and now - pending.reported_at < _UNREPORTED_SECONDS

    def _count_slow_read(self, due: list[_PendingChange], now: float) -> None:
        """Count a read after the first minute of a change in this minute, or in the next one."""
        ends = [pending.first_minute_end for pending in due if pending.read_times is None]
        if ends and min(ends) <= now:
            unused = max(self._slow_reads_until, now - _SLOW_INTERVAL_SECONDS, min(ends))
            self._slow_reads_until = unused + _SLOW_INTERVAL_SECONDS

    def _bring_forward(self, pending: _PendingChange, now: float) -> None:
        """Read soon for another state of a session that the server does not list yet.

        After its first minute this may use up the read of the following minute.
        """
        last_read = self._reads[-1] if self._reads else now
        due_at = max(now, last_read + _STATE_CHANGE_GAP_SECONDS)
        if pending.reads >= _MAX_READS_IN_FIRST_MINUTE:
            due_at = max(due_at, pending.first_minute_end)
        if due_at >= pending.first_minute_end:
            due_at = max(due_at, self._slow_reads_until - _SLOW_INTERVAL_SECONDS)
        pending.due_at = min(pending.due_at, due_at)

    def _next_due(self) -> float | None:
        """Return when the next read is due, None while nothing is pending."""
        due = [pending.due_at for pending in self._pending.values()]
        if (verification := self._next_verification()) is not None:
            due.append(verification)
        return max(min(due), self._earliest_read) if due else None

    @property
    def _earliest_read(self) -> float:
        """Return the time before which no read may be sent."""
        if not self._reads:
            return self._clock.monotonic()
        last = self._reads[-1]
        is_busy = len(self._reads) == _BUSY_READS and last - self._reads[0] < _BUSY_WINDOW_SECONDS
        return last + (_BUSY_GAP_SECONDS if is_busy else _MIN_GAP_SECONDS)

    async def _run(self) -> None:
        """Read whenever something is due, until nothing is pending."""
        try:
            while (due := self._next_due()) is not None:
                self._wake.clear()
                seconds = due - self._clock.monotonic()
                if seconds > 0:
                    await self._wait(seconds)
                elif not self._drop_satisfied():
                    await self._refresh()
                    self._reads.append(self._clock.monotonic())
        finally:
            self._is_running = False

    def _drop_satisfied(self) -> bool:
        """Drop the due changes that push has applied meanwhile; return whether there were any."""
        now = self._clock.monotonic()
        satisfied = [
            key
            for key, pending in self._pending.items()
            if pending.due_at <= now and pending.is_satisfied()
        ]
        for key in satisfied:
            del self._pending[key]
        return bool(satisfied)

    async def _wait(self, seconds: float) -> None:
        """Wait until the time is over or another change is announced."""
        try:
            async with self._clock.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
