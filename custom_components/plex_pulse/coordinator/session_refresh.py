"""Decide when the sessions are read because of push: at once, batched, and with a bound.

| reason | reads |
|---|---|
| push announces a session or a change that the data does not contain | at once, after 1 and 4 s |
| the server still does not list it | after 30 s, then once a minute for all of them together |
| its state changes while it is not listed | one more read, at most 5 in the first minute |
| a stream was not reported for 45 s (5 min while paused) | one read for all of them |

Two reads are at least 0.25 s apart, and 2 s after ten reads in ten seconds. Reads share one
background task, however many changes are pending.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Final

from homeassistant.core import callback

from ..api import Clock

_MIN_GAP_SECONDS: Final = 0.25
"""Minimum time between two reads; changes announced in between share the next one."""
_BUSY_GAP_SECONDS: Final = 2.0
"""Minimum time between two reads while push announces changes all the time."""
_BUSY_READS: Final = 10
_BUSY_WINDOW_SECONDS: Final = 10.0
_READ_TIMES_SECONDS: Final = (0.0, 1.0, 4.0, 30.0)
"""When a change is read, counted from its announcement; afterwards once a minute."""
_SLOW_INTERVAL_SECONDS: Final = 60.0
"""Interval of the reads for changes that the server does not list, shared by all of them."""
_STATE_CHANGE_GAP_SECONDS: Final = 8.0
"""Minimum time between two reads for state changes of sessions that are not listed."""
_MAX_READS_IN_FIRST_MINUTE: Final = 5
_MAX_PENDING: Final = 200
"""Changes that are remembered; the oldest is dropped."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class _PendingChange:
    """A change announced by push that the last response did not contain."""

    subject: str
    """Describes the change; another subject under the same key replaces it."""
    is_satisfied: Callable[[], bool]
    """Returns whether the data contains the change."""
    read_times: tuple[float, ...] | None
    """Seconds after the announcement at which it is read and then dropped; None to keep it."""
    announced_at: float
    due_at: float
    reads: int = 0


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
        self._reads: deque[float] = deque(maxlen=_BUSY_READS)
        self._last_slow_read = clock.monotonic()
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
    ) -> None:
        """Request reads until `is_satisfied`; one change per key is pending.

        `read_times` (seconds from now) replaces the usual times, and drops the change after
        the last of them.
        """
        now = self._clock.monotonic()
        pending = self._pending.get(key)
        if pending is None or not pending.reads:
            self._pending[key] = _PendingChange(
                subject=subject,
                is_satisfied=is_satisfied,
                read_times=read_times,
                announced_at=now,
                due_at=now + (read_times or _READ_TIMES_SECONDS)[0],
            )
            if len(self._pending) > _MAX_PENDING:
                del self._pending[next(iter(self._pending))]
        elif pending.subject == subject:
            pending.is_satisfied = is_satisfied
            return
        else:
            pending.subject, pending.is_satisfied = subject, is_satisfied
            self._bring_forward(pending, now)
        self.async_wake()

    @callback
    def async_discard(self, key: str) -> None:
        """Drop the change of a session that has ended."""
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

    def _bring_forward(self, pending: _PendingChange, now: float) -> None:
        """Read soon for another change of a session that the server does not list yet."""
        is_first_minute = now < pending.announced_at + _SLOW_INTERVAL_SECONDS
        if is_first_minute and pending.reads >= _MAX_READS_IN_FIRST_MINUTE:
            return
        last_read = self._reads[-1] if self._reads else now
        pending.due_at = min(pending.due_at, max(now, last_read + _STATE_CHANGE_GAP_SECONDS))

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
                else:
                    await self._read()
        finally:
            self._is_running = False

    async def _wait(self, seconds: float) -> None:
        """Wait until the time is over or another change is announced."""
        try:
            async with self._clock.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _read(self) -> None:
        """Read once for everything that is due, and schedule the next read of the rest."""
        now = self._clock.monotonic()
        due = [pending for pending in self._pending.values() if pending.due_at <= now]
        await self._refresh()
        now = self._clock.monotonic()
        self._reads.append(now)
        for pending in due:
            pending.reads += 1
        if any(pending.reads > len(_READ_TIMES_SECONDS) for pending in due):
            self._last_slow_read = now
        for key, pending in tuple(self._pending.items()):
            times = pending.read_times
            if pending.is_satisfied() or (times is not None and pending.reads >= len(times)):
                del self._pending[key]
            elif pending.due_at <= now:
                pending.due_at = self._next_read_of(pending, now)

    def _next_read_of(self, pending: _PendingChange, now: float) -> float:
        """Return when a change that the response did not contain is read again."""
        times = pending.read_times or _READ_TIMES_SECONDS
        if pending.reads < len(times):
            return pending.announced_at + times[pending.reads]
        return max(self._last_slow_read, now) + _SLOW_INTERVAL_SECONDS
