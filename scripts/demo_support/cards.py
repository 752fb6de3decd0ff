"""Home Assistant's built-in cards, as a dashboard stores them."""

from collections.abc import Sequence
from typing import Final

from .entities import Entity

type Card = dict[str, object]

# A demo is looked at for minutes.
HISTORY_HOURS: Final = 0.25
FULL_WIDTH: Final = {"columns": "full"}
HALF_WIDTH: Final = {"columns": 6}
# Without the device, which the cards' surroundings already tell.
OWN_NAME: Final = {"type": "entity"}


def heading(text: str, icon: str, style: str = "title") -> Card:
    """Return a heading, of the style title or subtitle."""
    return {"type": "heading", "heading": text, "heading_style": style, "icon": icon}


def tile(entity: Entity, color: str, name: str | None = None) -> Card:
    """Return a tile of half the width."""
    return {
        "type": "tile",
        "entity": entity.entity_id,
        "name": name or OWN_NAME,
        "color": color,
        "grid_options": HALF_WIDTH,
    }


def trend(entity: Entity, color: str) -> Card:
    """Return a tile of full width with a small graph."""
    feature = {"type": "trend-graph", "hours_to_show": HISTORY_HOURS}
    return {**tile(entity, color), "features": [feature], "grid_options": FULL_WIDTH}


def badge(entity: Entity) -> Card:
    """Return a badge with the entity's name."""
    return {"type": "entity", "entity": entity.entity_id, "name": OWN_NAME, "show_name": True}


def history(entities: Sequence[Entity]) -> Card:
    """Return a graph of the entities, from zero up."""
    return {
        "type": "history-graph",
        "hours_to_show": HISTORY_HOURS,
        "min_y_axis": 0,
        "entities": [{"entity": entity.entity_id, "name": OWN_NAME} for entity in entities],
        "grid_options": FULL_WIDTH,
    }


def markdown(content: str) -> Card:
    """Return a card of text."""
    return {"type": "markdown", "content": content, "grid_options": FULL_WIDTH}
