"""CPU time of a reported position, by number of streams."""

import asyncio
from collections.abc import Mapping
from statistics import fmean, median
import time
from typing import Final

from custom_components.plex_pulse.coordinator.sessions import SessionsCoordinator
from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import add_server
from .figures import Figure
from .virtual_time import VirtualTimeClock, VirtualTimeLoop, advanced_wall_clock

POSITION_ROUNDS: Final[Mapping[int, int]] = {1: 360, 40: 30, 320: 8}
"""Rounds by number of streams; the mean counts, since states change in some rounds only.

For a single stream an hour, in which as many polls are due as in the hour without streams.
"""
_REPEATS: Final = 5
"""The median of so many differences counts: the speed of a machine with other load changes
within seconds, so that the time without streams is measured again before each time with them."""
_REPORT_INTERVAL_SECONDS: Final = 10.0
_REFRESH_COOLDOWN_SECONDS: Final = 0.6
_EXTRA_TURNS: Final = 3
"""Iterations of the event loop for work that a report schedules."""


async def measure_position_cpu(
    server: SimulatedServer, rounds: Mapping[int, int], divisor: int = 1
) -> dict[str, Figure]:
    """Return the CPU time of the loop's thread for one reported position, in us.

    All streams are reported every ten seconds of virtual time. The same round without streams
    is subtracted: the commands to the simulator, the ping and Home Assistant's timers. The
    numbers of streams are divided by the divisor.
    """
    loop = VirtualTimeLoop.running()
    with advanced_wall_clock(loop):
        async with running_home_assistant(VirtualTimeClock(loop)) as hass:
            sessions = (await add_server(hass, server)).runtime_data.sessions
            figures: dict[str, float] = {}
            for streams, count_of_rounds in rounds.items():
                count = max(1, streams // divisor)
                differences: list[float] = []
                # A single round only shows that the measurement works.
                for _ in range(_REPEATS if max(rounds.values()) > 1 else 1):
                    await _set_sessions(sessions, server, 0)
                    idle = await _round_seconds(loop, server, max(rounds.values()))
                    await _set_sessions(sessions, server, count)
                    busy = await _round_seconds(loop, server, count_of_rounds)
                    differences.append(busy - idle)
                figures[f"{streams}"] = 1e6 * median(differences) / count
    return {"cpu_us_per_position": figures}


async def _set_sessions(sessions: SessionsCoordinator, server: SimulatedServer, count: int) -> None:
    """Start so many long sessions in place of the others, and refresh the coordinator."""
    await server.call("set_long_sessions", count)
    await asyncio.sleep(_REFRESH_COOLDOWN_SECONDS)
    await server.wait_until_idle()
    await sessions.async_refresh()


async def _round_seconds(loop: VirtualTimeLoop, server: SimulatedServer, rounds: int) -> float:
    """Return the mean CPU time of a round, in seconds."""
    seconds: list[float] = []
    # In the first round the state is written for the first time.
    for _ in range(rounds + 1):
        began = time.thread_time()
        await server.call("advance_clock", _REPORT_INTERVAL_SECONDS)
        loop.advanced += _REPORT_INTERVAL_SECONDS
        await server.call("deliver_positions")
        for _ in range(_EXTRA_TURNS):
            await asyncio.sleep(0)
        seconds.append(time.thread_time() - began)
    return fmean(seconds[1:])
