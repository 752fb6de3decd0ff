"""Advance a server by itself, for a process without a test that does it."""

import asyncio

from .fault_responder import Sleep
from .server import PlexSimulator

_STEP = 1.0
_STEPS_PER_POSITION = 10
_STEPS_PER_TRANSCODE_UPDATE = 3


async def run(simulator: PlexSimulator, sleep: Sleep = asyncio.sleep) -> None:
    """Advance the server every second and publish positions every ten, until cancelled.

    Transcoders report every three seconds (Tautulli #1221 shows 2 to 3).
    """
    while True:
        for step in range(1, _STEPS_PER_POSITION):
            await sleep(_STEP)
            simulator.advance()
            if step % _STEPS_PER_TRANSCODE_UPDATE == 0:
                simulator.sessions.tick_transcoders()
        await sleep(_STEP)
        simulator.advance()
        simulator.sessions.tick()
        simulator.push.ping()
