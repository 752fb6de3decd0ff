"""Events on the server and in Home Assistant after which every entity has a state."""

from collections.abc import Sequence
from typing import Final

import aiohttp

from .client import HomeAssistantClient
from .entities import Entity
from .simulator import Simulator

NEW_FILM: Final = ("Movies", "The Ivory Lantern")


def has_push(entities: Sequence[Entity]) -> bool:
    """Return whether the websocket is connected; earlier events would be missed."""
    return any(entity.key == "binary_sensor.push" and entity.state == "on" for entity in entities)


async def trigger_events(
    client: HomeAssistantClient,
    simulator: Simulator,
    session: aiohttp.ClientSession,
    entities: Sequence[Entity],
) -> None:
    """Trigger the event of each button and event entity whose state is unknown."""
    for entity in entities:
        if entity.state != "unknown":
            continue
        match entity.key:
            case "button.scan" | "button.scan_libraries" | "button.empty_trash":
                await client.call("button.press", entity_id=entity.entity_id)
            case "event.library":
                await simulator.add_item(session, *NEW_FILM)
            case "event.playback":
                await simulator.pause_and_resume(session)
