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
    graphs = [
        *_graph(context, streams, "section_streams_per_day", "mdi:chart-bar", "bar"),
        *_graph(context, bandwidth, "section_bandwidth", "mdi:speedometer", "line"),
    ]
    listed = [
        cards.heading(context.text("section_events"), "mdi:history"),
        cards.logbook(events, _EVENT_HOURS),
    ]
    beside = [cards.section(content) for content in (listed if events else [], graphs) if content]
    history = [
        (server, context.histories[server.entry_id])
        for server in context.servers
        if server.entry_id in context.histories
    ]
    if not history:
        return {"sections": beside}
    plays, lists = history_cards(history, context.chosen_servers, context.text)
    beside = [*map(cards.section, lists), *beside]
    return {"sections": [cards.section(plays, column_span=2, row_span=len(beside)), *beside]}


def _graph(
    context: ViewContext, entities: dict[str, str | None], text: str, icon: str, chart: str
) -> list[Card]:
    """Return the highest state of each day below a heading, nothing without entities."""
    if not entities:
        return []
    return [
        cards.heading(context.text(text), icon),
        cards.statistics(entities, chart=chart, period="day", days=_DAYS, stat_type="max"),
    ]
