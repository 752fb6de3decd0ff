"""Time and chance as the client uses them, so that tests need neither."""

import asyncio
import random
import time


class Clock:
    """The real clock; tests hand in one whose time they move themselves."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for deadlines and pauses."""
        return time.monotonic()

    def time(self) -> float:
        """Return Unix seconds, to read HTTP dates and to show moments to people."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """Return a context that raises TimeoutError after that many seconds."""
        return asyncio.timeout(seconds)

    def random(self) -> float:
        """Return a number from 0 up to, not including, 1; for jitter, not secrets."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing
