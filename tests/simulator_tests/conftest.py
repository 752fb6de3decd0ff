"""A simulated server and a session to ask it."""

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
class Time:
    """A clock that stands still until it is moved."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


@pytest.fixture(name="time")
def fixture_time() -> Time:
    """Return the simulator's clock."""
    return Time()


@pytest.fixture(name="simulator")
async def fixture_simulator(socket_enabled: None, time: Time) -> AsyncIterator[PlexSimulator]:
    """Run a quiet server."""
    async with PlexSimulator(clock=time) as simulator:
        yield simulator


@pytest.fixture(name="session")
async def fixture_session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that sends the owner's token and asks for JSON."""
    async with aiohttp.ClientSession(headers=OWNER) as session:
        yield session


@pytest.fixture(name="websocket")
async def fixture_websocket(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Listen to what the quiet server tells."""
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}") as websocket:
        await simulator.push.connection()
        yield websocket


@pytest.fixture(name="evening")
async def fixture_evening(socket_enabled: None, time: Time) -> AsyncIterator[PlexSimulator]:
    """Run a lively server."""
    async with PlexSimulator(clock=time, scenario="evening") as simulator:
        yield simulator


async def listed(session: aiohttp.ClientSession, simulator: PlexSimulator) -> list[Fields]:
    """Read the sessions."""
    async with session.get(f"{simulator.url}/status/sessions") as response:
        assert response.status == 200
        container = (await response.json())["MediaContainer"]
    items: list[Fields] = container.get("Metadata", [])
    assert container["size"] == len(items)
    return items


async def told(
    websocket: aiohttp.ClientWebSocketResponse, simulator: PlexSimulator
) -> list[Fields]:
    """Read the notifications so far, and show that there are no more."""
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
