"""Clocks that only tests advance, injected in place of `custom_components.plex_pulse.api.Clock`.

| clock              | `sleep()`                                | use it for                       |
|--------------------|------------------------------------------|----------------------------------|
| `ManualClock`      | returns at once and advances the time    | client calls: retries, timeouts  |
| `EventfulClock`    | the same in steps of one second, and     | a long poll during which the     |
|                    | runs planned actions on the way          | server changes its answer        |
| `HeldClock`        | blocks until the test advances the time  | what happens during a wait:      |
|                    |                                          | queues, cancellation, websockets |
| `FreezerClock`     | as `ManualClock`, and advances Home      | a Home Assistant without push    |
|                    | Assistant's frozen time as well          |                                  |
| `HeldFreezerClock` | as `HeldClock`, and advances Home        | a Home Assistant with push       |
|                    | Assistant's frozen time as well          |                                  |

A timeout of any of them fires when the test (or a sleep) has advanced the time far enough.
"""

import asyncio
from collections.abc import Callable
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory

from custom_components.plex_pulse.api import Clock


class ManualClock(Clock):
    """Return from each sleep at once and advance the time by its length."""

    def __init__(self, *, random_value: float = 0.0) -> None:
        """Start at a round time; `random_value` is the result of `random()`."""
        self.now = 1_000.0
        self.epoch = 1_790_000_000.0
        self.random_value = random_value
        self.slept: list[float] = []
        self._timeouts: list[tuple[float, asyncio.Timeout]] = []

    def advance(self, seconds: float) -> None:
        """Advance the time and fire the timeouts that are due."""
        self.now += seconds
        loop = asyncio.get_running_loop()
        for due, timeout in tuple(self._timeouts):
            if due <= self.now:
                self._timeouts.remove((due, timeout))
                try:
                    timeout.reschedule(loop.time())
                except RuntimeError:
                    # The code inside the timeout has finished already.
                    continue

    @override
    def monotonic(self) -> float:
        """Return the current time in seconds."""
        return self.now

    @override
    def time(self) -> float:
        """Return the current time in Unix seconds."""
        return self.epoch + self.now

    @override
    async def sleep(self, seconds: float) -> None:
        """Record the sleep, advance the time, and yield to other tasks once."""
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    @override
    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Return a timeout on this clock."""
        timeout = asyncio.timeout(None if seconds > 0 else 0)
        if seconds > 0:
            self._timeouts.append((self.now + seconds, timeout))
        return timeout

    @override
    def random(self) -> float:
        """Return the value that the test chose."""
        return self.random_value


class EventfulClock(ManualClock):
    """Advance second by second during a sleep, and run planned actions on the way."""

    def __init__(self) -> None:
        """Start without planned actions."""
        super().__init__()
        self._plans: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action."""
        self._plans.append((self.now + seconds, action))

    @override
    def advance(self, seconds: float) -> None:
        """Advance the time and run the actions that are due."""
        super().advance(seconds)
        for plan in [plan for plan in self._plans if plan[0] <= self.now]:
            self._plans.remove(plan)
            plan[1]()

    @override
    async def sleep(self, seconds: float) -> None:
        """Advance in steps of one second, so that timeouts fire as in a real sleep."""
        due = self.now + seconds
        while self.now < due:
            self.advance(min(due - self.now, 1))
            await asyncio.sleep(0)


class HeldClock(ManualClock):
    """Block sleeping tasks until the test has advanced the time."""

    def __init__(self) -> None:
        """Start without sleeping tasks."""
        super().__init__()
        self.timeouts_started = 0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._used = asyncio.Event()

    @property
    def asleep(self) -> int:
        """Return the number of tasks that sleep; a task that was woken does not count."""
        return sum(not woken.done() for _, woken in self._sleepers)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that a sleep or timeout on this clock makes true."""
        while not condition():
            self._used.clear()
            await self._used.wait()

    @override
    def advance(self, seconds: float) -> None:
        """Advance the time and wake the tasks whose sleep is over."""
        super().advance(seconds)
        for due, woken in self._sleepers:
            if due <= self.now and not woken.done():
                woken.set_result(None)

    @override
    async def sleep(self, seconds: float) -> None:
        """Block until the test has advanced the time far enough."""
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
        """Return a timeout and count it: each wait for a response or a free slot starts one."""
        self.timeouts_started += 1
        self._used.set()
        return super().timeout(seconds)


class FreezerClock(ManualClock):
    """Advance Home Assistant's frozen time together with the clients' time."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Start at the frozen time."""
        super().__init__()
        self._freezer = freezer
        self.held: Callable[[], int] = lambda: 0
        """Return the number of requests whose responses are held back; no helper waits for them."""

    @override
    def advance(self, seconds: float) -> None:
        """Advance both times."""
        self._freezer.tick(seconds)
        super().advance(seconds)

    def is_asleep(self, task: asyncio.Task[Any]) -> bool:
        """Return whether a task sleeps until the test advances the time; here none does."""
        return False


class HeldFreezerClock(FreezerClock, HeldClock):
    """Block sleeping tasks until the test has advanced Home Assistant's frozen time."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Start without sleeping tasks."""
        super().__init__(freezer)
        self._due: dict[asyncio.Task[Any] | None, float] = {}

    @override
    async def sleep(self, seconds: float) -> None:
        """Record which task sleeps, and until when."""
        task = asyncio.current_task()
        self._due[task] = self.now + seconds
        try:
            await super().sleep(seconds)
        finally:
            del self._due[task]

    @override
    def is_asleep(self, task: asyncio.Task[Any]) -> bool:
        """Return whether a task still sleeps."""
        return self._due.get(task, self.now) > self.now
