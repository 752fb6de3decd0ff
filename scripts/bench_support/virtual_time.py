"""An event loop whose time can be advanced, so that an hour passes in seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
import time
from typing import Final, Self, override
from unittest.mock import patch

from homeassistant.helpers import event
from homeassistant.util import dt as dt_util

from custom_components.plex_pulse.api import Clock
from scripts.common.simulated_servers import SimulatedServer

_REAL_TIME: Final = time.time
_STEP_SECONDS: Final = 5.0
"""Advanced at once; between two steps all due work is done."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers follow real time plus `advanced` seconds."""

    def __init__(self) -> None:
        """Start with the real time."""
        super().__init__()
        self.advanced = 0.0

    @classmethod
    def running(cls) -> Self:
        """Return the running loop.

        Raises: TypeError when the running loop's time cannot be advanced.
        """
        if not isinstance(loop := asyncio.get_running_loop(), cls):
            raise TypeError
        return loop

    @override
    def time(self) -> float:
        """Return the time in seconds that timers use."""
        # As in the base class, without one more call: asyncio asks for the time all the time.
        return time.monotonic() + self.advanced


class VirtualTimeClock(Clock):
    """The client's clock, following a virtual time loop."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        """Follow the loop."""
        self._loop = loop

    @override
    def monotonic(self) -> float:
        """Return the loop's time."""
        # Without the loop's method: the client's own clock has no such call either.
        return time.monotonic() + self._loop.advanced

    @override
    def time(self) -> float:
        """Return Unix seconds, advanced as the loop is."""
        return _REAL_TIME() + self._loop.advanced


@contextmanager
def advanced_wall_clock(loop: VirtualTimeLoop) -> Generator[None]:
    """Advance Home Assistant's wall clock with the loop.

    The recorder's statistics, time intervals and the times of states depend on it.
    """

    def timestamp() -> float:
        return _REAL_TIME() + loop.advanced

    def utcnow() -> datetime:
        return datetime.fromtimestamp(_REAL_TIME() + loop.advanced, UTC)

    def now(time_zone: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(timestamp(), time_zone or dt_util.get_default_time_zone())

    with (
        patch.object(time, "time", timestamp),
        patch.object(dt_util, "utcnow", utcnow),
        patch.object(dt_util, "now", now),
        patch.object(event, "time_tracker_timestamp", timestamp),
        patch.object(event, "time_tracker_utcnow", utcnow),
    ):
        yield


async def advance_time(
    loop: VirtualTimeLoop,
    server: SimulatedServer,
    seconds: float,
    *,
    interval: float = 10.0,
    step: float = _STEP_SECONDS,
    action: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Advance the time of the loop and the server; run the action at every interval.

    Between two steps, of so many seconds at most, all due work is done.
    """
    # Real time passes, too; on a slow machine it must not extend the virtual time.
    end = loop.time() + seconds
    next_action = loop.time() + interval
    while (remaining := end - loop.time()) > 0:
        advanced = min(step, remaining)
        await server.call("advance_clock", advanced)
        loop.advanced += advanced
        if action is not None and loop.time() >= next_action:
            next_action += interval
            await action()
        await server.wait_until_idle()
