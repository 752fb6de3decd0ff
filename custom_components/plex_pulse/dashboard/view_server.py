"""The view *Server*: libraries, scans, remote access, updates, load and API health."""

from typing import Final

from homeassistant.const import Platform

from ..api import LibraryKind
from . import cards
from .cards import Card
from .server_entities import ServerEntities
from .servers import DashboardLibrary
from .view_context import ViewContext
from .view_new import LIBRARY_ICONS

_LOAD_HOURS: Final = 1
_GROWTH_DAYS: Final = 30
_COUNTS: Final = {
    LibraryKind.MOVIES: ("movies",),
    LibraryKind.SHOWS: ("shows", "episodes"),
    LibraryKind.MUSIC: ("albums", "tracks"),
    LibraryKind.PHOTOS: ("photos", "photo_albums"),
    LibraryKind.VIDEOS: ("videos",),
    LibraryKind.OTHER: (),
}
"""Counts of a library of each kind, the most important one first."""
_TILES: Final = 2
"""Tiles beside each other."""
_API_SENSORS: Final = (
    "api_status",
    "api_requests",
    "api_retries",
    "api_failures",
    "poll_interval",
)


def server_view(context: ViewContext) -> Card:
    """Return the sections of the view, up to four for each server."""
    return {
        "sections": [
            section for server in context.servers for section in _sections(context, server)
        ]
    }


def _sections(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the sections of a server, which fill views of two and of three columns."""
    tall = [
        _libraries(context, server),
        [*_server(context, server), *_activities(context, server), *_load(context, server)],
    ]
    short = [_api_health(context, server), _growth(context, server)]
    has_pair = all(short)
    return [
        *(cards.section(content, row_span=2 if has_pair else 1) for content in tall if content),
        *(cards.section(content) for content in short if content),
    ]


def _libraries(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the counts of each library, its scan, and a tile that scans all of them."""
    content: list[Card] = []
    for library in server.libraries:
        content += _library(server, library)
    content += [
        cards.wide(cards.press(entity_id))
        for entity_id in server.find(Platform.BUTTON, "scan_libraries")
    ]
    if not content:
        return []
    title = context.titled(context.text("section_libraries"), server)
    return [cards.heading(title, "mdi:bookshelf"), *content]


def _library(server: ServerEntities, library: DashboardLibrary) -> list[Card]:
    """Return the title of a library with its figures, and below it the first one and the scan.

    Without a scan, which is for the owner alone, two figures are below.
    """
    figures = server.find_of_library(library, Platform.SENSOR, *_COUNTS[library.kind], "storage")
    scan = server.find_of_library(library, Platform.BUTTON, "scan")
    shown = figures[: _TILES - len(scan)]
    tiles = [
        *(cards.tile(entity_id) for entity_id in shown),
        *(cards.press(entity_id) for entity_id in scan),
        *(
            cards.wide(cards.while_on(cards.tile(entity_id), entity_id))
            for entity_id in server.find_of_library(library, Platform.BINARY_SENSOR, "scanning")
        ),
    ]
    if not tiles:
        return []
    badges = [cards.heading_badge(entity_id) for entity_id in figures[len(shown) :]]
    icon = LIBRARY_ICONS[library.kind]
    return [cards.heading(library.title, icon, "subtitle", badges), *tiles]


def _server(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the update, the connection and the remote access."""
    tiles = [
        *(cards.wide(cards.tile(found)) for found in server.find(Platform.UPDATE, "server")),
        *(
            cards.connection(cards.tile(found))
            for found in server.find(Platform.BINARY_SENSOR, "connected", "push", "remote_access")
        ),
    ]
    title = context.titled(context.text("section_server"), server)
    return [cards.heading(title, "mdi:server"), *tiles] if tiles else []


def _activities(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the background activities and the last changes of the libraries."""
    tiles = [
        *(
            cards.wide(cards.tile(found))
            for found in server.find(Platform.SENSOR, "background_activities", "last_added")
        ),
        *(cards.wide(cards.tile(found)) for found in server.find(Platform.EVENT, "library")),
    ]
    if not tiles:
        return []
    return [cards.heading(context.text("section_activities"), "mdi:progress-clock"), *tiles]


def _load(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the CPU and memory usage where it is enabled; it needs Plex Pass."""
    entities = server.find(
        Platform.SENSOR, "host_cpu", "process_cpu", "host_memory", "process_memory"
    )
    if not entities:
        return []
    return [
        cards.heading(context.text("section_load"), "mdi:chip"),
        cards.history(dict.fromkeys(entities), _LOAD_HOURS),
    ]


def _api_health(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return what shows whether requests succeed."""
    tiles = [cards.tile(found) for found in server.find(Platform.SENSOR, *_API_SENSORS)]
    tiles += [
        cards.wide(cards.while_known(cards.tile(found), found))
        for found in server.find(Platform.SENSOR, "rate_limited_until")
    ]
    tiles += [
        cards.trend(found, _LOAD_HOURS) for found in server.find(Platform.SENSOR, "api_latency")
    ]
    title = context.titled(context.text("section_api_health"), server)
    return [cards.heading(title, "mdi:heart-pulse"), *tiles] if tiles else []


def _growth(context: ViewContext, server: ServerEntities) -> list[Card]:
    """Return the storage of the libraries over time."""
    storage: dict[str, str | None] = {
        found: library.title
        for library in server.libraries
        for found in server.find_of_library(library, Platform.SENSOR, "storage")
    }
    if not storage:
        return []
    return [
        cards.heading(context.text("section_growth"), "mdi:trending-up"),
        cards.statistics(storage, chart="line", period="day", days=_GROWTH_DAYS, stat_type="mean"),
    ]
