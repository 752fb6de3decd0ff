"""How long the event loop is blocked, in CPU time of its thread."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from statistics import median
import time


class EventLoopMonitor:
    """Measure the longest iteration of the event loop.

    Times are CPU time of the loop's thread, so that other programs on the machine and waiting
    for the network do not count.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.thread_time,
        *,
        excluded: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Start measuring; `excluded` is the total time so far that does not count, in seconds."""
        self._clock = clock
        self._excluded = excluded
        self._longest = 0.0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        """Resume in every iteration of the loop."""
        before = self._counted()
        while True:
            await asyncio.sleep(0)
            now = self._counted()
            self._longest = max(self._longest, now - before)
            before = now

    def _counted(self) -> float:
        """Return the time that counts."""
        return self._clock() - self._excluded()

    async def stop(self) -> float:
        """Stop and return the longest iteration in seconds."""
        # The caller's own iteration counts, too.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        return self._longest


async def longest_block(action: Callable[[], Awaitable[object]], rounds: int) -> float:
    """Return the median over all rounds of the longest block during the action, in ms."""
    longest: list[float] = []
    for _ in range(rounds):
        monitor = EventLoopMonitor()
        await asyncio.sleep(0)
        await action()
        longest.append(await monitor.stop())
    return 1000 * median(longest)
