"""Fixtures: a simulated server and a session of its owner."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
from typing import Any

import aiohttp
import pytest

from tests.simulator import PlexSimulator

OWNER = {"X-Plex-Token": "owner-token", "Accept": "application/json"}
NOTIFICATIONS = "/:/websockets/notifications"
_MARK = "that was all"

type Fields = dict[str, Any]


@dataclass(slots=True)
class FakeClock:
    """A clock that only tests advance."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


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


async def read_sessions(session: aiohttp.ClientSession, simulator: PlexSimulator) -> list[Fields]:
    """Read the sessions."""
    async with session.get(f"{simulator.url}/status/sessions") as response:
        assert response.status == 200
        container = (await response.json())["MediaContainer"]
    items: list[Fields] = container.get("Metadata", [])
    assert container["size"] == len(items)
    return items


async def received(
    websocket: aiohttp.ClientWebSocketResponse, simulator: PlexSimulator
) -> list[Fields]:
    """Return the notifications sent so far."""
    simulator.push.send(_MARK)
    containers: list[Fields] = []
    while (text := await websocket.receive_str()) != _MARK:
        containers.append(json.loads(text)["NotificationContainer"])
    return containers


def entries(containers: list[Fields], kind: str) -> list[Fields]:
    """Return the fields of the notifications of a type."""
    return [
        entry
        for container in containers
        if container["type"] == kind
        for key, values in container.items()
        if key not in {"type", "size"}
        for entry in values
    ]
