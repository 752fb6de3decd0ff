"""Divide long work into slices, between which the event loop runs other tasks."""

import asyncio
from collections.abc import Callable, Iterable
import time
from typing import Final

from .models.coerce import JsonObject

_SLICE_SECONDS: Final = 0.01
"""CPU time of a slice."""


class TimeSlice:
    """CPU time that a task has used since it last let other tasks run."""

    def __init__(self, seconds: float = _SLICE_SECONDS) -> None:
        """Start a slice of that CPU time."""
        self._seconds = seconds
        self._began = time.thread_time()

    @property
    def is_over(self) -> bool:
        """Return whether other tasks should run now."""
        return time.thread_time() - self._began >= self._seconds

    async def pause(self) -> None:
        """Let other tasks run, then start the next slice."""
        await asyncio.sleep(0)
        self._began = time.thread_time()


async def parse_in_slices[T](
    rows: Iterable[JsonObject], parse: Callable[[JsonObject], T | None]
) -> tuple[T, ...]:
    """Return each object parsed, without those that give None."""
    parsed: list[T] = []
    time_slice = TimeSlice()
    for row in rows:
        if (item := parse(row)) is not None:
            parsed.append(item)
        if time_slice.is_over:
            await time_slice.pause()
    return tuple(parsed)
