"""The entities of Plex Pulse, and whether they all came up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

from .client import HomeAssistantClient

SERVER_KEYS: Final = frozenset(
    {
        "active_streams",
        "api_status",
        "bandwidth",
        "bandwidth_lan",
        "bandwidth_wan",
        "connected",
        "direct_plays",
        "direct_streams",
        "transcodes",
        "viewers",
    }
)
# Every kind of library is in the simulator's scenario.
LIBRARY_KEYS: Final = frozenset(
    {
        "albums",
        "artists",
        "duration",
        "episodes",
        "movies",
        "photo_albums",
        "photos",
        "shows",
        "storage",
        "tracks",
        "videos",
    }
)
# Nothing has asked for silence: there is no time to show.
MAY_BE_UNKNOWN: Final = frozenset({"rate_limited_until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An enabled entity of Plex Pulse with its state."""

    entity_id: str
    unique_id: str
    translation_key: str
    device: str
    state: str
    attributes: Mapping[str, object]


class _RegistryEntry(TypedDict):
    entity_id: str
    unique_id: str
    translation_key: str | None
    device_id: str | None
    disabled_by: str | None
    platform: str


class _Device(TypedDict):
    id: str
    name: str | None
    name_by_user: str | None


class _State(TypedDict):
    entity_id: str
    state: str
    attributes: dict[str, object]


async def read_entities(client: HomeAssistantClient) -> list[Entity]:
    """Return the enabled entities of Plex Pulse, by device and entity id."""
    registry = cast("list[_RegistryEntry]", await client.command("config/entity_registry/list"))
    devices = cast("list[_Device]", await client.command("config/device_registry/list"))
    states = cast("list[_State]", await client.get("/api/states"))
    device_names = {device["id"]: device["name_by_user"] or device["name"] for device in devices}
    state_of = {state["entity_id"]: state for state in states}
    entities = []
    for entry in registry:
        if entry["platform"] != "plex_pulse" or entry["disabled_by"] is not None:
            continue
        state = state_of.get(entry["entity_id"])
        entities.append(
            Entity(
                entity_id=entry["entity_id"],
                unique_id=entry["unique_id"],
                translation_key=entry["translation_key"] or "",
                device=device_names.get(entry["device_id"] or "") or "",
                state=state["state"] if state else "unavailable",
                attributes=state["attributes"] if state else {},
            )
        )
    return sorted(entities, key=lambda entity: (entity.device, entity.entity_id))


def find_problems(entities: Sequence[Entity]) -> list[str]:
    """Return what is missing or has not come up, one sentence each."""
    present = {entity.translation_key for entity in entities}
    problems = [f"{key}: no such entity" for key in sorted((SERVER_KEYS | LIBRARY_KEYS) - present)]
    for entity in entities:
        if entity.state == "unavailable" or (
            entity.state == "unknown" and entity.translation_key not in MAY_BE_UNKNOWN
        ):
            problems.append(f"{entity.entity_id}: {entity.state}")
        if not entity.device:
            problems.append(f"{entity.entity_id}: no device")
    return problems
