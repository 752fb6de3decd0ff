"""The demo's dashboard, over whatever entity ids Home Assistant gave."""

from collections.abc import Sequence
from typing import Final

from .cards import Card, badge, heading, history, markdown, tile, trend
from .client import HomeAssistantClient
from .entities import Entity
from .streams import streams_template

URL_PATH: Final = "plex-pulse"

# What is shown of a library, in pairs; only its kind of library has the first.
LIBRARIES: Final = (
    ("mdi:movie-open", ("movies", "storage")),
    ("mdi:television-classic", ("shows", "episodes")),
    ("mdi:music", ("artists", "albums", "tracks", "storage")),
    ("mdi:image-multiple", ("photos", "photo_albums")),
    ("mdi:video-vintage", ("videos", "storage")),
)


async def save_dashboard(client: HomeAssistantClient, entities: Sequence[Entity]) -> None:
    """Make a dashboard of the entities the one that Home Assistant opens with."""
    await client.command(
        "lovelace/dashboards/create", url_path=URL_PATH, title="Plex Pulse", icon="mdi:pulse"
    )
    config = Dashboard(entities).config()
    await client.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await client.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


class Dashboard:
    """Cards for the entities that exist, found by translation key."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        """Build the cards from these entities."""
        self._entities = entities

    def config(self) -> Card:
        """Return the dashboard as Home Assistant stores it."""
        columns = (self._now_playing(), self._bandwidth(), self._libraries())
        view = {
            "title": "Plex Pulse",
            "path": "server",
            "type": "sections",
            "max_columns": len(columns),
            "badges": [badge(entity) for entity in self._find("connected", "api_status")],
            "sections": [{"type": "grid", "cards": cards} for cards in columns],
        }
        return {"views": [view]}

    def _now_playing(self) -> list[Card]:
        active_streams = self._find("active_streams")
        return [
            heading("Now playing", "mdi:play-circle"),
            *(trend(entity, "purple") for entity in active_streams),
            *(tile(entity, "green") for entity in self._find("direct_plays")),
            *(tile(entity, "teal") for entity in self._find("direct_streams")),
            *(tile(entity, "orange") for entity in self._find("transcodes")),
            *(tile(entity, "blue") for entity in self._find("viewers")),
            *(markdown(streams_template(entity)) for entity in active_streams),
        ]

    def _bandwidth(self) -> list[Card]:
        return [
            heading("Bandwidth", "mdi:speedometer"),
            *(trend(entity, "purple") for entity in self._find("bandwidth")),
            *(tile(entity, "green", "LAN") for entity in self._find("bandwidth_lan")),
            *(tile(entity, "orange", "WAN") for entity in self._find("bandwidth_wan")),
            history(self._find("bandwidth_lan", "bandwidth_wan")),
            heading("Play methods", "mdi:chart-timeline-variant"),
            history(self._find("direct_plays", "direct_streams", "transcodes")),
        ]

    def _libraries(self) -> list[Card]:
        cards = [heading("Libraries", "mdi:bookshelf")]
        for icon, keys in LIBRARIES:
            for first in self._find(keys[0]):
                cards.append(heading(self._library_name(first), icon, "subtitle"))
                cards += [
                    tile(entity, "purple")
                    for entity in self._find(*keys)
                    if entity.device == first.device
                ]
        return cards

    def _library_name(self, entity: Entity) -> str:
        """Return the name of a library's device without the server's name before it."""
        name = entity.device
        for server in self._find("active_streams"):
            name = name.removeprefix(f"{server.device} ")
        return name

    def _find(self, *keys: str) -> list[Entity]:
        """Return the entities with these translation keys, in the order of the keys."""
        return [
            entity for key in keys for entity in self._entities if entity.translation_key == key
        ]
