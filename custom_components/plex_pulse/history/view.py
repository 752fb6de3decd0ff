"""The cards of the History view that show the history of the servers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback

from ..api import Record
from ..dashboard import cards
from ..dashboard.cards import Card
from ..dashboard.server_entities import ServerEntities
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from .series import Measure, statistic_prefix, user_plays_id, watch_time_series
from .setup import async_get_importer

_DAYS: Final = 30
_PAST_DAYS: Final = 730
_KINDS: Final = {
    "plays_movie": "section_movies",
    "plays_episode": "section_episodes",
    "plays_track": "section_tracks",
}
_PAST_SECTIONS: Final = {
    Measure.MEASURED: "section_watch_time_plex",
    Measure.LENGTH: "section_watch_time_upper_bound",
}
_METHODS: Final = ("watch_time_direct_play", "watch_time_direct_stream", "watch_time_transcode")
_TOP_CARD: Final = "custom:plex-pulse-top"
_TOPS: Final = ("title", "user", "player", "hour")


class ServerHistory(Record):
    """The statistics of one server. users: names by account id of the followed ones."""

    machine_identifier: str
    users: Mapping[str, str]
    past: Measure | None
    """Where the past watch time comes from, None until it was read."""

    @classmethod
    @callback
    def of(cls, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> Self | None:
        """Return the statistics of an entry, None without the recorder or while not loaded."""
        importer = async_get_importer(hass, entry.entry_id)
        if importer is None:
            return None
        is_owner = entry.runtime_data.sessions.can_read_sessions
        past = None
        if importer.history.measured:
            past = Measure.MEASURED
        elif importer.history.lengths:
            past = Measure.LENGTH
        return cls(
            machine_identifier=str(entry.unique_id),
            users=followed_users(entry.options) if is_owner else {},
            past=past,
        )

    def statistic_id(self, key: str) -> str:
        """Return the id of a series of the server."""
        return f"{statistic_prefix(self.machine_identifier)}_{key}"


def history_cards(
    servers: Sequence[tuple[ServerEntities, ServerHistory]],
    chosen_servers: Sequence[str],
    text: Callable[[str], str],
) -> tuple[list[Card], list[list[Card]]]:
    """Return plays and watch time over time, and the sections of what was played most.

    chosen_servers: entry ids for the lists, empty for all servers.
    """
    graphs = [
        *_titled(text, "section_plays_per_day", "mdi:chart-bar", _by_kind(servers, text)),
        *_titled(text, "section_plays_by_user", "mdi:account-multiple", _by_user(servers)),
        *_titled(text, "section_watch_time", "mdi:timer-play-outline", _watch_time(servers)),
        *_titled(text, "section_play_methods", "mdi:swap-horizontal", _by_method(servers)),
    ]
    for measure, key in _PAST_SECTIONS.items():
        graphs += _titled(text, key, "mdi:timer-outline", _past(servers, measure))
    months = _titled(text, "section_months", "mdi:calendar-month", _months(servers, text))
    titles, *lists = [_top_card(by, chosen_servers, text) for by in _TOPS]
    return graphs, [[*months, titles], lists]


def _titled(text: Callable[[str], str], key: str, icon: str, content: Sequence[Card]) -> list[Card]:
    """Return cards below a heading, nothing without cards."""
    return [cards.heading(text(key), icon), *content] if content else []


def _graph(
    entities: Mapping[str, str | None], *, days: int = _DAYS, period: str = "day"
) -> list[Card]:
    """Return a stacked graph of what was added in each period, nothing without entities."""
    if not entities:
        return []
    graph = cards.statistics(
        entities, chart="bar-stack", period=period, days=days, stat_type="change"
    )
    # The heading says what a graph of one series shows.
    return [{**graph, "hide_legend": True} if len(entities) == 1 else graph]


def _qualified(name: str, server: ServerEntities, *, has_several: bool) -> str:
    """Return a name that says which server is meant, if there are several."""
    return f"{name} · {server.title}" if has_several else name


def _by_kind(
    servers: Sequence[tuple[ServerEntities, ServerHistory]], text: Callable[[str], str]
) -> list[Card]:
    """Return the plays of movies, episodes and tracks."""
    several = len(servers) > 1
    return _graph(
        {
            history.statistic_id(key): _qualified(text(name), server, has_several=several)
            for server, history in servers
            for key, name in _KINDS.items()
        }
    )


def _by_user(servers: Sequence[tuple[ServerEntities, ServerHistory]]) -> list[Card]:
    """Return the plays of the followed users."""
    several = len(servers) > 1
    return _graph(
        {
            user_plays_id(history.machine_identifier, account_id): _qualified(
                name, server, has_several=several
            )
            for server, history in servers
            for account_id, name in history.users.items()
        }
    )


def _watch_time(servers: Sequence[tuple[ServerEntities, ServerHistory]]) -> list[Card]:
    """Return the watch time of each server."""
    return _graph(
        {
            entity_id: server.title
            for server, _ in servers
            for entity_id in server.find(Platform.SENSOR, "watch_time")
        }
    )


def _by_method(servers: Sequence[tuple[ServerEntities, ServerHistory]]) -> list[Card]:
    """Return the watch time of each play method."""
    return _graph(
        {
            entity_id: None
            for server, _ in servers
            for entity_id in server.find(Platform.SENSOR, *_METHODS)
        }
    )


def _months(
    servers: Sequence[tuple[ServerEntities, ServerHistory]], text: Callable[[str], str]
) -> list[Card]:
    """Return the plays of this month and of the last one."""
    several = len(servers) > 1
    return [
        {
            "type": "statistic",
            "entity": history.statistic_id("plays"),
            "name": _qualified(text(key), server, has_several=several),
            "icon": "mdi:calendar-month",
            "period": {"calendar": {"period": "month", "offset": offset}},
            "stat_type": "change",
            "grid_options": {"columns": 12 if several else 6},
        }
        for server, history in servers
        for key, offset in (("section_this_month", 0), ("section_last_month", -1))
    ]


def _past(servers: Sequence[tuple[ServerEntities, ServerHistory]], measure: Measure) -> list[Card]:
    """Return the past watch time of the servers that have it from this source, by month."""
    return _graph(
        {
            series.statistic_id: server.title
            for server, history in servers
            if history.past is measure
            for series in watch_time_series(history.machine_identifier, server.title, {}, measure)
        },
        days=_PAST_DAYS,
        period="month",
    )


def _top_card(by: str, chosen_servers: Sequence[str], text: Callable[[str], str]) -> Card:
    """Return the list of what was played most in the last month."""
    card: Card = {"type": _TOP_CARD, "by": by, "period": "month", "title": text(f"top_{by}")}
    return {**card, "servers": list(chosen_servers)} if chosen_servers else card
