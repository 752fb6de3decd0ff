"""What has to happen before every entity has something to tell."""

from collections.abc import Sequence
from typing import Final

import aiohttp

from .client import HomeAssistantClient
from .entities import Entity
from .simulator import Simulator

ARRIVAL: Final = ("Movies", "The Ivory Lantern")


def is_heard(entities: Sequence[Entity]) -> bool:
    """Return whether the server's notifications are heard: what happens before is missed."""
    return any(entity.key == "binary_sensor.push" and entity.state == "on" for entity in entities)


async def make_things_happen(
    client: HomeAssistantClient,
    simulator: Simulator,
    session: aiohttp.ClientSession,
    entities: Sequence[Entity],
) -> None:
    """Press, pause, resume and add what nobody has yet, as the entities' states show."""
    for entity in entities:
        if entity.state != "unknown":
            continue
        match entity.key:
            case "button.scan" | "button.scan_libraries" | "button.empty_trash":
                await client.call("button.press", entity_id=entity.entity_id)
            case "event.library":
                await simulator.add(session, *ARRIVAL)
            case "event.playback":
                await simulator.pause_and_resume(session)
