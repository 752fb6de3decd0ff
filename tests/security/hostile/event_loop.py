"""The longest callback of the event loop, and the memory that it leaves or takes."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
import gc
import sys
from threading import get_ident
import time
import tracemalloc
from typing import Final
from unittest.mock import patch

_IS_TRACED: Final = sys.gettrace() is not None or (
    sys.monitoring.get_tool(sys.monitoring.COVERAGE_ID) is not None
)
MAX_BLOCK_SECONDS: Final = 0.15 if _IS_TRACED else 0.05
"""CPU time of one callback of the event loop; measuring coverage triples it."""
MAX_MEMORY_BYTES: Final = 64 * 2**20


class MemoryMonitor:
    """The peak of the memory that Python has allocated since the start, in bytes."""

    peak = 0


@contextmanager
def measured_memory() -> Generator[MemoryMonitor]:
    """Measure the peak of the memory that is allocated until the context exits."""
    monitor = MemoryMonitor()
    tracemalloc.start()
    try:
        yield monitor
        monitor.peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class LoopMonitor:
    """CPU time of the thread in each callback of the event loop, without garbage collection.

    A collection visits all objects of the process, also those of other tests.
    """

    def __init__(self) -> None:
        """Belong to the calling thread, the loop's."""
        self.longest = 0.0
        """Seconds of the longest callback."""
        self.callback = ""
        """The longest callback, for the message of a failed test."""
        self.total = 0.0
        """Seconds of all callbacks."""
        self._thread = get_ident()
        self._collecting = 0.0
        self._collection_began = 0.0

    def handle_collection(self, phase: str, info: dict[str, int]) -> None:
        """Handle a callback of the garbage collector (gc.callbacks)."""
        if get_ident() != self._thread:
            return
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            self._collecting += time.thread_time() - self._collection_began

    def run(self, handle: asyncio.Handle) -> None:
        """Run a callback of the loop and measure it."""
        if get_ident() != self._thread:
            _run(handle)
            return
        self._collecting = 0.0
        began = time.thread_time()
        _run(handle)
        seconds = time.thread_time() - began - self._collecting
        self.total += seconds
        if seconds > self.longest:
            self.longest, self.callback = seconds, repr(handle)


_run = asyncio.Handle._run  # noqa: SLF001 - no public way to measure the callbacks of a loop


def _method(monitor: LoopMonitor) -> Callable[[asyncio.Handle], None]:
    """Return the method of a handle that the monitor runs and measures."""

    def run(handle: asyncio.Handle) -> None:
        """Run the callback of the handle."""
        monitor.run(handle)

    return run


@contextmanager
def measured_callbacks() -> Generator[LoopMonitor]:
    """Measure the callbacks of this thread's event loop until the context exits."""
    monitor = LoopMonitor()
    gc.callbacks.append(monitor.handle_collection)
    try:
        with patch.object(asyncio.Handle, "_run", _method(monitor)):
            yield monitor
    finally:
        gc.callbacks.remove(monitor.handle_collection)
