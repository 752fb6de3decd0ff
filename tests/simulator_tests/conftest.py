"""Fixtures: a simulated server and a session of its owner."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulator import PlexSimulator

from .helpers import NOTIFICATIONS, OWNER, FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """Return the simulator's clock."""
    return FakeClock()


@pytest.fixture
async def simulator(socket_enabled: None, clock: FakeClock) -> AsyncIterator[PlexSimulator]:
    """Run a quiet server."""
    async with PlexSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with the owner's token that requests JSON."""
    async with aiohttp.ClientSession(headers=OWNER) as session:
        yield session


@pytest.fixture
async def websocket(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Connect to the quiet server's notifications."""
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}") as websocket:
        await simulator.push.connection()
        yield websocket


@pytest.fixture
async def evening(socket_enabled: None, clock: FakeClock) -> AsyncIterator[PlexSimulator]:
    """Run a server with the evening scenario."""
    async with PlexSimulator(clock=clock, scenario="evening") as simulator:
        yield simulator
