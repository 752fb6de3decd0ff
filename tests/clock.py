"""A clock whose time only tests move."""

import asyncio
from typing import override

from custom_components.plex_pulse.api import Clock


class ManualClock(Clock):
    """Sleeps return at once and move the time on; time-outs fire when it has moved."""

    def __init__(self, *, chance: float = 0.0) -> None:
        """Start at a round moment; `chance` is what random() answers."""
        self.now = 1_000.0
        self.epoch = 1_790_000_000.0
        self.chance = chance
        self.slept: list[float] = []
        self._timeouts: list[tuple[float, asyncio.Timeout]] = []

    def advance(self, seconds: float) -> None:
        """Move the time on and let the time-outs fire that are then due."""
        self.now += seconds
        loop = asyncio.get_running_loop()
        for due, timeout in tuple(self._timeouts):
            if due <= self.now:
                self._timeouts.remove((due, timeout))
                try:
                    timeout.reschedule(loop.time())
                except RuntimeError:
                    # Its block has long been left.
                    continue

    @override
    def monotonic(self) -> float:
        """Return the seconds the test has let pass."""
        return self.now

    @override
    def time(self) -> float:
        """Return the same time as Unix seconds."""
        return self.epoch + self.now

    @override
    async def sleep(self, seconds: float) -> None:
        """Note the wish, move the time on, and give others a turn."""
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    @override
    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Return a time-out on this clock."""
        timeout = asyncio.timeout(None if seconds > 0 else 0)
        if seconds > 0:
            self._timeouts.append((self.now + seconds, timeout))
        return timeout

    @override
    def random(self) -> float:
        """Return what the test chose."""
        return self.chance
