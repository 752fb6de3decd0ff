"""The entities of Plex Pulse, and whether all of them have a state."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

from .catalogue import DEVICES
from .client import HomeAssistantClient

# No 429 has been received, so there is no time; a user without a stream has no picture.
MAY_BE_UNKNOWN: Final = frozenset({"image.now_playing", "sensor.rate_limited_until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An entity of Plex Pulse with its state."""

    entity_id: str
    unique_id: str
    translation_key: str
    device: str
    state: str
    attributes: Mapping[str, object]

    @property
    def key(self) -> str:
        """Return the entity's key in the catalogue: `platform.key`."""
        return f"{self.entity_id.partition('.')[0]}.{self.translation_key}"


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


async def enable_entities(client: HomeAssistantClient) -> None:
    """Enable entities that are disabled by default; the entry's next reload adds them."""
    for entry in await _registered(client):
        if entry["disabled_by"] == "integration":
            await client.command(
                "config/entity_registry/update", entity_id=entry["entity_id"], disabled_by=None
            )


async def expose_to_assist(client: HomeAssistantClient, entities: Sequence[Entity]) -> None:
    """Expose `active_streams` to Assist, which gives it the tools for the server."""
    await client.command(
        "homeassistant/expose_entity",
        assistants=["conversation"],
        entity_ids=[one.entity_id for one in entities if one.key == "sensor.active_streams"],
        should_expose=True,
    )


async def read_entities(client: HomeAssistantClient) -> list[Entity]:
    """Return the enabled entities of Plex Pulse, by device and entity id."""
    devices = cast("list[_Device]", await client.command("config/device_registry/list"))
    states = cast("list[_State]", await client.get("/api/states"))
    device_names = {device["id"]: device["name_by_user"] or device["name"] for device in devices}
    state_of = {state["entity_id"]: state for state in states}
    entities = []
    for entry in await _registered(client):
        if entry["disabled_by"] is not None:
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


async def _registered(client: HomeAssistantClient) -> list[_RegistryEntry]:
    registry = cast("list[_RegistryEntry]", await client.command("config/entity_registry/list"))
    return [entry for entry in registry if entry["platform"] == "plex_pulse"]


def find_problems(entities: Sequence[Entity]) -> list[str]:
    """Return what is missing or has no state, one line each."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        keys[entity.device].add(entity.key)
    problems = [
        f"no device with {', '.join(sorted(kind))}" for kind in DEVICES if kind not in keys.values()
    ]
    problems += [
        f"{device or 'no device'}: has {', '.join(sorted(has))}"
        for device, has in keys.items()
        if has not in DEVICES
    ]
    problems += [
        f"{entity.entity_id}: {entity.state}"
        for entity in entities
        if entity.state == "unavailable"
        or (entity.state == "unknown" and entity.key not in MAY_BE_UNKNOWN)
    ]
    return problems
