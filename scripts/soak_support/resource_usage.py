"""Resources of this process that must not grow, however often requests fail."""

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
class ResourceUsage:
    """Tasks, listeners, file descriptors, and resident memory in MiB."""

    tasks: int
    listeners: int
    file_descriptors: int
    memory: float


TOLERANCES: Final = ResourceUsage(tasks=3, listeners=0, file_descriptors=8, memory=15.0)
"""Polls and connections come and go; the allocator does not return all memory."""


async def measure_resource_usage(hass: HomeAssistant) -> ResourceUsage:
    """Return the current resource usage, after a garbage collection."""
    gc.collect()
    _trim_memory()
    return ResourceUsage(
        tasks=len(asyncio.all_tasks()),
        listeners=_listeners(hass),
        file_descriptors=await hass.async_add_executor_job(_file_descriptors),
        memory=_resident_memory(),
    )


def _listeners(hass: HomeAssistant) -> int:
    """Return the number of listeners of the bus, of coordinators and of rate limiters."""
    listeners = hass.bus.async_listeners()
    # Registered while a storage file has unsaved changes.
    listeners.pop(EVENT_HOMEASSISTANT_FINAL_WRITE, None)
    return sum(listeners.values()) + sum(
        len(owner._listeners)  # noqa: SLF001 - neither class publishes their number
        for owner in gc.get_objects()
        if isinstance(owner, DataUpdateCoordinator | HostRateLimiter)
    )


def _file_descriptors() -> int:
    """Return the number of open files, sockets and pipes."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _trim_memory() -> None:
    """Return free memory of the allocator to the system, where glibc supports it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _resident_memory() -> float:
    """Return the resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
