"""Check that reading takes linear time, independent of the machine and its load."""

from collections.abc import Awaitable, Callable
import gc
import math
import time
from typing import Final

LENGTH_RATIO: Final = 16
_TOLERANCE: Final = 4
"""Linear time times four is still a quarter of quadratic time."""
_NEGLIGIBLE_SECONDS: Final = 0.005
"""Seconds below which no comparison is made."""
_ATTEMPTS: Final = 6
_MAX_SECONDS: Final = 2.0
"""Seconds of CPU time after which no further attempt is made."""


async def is_linear_in_length[T](read: Callable[[T], Awaitable[object]], short: T, long: T) -> bool:
    """Return whether input that is LENGTH_RATIO times as long takes at most linear time.

    The CPU time of this thread is compared, and the best of several attempts counts, so that
    the load of other processes makes no difference.
    """
    least_short = least_long = math.inf
    began = time.thread_time()
    for _ in range(_ATTEMPTS):
        least_short = min(least_short, await _cpu_seconds(read, short))
        least_long = min(least_long, await _cpu_seconds(read, long))
        if least_long <= _NEGLIGIBLE_SECONDS + _TOLERANCE * LENGTH_RATIO * least_short:
            return True
        if time.thread_time() - began > _MAX_SECONDS:
            break
    return False


async def _cpu_seconds[T](read: Callable[[T], Awaitable[object]], text: T) -> float:
    """Return the CPU time of reading once, in seconds."""
    # A collection would visit all objects of the process at an arbitrary time.
    gc.disable()
    began = time.thread_time()
    try:
        await read(text)
        return time.thread_time() - began
    finally:
        gc.enable()
