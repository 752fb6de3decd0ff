"""A clock, and functions that read sessions and notifications of the simulator."""

from dataclasses import dataclass
import json
from typing import Any, Final

import aiohttp

from tests.simulator import PlexSimulator

OWNER: Final = {"X-Plex-Token": "owner-token", "Accept": "application/json"}
NOTIFICATIONS: Final = "/:/websockets/notifications"
_MARK: Final = "that was all"

type Fields = dict[str, Any]


@dataclass(slots=True)
class FakeClock:
    """A clock that only tests advance."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


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
