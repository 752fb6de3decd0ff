"""The view *Now*: streams, followed users, bandwidth, load and On Deck."""

from typing import Final

from homeassistant.const import Platform

from . import cards
from .cards import Card
from .server_entities import ServerEntities
from .view_context import ViewContext

_HOURS: Final = 24
_ALL_COLUMNS: Final = 3
_PLAYED_ITEM: Final = ["series", "state"]
"""Attribute and state of a followed user: the title of an episode alone says little."""


def now_view(context: ViewContext) -> Card:
    """Return badges and sections of the view."""
    people = [*_followed_users(context), *_load(context)]
    bandwidth = _bandwidth(context)
    beside = [cards.section(content) for content in (people, bandwidth) if content]
    # One section alone would leave the rest of its row empty in a view of two columns.
    if len(beside) == 1:
        beside = [{**beside[0], "column_span": _ALL_COLUMNS}]
    streams = cards.section(
        [cards.streams_card(context.chosen_servers)],
        column_span=2 if len(beside) > 1 else _ALL_COLUMNS,
        row_span=max(1, len(beside)),
    )
    return {
        "badges": [card for server in context.servers for card in _badges(context, server)],
        "sections": [streams, *beside, _on_deck(context)],
    }


def _on_deck(context: ViewContext) -> Card:
    """Return the shelf of On Deck; while nothing plays, the streams card has one itself."""
    shelf = cards.shelf_card(
        "on_deck",
        context.chosen_servers,
        title=context.text("on_deck"),
        icon="mdi:playlist-play",
    )
    section = cards.section([shelf], column_span=_ALL_COLUMNS)
    counts = [server.find(Platform.SENSOR, "active_streams") for server in context.servers]
    # Of a server without a count it is not known whether its streams card is idle.
    if not all(counts):
        return section
    return cards.while_any_above_zero(section, [found for count in counts for found in count])


def _badges(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the badges of one server; with several servers only the most important ones."""
    connected = server.find(Platform.BINARY_SENSOR, "connected")
    badges = [cards.connection(cards.badge(entity_id, server.title)) for entity_id in connected]
    if len(context.servers) == 1:
        badges += [
            cards.badge(entity_id)
            for entity_id in server.find(
                Platform.SENSOR, "active_streams", "bandwidth_wan", "transcodes"
            )
        ]
    badges += [
        cards.badge(entity_id, context.name_of(server), is_shown_while_on=True)
        for entity_id in server.find(Platform.UPDATE, "server")
    ]
    return badges


def _followed_users(context: ViewContext) -> list[Card]:
    """Return what the followed users play."""
    tiles = [
        {
            **cards.tile(entity_id, name=context.titled(name, server), icon="mdi:account"),
            "state_content": _PLAYED_ITEM,
        }
        for server in context.servers
        for entity_id, name in server.followed()
    ]
    return _below(context, tiles, "section_followed_users", "mdi:account-multiple")


def _bandwidth(context: ViewContext) -> list[Card]:
    """Return the bandwidth of each server over a day."""
    graphs: list[Card] = []
    for server in context.servers:
        entities = server.find(Platform.SENSOR, "bandwidth_lan", "bandwidth_wan")
        if not entities:
            entities = server.find(Platform.SENSOR, "bandwidth")
        if entities:
            if len(context.servers) > 1:
                graphs.append(cards.heading(server.title, "mdi:server", "subtitle"))
            graphs.append(cards.history(dict.fromkeys(entities), _HOURS))
    return _below(context, graphs, "section_bandwidth", "mdi:speedometer")


def _load(context: ViewContext) -> list[Card]:
    """Return CPU and memory usage of each server where they are enabled."""
    tiles = [
        cards.wide(cards.tile(entity_id, has_device_name=len(context.servers) > 1))
        for server in context.servers
        for entity_id in server.find(Platform.SENSOR, "host_cpu", "host_memory")
    ]
    return _below(context, tiles, "section_load", "mdi:chip")


def _below(context: ViewContext, content: list[Card], text: str, icon: str) -> list[Card]:
    """Return the cards below a heading, nothing without cards."""
    return [cards.heading(context.text(text), icon), *content] if content else []
