"""Decide when push triggers reads of the sessions: immediately, batched, at a bounded rate.

| reason | reads |
|---|---|
| push announces what the data does not contain | at once, after 1, 7 and 50 s |
| its state changes while the server does not list it | within 8 s, twice a minute |
| the server still does not list it | 59 s after the last read of any kind |
| a stream is not reported for 45 s | one read for all streams |
| a program on live TV has ended | after 3, 15, 60, 180 and 420 s |
| it is unclear which stream has ended | at once, after 2, 6, 12 and 18 s |

What is never listed shares a budget, however many sessions there are, and however often
another one appears: at most five reads in the first minute and one a minute afterwards, and
those for changes of a state (`unlisted_budget.py`, `pending_reads.py`). It is dropped when
push has not reported it for five minutes. While the server rejects the reads only polls read,
whose interval grows; with a refused token after twelve reads, because it may be accepted again
in seconds. Two reads are at least 0.25 s apart, and 2 s after ten reads in ten seconds. All
reads share one background task, however many changes are pending.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
import math
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlayingNotification, PlexApiError, PlexErrorKind
from .pending_reads import SHARED_READ_SECONDS, PendingChange
from .unlisted_budget import UnlistedBudget

_MIN_GAP_SECONDS: Final = 0.25
"""Minimum time between two reads; changes announced in between share the next one."""
_BUSY_GAP_SECONDS: Final = 2.0
"""Minimum time between two reads while push announces changes all the time."""
_BUSY_READS: Final = 10
_BUSY_WINDOW_SECONDS: Final = 10.0
_FIRST_RETRY_SECONDS: Final = 1.0
"""Time until a failed read is repeated for the first time."""
_RETRY_SECONDS: Final = 10.0
"""The same for further failures."""
_MAX_REJECTED_READS: Final = 1
"""Reads in a row that the server rejects, after which only polls read."""
_MAX_REFUSED_READS: Final = 12
"""The same for a refused token, with which polls read once a minute."""
_RECENT_REPORT_SECONDS: Final = 15.0
"""Age of the last report of a session that plays: apps report it about every 10 s."""
_MAX_PENDING: Final = 200
"""Changes that are remembered; the oldest is dropped."""

END_TIMES_SECONDS: Final = (0.0, 2.0, 6.0, 12.0, 18.0)
"""When an end is verified: servers list some streams for seconds after their end."""
COMMAND_TIMES_SECONDS: Final = (1.0, 3.0, 7.0, 12.0, 18.0)
"""The same after a command that ends a stream; usually a notification comes first."""


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
        self._pending: dict[str, PendingChange] = {}
        self._budget = UnlistedBudget(clock)
        self._read_number = 0
        self._reads: deque[float] = deque(maxlen=_BUSY_READS)
        self._last_read = -math.inf
        self._rejected_reads = 0
        self._refused_reads = 0
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
            self._pending[key] = PendingChange(
                subject=subject,
                is_satisfied=is_satisfied,
                read_times=read_times,
                unlisted=unlisted,
                announced_at=now,
                reported_at=now,
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
            pending.changed_at = now
            pending.first_read = self._read_number + 1
        self.async_wake()

    @property
    def unlisted(self) -> Iterator[PlayingNotification]:
        """Yield the latest report of each session that plays and is not listed yet."""
        limit = self._clock.monotonic() - _RECENT_REPORT_SECONDS
        for pending in self._pending.values():
            if pending.unlisted is not None and pending.reported_at > limit:
                yield pending.unlisted

    @callback
    def async_discard(self, key: str) -> None:
        """Drop a change, as that of a session that has ended."""
        self._pending.pop(key, None)

    @callback
    def async_end_unlisted(self, notification: PlayingNotification) -> PlayingNotification | None:
        """Drop the change of a session that has ended; return its last report if it is unlisted.

        An end without a session key fits every unlisted session with its item, which goes on
        to be read until it is not reported anymore.
        """
        key, item = notification.session_key, notification.rating_key
        ended = self._pending.pop(key or f"item {item}", None)
        if ended is not None and ended.unlisted is not None:
            return ended.unlisted
        if key is not None or item is None:
            return None
        return next((report for report in self.unlisted if report.rating_key == item), None)

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
    def async_read_finished(self, failure: PlexApiError | None) -> None:
        """Drop what the data contains now, and schedule the next read of the rest."""
        now = self._clock.monotonic()
        is_refused = failure is not None and failure.kind is PlexErrorKind.AUTHENTICATION
        is_rejected = failure is not None and failure.is_rejected and not is_refused
        self._rejected_reads = self._rejected_reads + 1 if is_rejected else 0
        self._refused_reads = self._refused_reads + 1 if is_refused else 0
        if failure is None:
            self._handle_response(now)
            self._last_read = now
        else:
            for pending in self._pending.values():
                pending.failed(
                    now + (_RETRY_SECONDS if pending.is_delayed else _FIRST_RETRY_SECONDS)
                )
        self.async_wake()

    def _handle_response(self, now: float) -> None:
        """Drop what a response contains, and count it for what it does not contain."""
        missing: dict[str, PendingChange] = {}
        is_fruitful = False
        for key, pending in tuple(self._pending.items()):
            if pending.is_satisfied():
                del self._pending[key]
                self._budget.refund(pending)
                is_fruitful = is_fruitful or pending.read_times is None
            elif pending.first_read <= self._read_number:
                missing[key] = pending
        limit = now + SHARED_READ_SECONDS
        due = [
            pending
            for pending in missing.values()
            if pending.due_at(self._last_read, self._budget) <= limit
        ]
        unlisted = [pending for pending in due if pending.read_times is None]
        if unlisted and not is_fruitful:
            regular = all(pending.regular_at(self._last_read) <= limit for pending in unlisted)
            self._budget.spend(unlisted, is_regular=regular)
        for key, pending in missing.items():
            is_due = pending in due
            if (is_due or pending.read_times is None) and not pending.was_read(now, is_due=is_due):
                del self._pending[key]

    def _next_due(self) -> float | None:
        """Return when the next read is due, None while nothing is pending or polls read."""
        if self._rejected_reads > _MAX_REJECTED_READS or self._refused_reads > _MAX_REFUSED_READS:
            return None
        due = [pending.due_at(self._last_read, self._budget) for pending in self._pending.values()]
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
            if pending.is_satisfied() and pending.due_at(self._last_read, self._budget) <= now
        ]
        for key in satisfied:
            self._budget.refund(self._pending.pop(key))
        return bool(satisfied)

    async def _wait(self, seconds: float) -> None:
        """Wait until the time is over or another change is announced."""
        try:
            async with self._clock.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
