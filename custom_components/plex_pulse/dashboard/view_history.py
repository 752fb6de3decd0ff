"""The view *History*: plays, watch time, streams, bandwidth and playback events over time."""

from typing import Final

from homeassistant.const import Platform

from ..history.view import history_cards
from . import cards
from .cards import Card
from .view_context import ViewContext

_DAYS: Final = 30
_EVENT_HOURS: Final = 24


def history_view(context: ViewContext) -> Card:
    """Return the sections of the view."""
    streams: dict[str, str | None] = {}
    bandwidth: dict[str, str | None] = {}
    events: list[str] = []
    for server in context.servers:
        name = context.name_of(server)
        streams |= dict.fromkeys(server.find(Platform.SENSOR, "active_streams"), name)
        if name is None:
            streams |= dict.fromkeys(server.find(Platform.SENSOR, "transcodes"))
        bandwidth |= dict.fromkeys(server.find(Platform.SENSOR, "bandwidth"), name)
        if name is None:
            bandwidth |= dict.fromkeys(server.find(Platform.SENSOR, "bandwidth_wan"))
        events += server.find(Platform.EVENT, "playback", "library")
    graphs: list[Card] = []
    if streams:
        graphs += [
            cards.heading(context.text("section_streams_per_day"), "mdi:chart-bar"),
            cards.statistics(streams, chart="bar", period="day", days=_DAYS, stat_type="max"),
        ]
    if bandwidth:
        graphs += [
            cards.heading(context.text("section_bandwidth"), "mdi:speedometer"),
            cards.statistics(bandwidth, chart="line", period="day", days=_DAYS, stat_type="max"),
        ]
    sections = [cards.section(graphs, column_span=2)] if graphs else []
    if events:
        sections.append(
            cards.section(
                [
                    cards.heading(context.text("section_events"), "mdi:history"),
                    cards.logbook(events, _EVENT_HOURS),
                ]
            )
        )
    history = [
        (server, context.histories[server.entry_id])
        for server in context.servers
        if server.entry_id in context.histories
    ]
    return {"sections": [*history_cards(history, context.chosen_servers, context.text), *sections]}
