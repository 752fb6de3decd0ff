"""The client's clock, tied to the frozen time of Home Assistant."""

import asyncio
from collections.abc import Callable
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory

from tests.api.held_clock import HeldClock
from tests.clock import ManualClock


class FreezerClock(ManualClock):
    """A manual clock that moves Home Assistant's frozen time along."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Begin where the frozen time stands."""
        super().__init__()
        self._freezer = freezer
        self.held: Callable[[], int] = lambda: 0
        """Says for how many requests the answers are held back; nobody need wait for those."""

    @override
    def advance(self, seconds: float) -> None:
        """Move both on."""
        self._freezer.tick(seconds)
        super().advance(seconds)

    def is_asleep(self, task: asyncio.Task[Any]) -> bool:
        """Return whether a task lies until the test moves the time on; here none does."""
        return False


class HeldFreezerClock(FreezerClock, HeldClock):
    """Sleepers lie until the test has moved Home Assistant's frozen time on."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Start with nobody asleep."""
        super().__init__(freezer)
        self._due: dict[asyncio.Task[Any] | None, float] = {}

    @override
    async def sleep(self, seconds: float) -> None:
        """Note which task it is that sleeps."""
        task = asyncio.current_task()
        self._due[task] = self.now + seconds
        try:
            await super().sleep(seconds)
        finally:
            del self._due[task]

    @override
    def is_asleep(self, task: asyncio.Task[Any]) -> bool:
        """Return whether a task's time has not come yet."""
        return self._due.get(task, self.now) > self.now
