"""A clock on which sleepers lie until the test has moved the time on."""

import asyncio
from collections.abc import Callable
from typing import override

from tests.clock import ManualClock


class HeldClock(ManualClock):
    """Let a test look around while others sleep or wait."""

    def __init__(self) -> None:
        """Start with nobody asleep."""
        super().__init__()
        self.time_limits = 0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._used = asyncio.Event()

    @property
    def asleep(self) -> int:
        """Return how many sleep now; who was woken sleeps no more."""
        return sum(not woken.done() for _, woken in self._sleepers)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what somebody's use of this clock makes true."""
        while not condition():
            self._used.clear()
            await self._used.wait()

    @override
    def advance(self, seconds: float) -> None:
        """Move the time on and wake those whose moment has come."""
        super().advance(seconds)
        for due, woken in self._sleepers:
            if due <= self.now and not woken.done():
                woken.set_result(None)

    @override
    async def sleep(self, seconds: float) -> None:
        """Lie until the time has come."""
        self.slept.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self.now + seconds, woken)
        self._sleepers.append(sleeper)
        self._used.set()
        try:
            await woken
        finally:
            self._sleepers.remove(sleeper)

    @override
    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Count who begins to wait for something, be it an answer or a place."""
        self.time_limits += 1
        self._used.set()
        return super().timeout(seconds)
