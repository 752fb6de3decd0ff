"""The longest block of the event loop at the first set-up of a server."""

import asyncio
from collections.abc import Mapping
from statistics import median
from typing import Final

from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import add_server
from .event_loop_monitor import EventLoopMonitor
from .figures import Figure
from .home_assistant_blocks import measured_home_assistant_blocks

SETUP_ROUNDS: Final[Mapping[int, int]] = {6: 3, 50: 3, 300: 3}
"""Rounds by number of libraries; the median counts."""
_ITEMS: Final = 100
_STREAMS: Final = 5


async def measure_setup_blocks(
    server: SimulatedServer, rounds: Mapping[int, int], divisor: int = 1
) -> dict[str, Figure]:
    """Return the longest blocks in ms CPU, from set-up to the end of the first counts.

    Home Assistant's own blocks (garbage collection and saving its storage files) do not count
    and are figures of their own, with the largest number of libraries. The
    numbers of libraries are divided by the divisor.
    """
    await server.call("set_sessions", _STREAMS)
    # The first set-up imports modules, which later ones find in memory.
    await _measure(server)
    blocks: dict[str, float] = {}
    home_assistant: dict[str, float] = {}
    for libraries, count in rounds.items():
        # The simulator's default is six libraries of five types.
        if libraries != min(rounds):
            await server.call("set_libraries", libraries // divisor, _ITEMS)
        measured = [await _measure(server) for _ in range(count)]
        blocks[f"{libraries}"] = median(block for block, _, _ in measured)
        home_assistant = {
            f"garbage_collection_{libraries}": max(collection for _, collection, _ in measured),
            f"storage_{libraries}": max(storage for _, _, storage in measured),
        }
    return {"setup_block_ms": blocks, "home_assistant_block_ms": home_assistant}


async def _measure(server: SimulatedServer) -> tuple[float, float, float]:
    """Return the longest block, garbage collection and save of one set-up, in ms."""
    async with running_home_assistant() as hass:
        with measured_home_assistant_blocks() as home_assistant:
            monitor = EventLoopMonitor(excluded=lambda: home_assistant.total)
            await asyncio.sleep(0)
            await add_server(hass, server)
            await hass.async_block_till_done()
            longest = await monitor.stop()
    return 1000 * longest, 1000 * home_assistant.garbage_collection, 1000 * home_assistant.storage
