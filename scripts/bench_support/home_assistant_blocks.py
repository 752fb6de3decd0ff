"""Blocks of the event loop by Home Assistant itself, measured apart from Plex Pulse's."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
import gc
from threading import get_ident
import time
from typing import Any
from unittest.mock import patch

from homeassistant.helpers.storage import Store


class HomeAssistantBlocks:
    """CPU time of the loop's thread in garbage collection and in saving storage files.

    total is the sum of all blocks; the others are the longest of their kind; seconds.
    """

    def __init__(self) -> None:
        """Measure in the calling thread, which is that of the loop."""
        self.total = 0.0
        self.garbage_collection = 0.0
        self.storage = 0.0
        self._thread = get_ident()
        self._storage_depth = 0
        self._collection_began: float | None = None

    def handle_collection(self, phase: str, info: dict[str, int]) -> None:
        """Handle a callback of the garbage collector (gc.callbacks)."""
        if get_ident() != self._thread:
            return
        if phase == "start":
            self._collection_began = time.thread_time()
        elif self._collection_began is not None:
            seconds = time.thread_time() - self._collection_began
            self._collection_began = None
            self.garbage_collection = max(self.garbage_collection, seconds)
            # A collection while a file is saved is part of that block already.
            if not self._storage_depth:
                self.total += seconds

    @contextmanager
    def storage_block(self) -> Generator[None]:
        """Measure a part of saving a storage file."""
        began = time.thread_time()
        self._storage_depth += 1
        try:
            yield
        finally:
            self._storage_depth -= 1
            seconds = time.thread_time() - began
            self.storage = max(self.storage, seconds)
            self.total += seconds


class _MeasuredAwaitable[T]:
    """An awaitable whose steps in the event loop are measured."""

    def __init__(self, awaitable: Awaitable[T], blocks: HomeAssistantBlocks) -> None:
        """Measure the steps of the awaitable."""
        self._awaitable = awaitable
        self._blocks = blocks

    def __await__(self) -> Generator[Any, Any, T]:
        """Run the awaitable."""
        steps = self._awaitable.__await__()
        while True:
            with self._blocks.storage_block():
                try:
                    pending = next(steps)
                except StopIteration as stop:
                    result: T = stop.value
                    return result
            yield pending


@contextmanager
def measured_home_assistant_blocks() -> Generator[HomeAssistantBlocks]:
    """Measure the blocks until the context exits."""
    blocks = HomeAssistantBlocks()
    write: Callable[..., Awaitable[None]] = Store._async_write_data  # noqa: SLF001 - the part that runs in the event loop

    async def measured_write(store: Store[Any], data: dict[str, Any]) -> None:
        await _MeasuredAwaitable(write(store, data), blocks)

    gc.callbacks.append(blocks.handle_collection)
    try:
        with patch.object(Store, "_async_write_data", measured_write):
            yield blocks
    finally:
        gc.callbacks.remove(blocks.handle_collection)
