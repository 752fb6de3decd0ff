"""Home Assistant's built-in cards, as a dashboard stores them."""

from collections.abc import Sequence
from typing import Final

from .entities import Entity

type Card = dict[str, object]

# A section is a grid of twelve columns.
FULL_WIDTH: Final = {"columns": "full"}
HALF_WIDTH: Final = {"columns": 6}
# The entity's name without its device, which the section's heading shows.
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


def wide(card: Card) -> Card:
    """Return the card over the full width."""
    return {**card, "grid_options": FULL_WIDTH}


def trend(entity: Entity, color: str, hours: float) -> Card:
    """Return a tile of full width with a small graph."""
    feature = {"type": "trend-graph", "hours_to_show": hours}
    return wide({**tile(entity, color), "features": [feature]})


def press(entity: Entity, color: str) -> Card:
    """Return a tile that presses a button."""
    action = {
        "action": "perform-action",
        "perform_action": "button.press",
        "target": {"entity_id": entity.entity_id},
    }
    return {**tile(entity, color), "hide_state": True, "tap_action": action}


def picture(entity: Entity, name: str, columns: int, aspect_ratio: str) -> Card:
    """Return a picture with a name, which is cut if it is too long."""
    return {
        "type": "picture-entity",
        "entity": entity.entity_id,
        "name": name,
        "show_state": False,
        "aspect_ratio": aspect_ratio,
        "fit_mode": "cover",
        "grid_options": {"columns": columns, "rows": "auto"},
    }


def badge(entity: Entity) -> Card:
    """Return a badge with the entity's name."""
    return {"type": "entity", "entity": entity.entity_id, "name": OWN_NAME, "show_name": True}


def history(entities: Sequence[Entity], hours: float) -> Card:
    """Return a graph of the entities with a y axis from zero."""
    return wide(
        {
            "type": "history-graph",
            "hours_to_show": hours,
            "min_y_axis": 0,
            "entities": [{"entity": entity.entity_id, "name": OWN_NAME} for entity in entities],
        }
    )


def statistics(entities: Sequence[Entity], chart: str, days: int) -> Card:
    """Return a graph of hourly means, of the type line or bar."""
    return wide(
        {
            "type": "statistics-graph",
            "chart_type": chart,
            "period": "hour",
            "days_to_show": days,
            "stat_types": ["mean"],
            "min_y_axis": 0,
            "entities": [{"entity": entity.entity_id, "name": OWN_NAME} for entity in entities],
        }
    )


def markdown(content: str) -> Card:
    """Return a card of text."""
    return wide({"type": "markdown", "content": content})


def visible_while_known(card: Card, entity: Entity) -> Card:
    """Return the card, visible only while the entity has a state."""
    condition = {
        "condition": "state",
        "entity": entity.entity_id,
        "state_not": ["unavailable", "unknown"],
    }
    return {**card, "visibility": [condition]}
