"""The entities as a table for people and as JSON for programs."""

from collections.abc import Sequence
from contextlib import suppress
import json
from typing import Final

from .entities import Entity

HEADINGS: Final = ("Device", "Entity", "State")
MAX_STATE_LENGTH: Final = 60


def as_table(entities: Sequence[Entity]) -> str:
    """Return a table with a line per entity."""
    rows = [HEADINGS, *((entity.device, entity.entity_id, _state(entity)) for entity in entities)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2]))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _state(entity: Entity) -> str:
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
