"""Cards of Home Assistant and of Plex Pulse, as a dashboard stores them."""

from collections.abc import Mapping, Sequence
from typing import Final

type Card = dict[str, object]

STREAMS_CARD: Final = "custom:plex-pulse-streams"
SHELF_CARD: Final = "custom:plex-pulse-shelf"

_FULL_WIDTH: Final = {"columns": "full"}
_HALF_WIDTH: Final = {"columns": 6}
# The name of the entity alone: the heading above names the server or library.
_ENTITY_NAME: Final = {"type": "entity"}
_CONNECTED_COLOR: Final = "green"
"""Of connections while they are on; Home Assistant's own is amber, as of a warning."""


def heading(text: str, icon: str, style: str = "title", badges: Sequence[Card] = ()) -> Card:
    """Return a heading of the style title or subtitle."""
    card: Card = {"type": "heading", "heading": text, "heading_style": style, "icon": icon}
    return {**card, "badges": list(badges)} if badges else card


def heading_badge(entity_id: str) -> Card:
    """Return a badge at the end of a heading, which shows a state."""
    return {"type": "entity", "entity": entity_id, "show_icon": False, "show_state": True}


def badge(entity_id: str, name: str | None = None, *, is_shown_while_on: bool = False) -> Card:
    """Return a badge of a view."""
    card: Card = {
        "type": "entity",
        "entity": entity_id,
        "name": name or _ENTITY_NAME,
        "show_name": True,
    }
    return {**card, "visibility": [_while(entity_id, "on")]} if is_shown_while_on else card


def connection(card: Card) -> Card:
    """Return the badge or tile of a connection, in the color of one that works."""
    return {**card, "color": _CONNECTED_COLOR}


def tile(
    entity_id: str,
    *,
    name: str | None = None,
    icon: str | None = None,
    has_device_name: bool = False,
) -> Card:
    """Return a tile of half the width, named by the entity, and its device if wanted."""
    own_name: object = [{"type": "device"}, _ENTITY_NAME] if has_device_name else _ENTITY_NAME
    card: Card = {
        "type": "tile",
        "entity": entity_id,
        "name": name or own_name,
        "grid_options": _HALF_WIDTH,
    }
    return {**card, "icon": icon} if icon is not None else card


def wide(card: Card) -> Card:
    """Return the card over the full width."""
    return {**card, "grid_options": _FULL_WIDTH}


def trend(entity_id: str, hours: int) -> Card:
    """Return a tile of full width with a small graph."""
    feature = {"type": "trend-graph", "hours_to_show": hours}
    return wide({**tile(entity_id), "features": [feature]})


def press(entity_id: str, name: str | None = None) -> Card:
    """Return a tile that presses a button."""
    return {
        **tile(entity_id, name=name),
        "tap_action": {
            "action": "perform-action",
            "perform_action": "button.press",
            "target": {"entity_id": entity_id},
        },
    }


def while_on(card: Card, entity_id: str) -> Card:
    """Return the card, shown only while the entity is on."""
    return {**card, "visibility": [_while(entity_id, "on")]}


def while_known(card: Card, entity_id: str) -> Card:
    """Return the card, shown only while the entity has a state to show."""
    condition = {
        "condition": "state",
        "entity": entity_id,
        "state_not": ["unavailable", "unknown"],
    }
    return {**card, "visibility": [condition]}


def history(entities: Mapping[str, str | None], hours: int) -> Card:
    """Return a graph of the states of entities, by entity id with an optional name."""
    return wide(
        {
            "type": "history-graph",
            "hours_to_show": hours,
            "min_y_axis": 0,
            "entities": [
                {"entity": entity_id, "name": name or _ENTITY_NAME}
                for entity_id, name in entities.items()
            ],
        }
    )


def statistics(
    entities: Mapping[str, str | None], *, chart: str, period: str, days: int, stat_type: str
) -> Card:
    """Return a graph of the statistics of entities, by entity id with an optional name."""
    return wide(
        {
            "type": "statistics-graph",
            "chart_type": chart,
            "period": period,
            "days_to_show": days,
            "stat_types": [stat_type],
            "entities": [
                {"entity": entity_id, "name": name or _ENTITY_NAME}
                for entity_id, name in entities.items()
            ],
        }
    )


def logbook(entity_ids: Sequence[str], hours: int) -> Card:
    """Return the list of what has happened to entities."""
    return wide(
        {"type": "logbook", "hours_to_show": hours, "target": {"entity_id": list(entity_ids)}}
    )


def streams_card(servers: Sequence[str]) -> Card:
    """Return our streams card; no servers means all of them."""
    card: Card = {"type": STREAMS_CARD}
    return {**card, "servers": list(servers)} if servers else card


def shelf_card(
    source: str,
    servers: Sequence[str],
    *,
    title: str,
    icon: str,
    library: str | None = None,
    show_filter: bool = True,
) -> Card:
    """Return our shelf card; no servers means all of them."""
    card: Card = {"type": SHELF_CARD, "source": source, "title": title, "icon": icon}
    if servers:
        card["servers"] = list(servers)
    if library is not None:
        card["library"] = library
    if not show_filter:
        card["show_filter"] = False
    return card


def section(cards: Sequence[Card], *, column_span: int = 1, row_span: int = 1) -> Card:
    """Return a section of a view.

    With a row span, two sections stand below each other beside it where three columns fit,
    and beside each other below it where two columns fit.
    """
    content: Card = {"type": "grid", "cards": list(cards)}
    spans = {"column_span": column_span, "row_span": row_span}
    return content | {name: span for name, span in spans.items() if span > 1}


def while_any_above_zero(card: Card, entity_ids: Sequence[str]) -> Card:
    """Return the card or section, shown only while one of the sensors is above 0."""
    conditions = [
        {"condition": "numeric_state", "entity": entity_id, "above": 0} for entity_id in entity_ids
    ]
    return {**card, "visibility": [{"condition": "or", "conditions": conditions}]}


def _while(entity_id: str, state: str) -> Card:
    """Return the condition that an entity has a state."""
    return {"condition": "state", "entity": entity_id, "state": state}
