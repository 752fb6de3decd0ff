"""What this process holds: what must not grow, however often things fail."""

import asyncio
from contextlib import suppress
import ctypes
from dataclasses import dataclass
import gc
import os
from pathlib import Path
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from custom_components.plex_pulse.api.http.rate_limiter import HostRateLimiter

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Tasks, listeners, file descriptors, and resident memory in MiB."""

    tasks: int
    listeners: int
    file_descriptors: int
    memory: float


TOLERANCES: Final = Vitals(tasks=3, listeners=0, file_descriptors=8, memory=15.0)
"""Polls and connections come and go; of memory, what the allocator cannot give back stays."""


async def take_vitals(hass: HomeAssistant) -> Vitals:
    """Return what the process holds now."""
    gc.collect()
    _give_back()
    return Vitals(
        tasks=len(asyncio.all_tasks()),
        listeners=_listeners(hass),
        file_descriptors=await hass.async_add_executor_job(_file_descriptors),
        memory=_resident_memory(),
    )


def _listeners(hass: HomeAssistant) -> int:
    """Return how many listen, on the bus, at coordinators and at rate limiters."""
    listeners = hass.bus.async_listeners()
    # Whatever is not yet written to disk listens for the last chance to be.
    listeners.pop(EVENT_HOMEASSISTANT_FINAL_WRITE, None)
    return sum(listeners.values()) + sum(
        len(thing._listeners)  # noqa: SLF001 - neither tells how many it has
        for thing in gc.get_objects()
        if isinstance(thing, DataUpdateCoordinator | HostRateLimiter)
    )


def _file_descriptors() -> int:
    """Return how many files, sockets and pipes are open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _give_back() -> None:
    """Have the allocator return what it keeps for later, where it can be asked to."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _resident_memory() -> float:
    """Return MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
