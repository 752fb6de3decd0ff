"""How much longer a longer input takes, whatever machine it is read on, and however busy."""

from collections.abc import Awaitable, Callable
import gc
import math
import time
from typing import Final

LENGTH_RATIO: Final = 16
_TOLERANCE: Final = 4
"""Four times what growth with the length explains is a quarter of what its square would take."""
_NEGLIGIBLE_SECONDS: Final = 0.005
"""Seconds in which anything may be read; what takes no longer is not worth a comparison."""
_ATTEMPTS: Final = 6
_MAX_SECONDS: Final = 2.0
"""Seconds after which there is no other try."""


async def is_linear_in_length[T](read: Callable[[T], Awaitable[object]], short: T, long: T) -> bool:
    """Return whether what is TIMES_AS_LONG takes no more than its share of time.

    What this thread has of the processor counts, and the best of several tries: however
    much other processes have of it, neither grows.
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
    """Return the time of the processor that reading takes once."""
    # It looks at all that the process holds, whenever it likes.
    gc.disable()
    began = time.thread_time()
    try:
        await read(text)
        return time.thread_time() - began
    finally:
        gc.enable()
