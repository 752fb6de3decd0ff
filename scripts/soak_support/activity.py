"""Normal activity on a server: streams that start and stop, scans, changes."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Final

from scripts.common.simulated_servers import SimulatedServer

_PAUSE_SECONDS: Final = (0.1, 2.5)
"""Minimum and maximum between two events on one server."""
_WEIGHTS: Final[Mapping[str, int]] = {
    "start": 8,
    "pause": 5,
    "resume": 5,
    "stop": 5,
    "next": 4,
    "seek": 3,
    "convert": 3,
    "scan": 2,
}
_SEEDS: Final = 2**32


class Activity:
    """Random events on one server, which can be suspended."""

    def __init__(self, server: SimulatedServer, random: Random) -> None:
        """Prepare; run() starts it."""
        self._server = server
        self._random = random
        self._enabled = asyncio.Event()
        self._enabled.set()

    def suspend(self) -> None:
        """Cause no more events."""
        self._enabled.clear()

    def resume(self) -> None:
        """Cause events again."""
        self._enabled.set()

    async def run(self) -> None:
        """Cause events until cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(*_PAUSE_SECONDS))
            await self._enabled.wait()
            (action,) = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            if action == "scan":
                films, frames = self._random.randrange(3), self._random.randrange(2, 20)
                await self._server.call("scan_movies", films, frames)
            else:
                await self._server.call("change_sessions", action, self._random.randrange(_SEEDS))
