"""What Home Assistant's memory grows by with a server, its sessions and its libraries."""

import gc
from statistics import median
import tracemalloc
from typing import Final

from homeassistant.core import HomeAssistant

from .figures import LIBRARIES, SESSIONS, Figure, exponent
from .home import add_server, home_assistant
from .servers import Server

SERVERS: Final = 8
"""One that pays for what all share, four alike, two of libraries, one of sessions."""
FEWEST_SERVERS: Final = 5
"""The same with one in place of four."""
_KIB: Final = 1024
_STREAMS: Final = 5


def _allocated() -> float:
    """Return the KiB that Python objects hold."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / _KIB


async def _added(hass: HomeAssistant, server: Server, number: int) -> float:
    """Return the KiB that a server adds."""
    before = _allocated()
    await add_server(hass, server, number)
    return _allocated() - before


async def measure_memory(servers: list[Server]) -> dict[str, Figure]:
    """Return the figures of memory.

    A server is one with six libraries and five streams. tracemalloc counts Python's
    objects: Home Assistant's own for entities, devices and states among them.
    """
    first, *alike, of_few, of_many, of_sessions = servers
    for server in (first, *alike):
        await server.order("play", _STREAMS)
    for server, count in zip((of_few, of_many), LIBRARIES, strict=True):
        await server.order("hold_libraries", count, 100)
    tracemalloc.start()
    try:
        async with home_assistant() as hass:
            await add_server(hass, first)
            each = [await _added(hass, server, number) for number, server in enumerate(alike, 1)]
            few, many, number = [len(alike) + place for place in (1, 2, 3)]
            by_libraries = (
                await _added(hass, of_few, few),
                await _added(hass, of_many, many),
            )
            entry = await add_server(hass, of_sessions, number)
            idle = _allocated()
            by_sessions: list[float] = []
            for count in SESSIONS:
                await of_sessions.order("play", count)
                await entry.runtime_data.sessions.async_refresh()
                by_sessions.append(_allocated() - idle)
    finally:
        tracemalloc.stop()
    return {
        "memory_per_server_kib": median(each),
        "growth": {
            "memory_sessions": exponent(*by_sessions),
            "memory_libraries": exponent(*by_libraries),
        },
    }
