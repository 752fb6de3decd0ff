"""An event loop whose time can be moved on, so that an hour passes in seconds."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from typing import override

from custom_components.plex_pulse.api import Clock

from .servers import Server

_STEP = 5.0
"""Seconds that pass at once; in between everybody does what is due."""


class MovedTimeLoop(asyncio.SelectorEventLoop):
    """Real time, and what was added to it: timers of Home Assistant and client alike obey."""

    def __init__(self) -> None:
        """Begin with the real time."""
        super().__init__()
        self.passed = 0.0

    @override
    def time(self) -> float:
        """Return the seconds that timers go by."""
        return super().time() + self.passed


class MovedTimeClock(Clock):
    """The client's clock by the time of that loop."""

    def __init__(self, loop: MovedTimeLoop) -> None:
        """Go by the loop."""
        self._loop = loop

    @override
    def monotonic(self) -> float:
        """Return the loop's time."""
        return self._loop.time()

    @override
    def time(self) -> float:
        """Return Unix seconds moved on by as much."""
        return time.time() + self._loop.passed


async def pass_time(
    loop: MovedTimeLoop,
    server: Server,
    seconds: float,
    *,
    every: float = 10.0,
    happening: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Let time pass here and at the server, which says something every few seconds."""
    until_next = every
    while seconds > 0:
        step = min(_STEP, seconds)
        seconds -= step
        await server.order("pass_time", step)
        loop.passed += step
        until_next -= step
        if happening is not None and until_next <= 0:
            until_next = every
            await happening()
        await server.settle()
