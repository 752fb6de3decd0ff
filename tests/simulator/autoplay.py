"""Advance a server by itself, for a process without a test that does it."""

import asyncio

from .fault_responder import Sleep
from .server import PlexSimulator

_STEP = 1.0
_STEPS_PER_POSITION = 10


async def run(simulator: PlexSimulator, sleep: Sleep = asyncio.sleep) -> None:
    """Advance the server every second and publish positions every ten, until cancelled."""
    while True:
        for _ in range(_STEPS_PER_POSITION):
            await sleep(_STEP)
            simulator.advance()
        simulator.sessions.tick()
        simulator.push.ping()
