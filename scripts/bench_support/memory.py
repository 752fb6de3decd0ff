"""The memory that a server, its sessions and its libraries add to Home Assistant."""

import gc
from statistics import median
import tracemalloc
from typing import Final

from homeassistant.core import HomeAssistant

from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import add_server
from .figures import LIBRARIES, SESSIONS, Figure, exponent

SERVERS: Final = 8
"""One for what is allocated once, four alike, two with libraries only, one with sessions."""
MIN_SERVERS: Final = 5
"""The same with one instead of four."""
_KIB: Final = 1024
_STREAMS: Final = 5


def _allocated() -> float:
    """Return the size of all Python objects in KiB."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / _KIB


async def _added(hass: HomeAssistant, server: SimulatedServer) -> float:
    """Add a server and return the memory it needs, in KiB."""
    before = _allocated()
    await add_server(hass, server)
    return _allocated() - before


async def measure_memory(servers: list[SimulatedServer]) -> dict[str, Figure]:
    """Return the memory of a server with six libraries and five streams, and its growth.

    tracemalloc counts Python's objects, Home Assistant's own for entities, devices and
    states included.
    """
    first, *alike, few_libraries, many_libraries, with_sessions = servers
    for server in (first, *alike):
        await server.call("set_sessions", _STREAMS)
    for server, count in zip((few_libraries, many_libraries), LIBRARIES, strict=True):
        await server.call("set_libraries", count, 100)
    tracemalloc.start()
    try:
        async with running_home_assistant() as hass:
            await add_server(hass, first)
            each = [await _added(hass, server) for server in alike]
            by_libraries = (
                await _added(hass, few_libraries),
                await _added(hass, many_libraries),
            )
            entry = await add_server(hass, with_sessions)
            idle = _allocated()
            by_sessions: list[float] = []
            for count in SESSIONS:
                await with_sessions.call("set_sessions", count)
                await entry.runtime_data.sessions.async_refresh()
                by_sessions.append(_allocated() - idle)
    finally:
        tracemalloc.stop()
    return {
        "memory_per_server_kib": median(each),
        "growth": {
            "memory_sessions": exponent(by_sessions, SESSIONS),
            "memory_libraries": exponent(by_libraries, LIBRARIES),
        },
    }
