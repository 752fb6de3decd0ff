"""The entities as a table for people and as JSON for programs."""

from collections.abc import Sequence
from contextlib import suppress
import json
from typing import Final

from scripts.common.table import format_table

from .entities import Entity

HEADINGS: Final = ("Device", "Entity", "State")
MAX_STATE_LENGTH: Final = 60


def as_table(entities: Sequence[Entity]) -> str:
    """Return a table with a line per entity."""
    rows = ((entity.device, entity.entity_id, _state(entity)) for entity in entities)
    return format_table(HEADINGS, rows)


def _state(entity: Entity) -> str:
    """Return the state with its unit, shortened if it is long."""
    state = entity.state
    if unit := entity.attributes.get("unit_of_measurement"):
        with suppress(ValueError):
            state = f"{round(float(state), 2):g}"
        state = f"{state} {unit}"
    return state if len(state) <= MAX_STATE_LENGTH else f"{state[: MAX_STATE_LENGTH - 1]}…"


def as_json(entities: Sequence[Entity]) -> str:
    """Return a JSON object: entity_id to state, unique_id, device, translation_key, attributes."""
    return json.dumps(
        {
            entity.entity_id: {
                "state": entity.state,
                "unique_id": entity.unique_id,
                "device": entity.device,
                "translation_key": entity.translation_key,
                "attributes": entity.attributes,
            }
            for entity in entities
        },
        indent=2,
        ensure_ascii=False,
    )
