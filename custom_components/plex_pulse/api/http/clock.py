"""Time and randomness as an injectable object, so that tests are deterministic."""

import asyncio
import random
import time


class Clock:
    """The real clock; tests replace it by one that they advance."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for deadlines and delays."""
        return time.monotonic()

    def time(self) -> float:
        """Return Unix seconds, for HTTP dates and for display."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Return a context that raises TimeoutError after that many seconds."""
        return asyncio.timeout(seconds)

    def random(self) -> float:
        """Return a random number from 0 up to, not including, 1; for jitter, not for secrets."""
        return random.random()  # noqa: S311 - not for secrets
