"""What people and the server itself do all the time: streams, scans, changes."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Final

from .servers import SoakServer

_PAUSE: Final = (0.1, 2.5)
"""Seconds between two things that happen on one server, at least and at most."""
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


class Life:
    """Goes on at one server, but for moments in which all is to stay as it is."""

    def __init__(self, server: SoakServer, random: Random) -> None:
        """Be ready to run()."""
        self._server = server
        self._random = random
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()

    def rest(self) -> None:
        """Let nothing happen."""
        self._may_go_on.clear()

    def go_on(self) -> None:
        """Let things happen again."""
        self._may_go_on.set()

    async def run(self) -> None:
        """Have things happen until cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(*_PAUSE))
            await self._may_go_on.wait()
            (what,) = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            if what == "scan":
                newcomers, frames = self._random.randrange(3), self._random.randrange(2, 20)
                await self._server.order("scan_movies", newcomers, frames)
            else:
                await self._server.order("play", what, self._random.randrange(_SEEDS))
