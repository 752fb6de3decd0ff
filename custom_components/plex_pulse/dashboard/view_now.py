"""The view *Now*: streams, followed users, bandwidth, load and On Deck."""

from typing import Final

from homeassistant.const import Platform

from . import cards
from .cards import Card
from .server_entities import ServerEntities
from .view_context import ViewContext

_HOURS: Final = 24
_PLAYED_ITEM: Final = ["series", "state"]
"""Attribute and state of a followed user: the title of an episode alone says little."""


def now_view(context: ViewContext) -> Card:
    """Return badges and sections of the view."""
    beside = [
        *_followed_users(context),
        *_bandwidth(context),
        *_load(context),
    ]
    sections = [
        cards.section([cards.streams_card(context.chosen_servers)], column_span=2 if beside else 3)
    ]
    if beside:
        sections.append(cards.section(beside))
    on_deck = cards.shelf_card(
        "on_deck",
        context.chosen_servers,
        title=context.text("on_deck"),
        icon="mdi:playlist-play",
    )
    sections.append(cards.section([on_deck], column_span=3))
    return {
        "badges": [card for server in context.servers for card in _badges(context, server)],
        "sections": sections,
    }


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
