"""A dashboard for a server and its entities."""

from collections.abc import Sequence
from typing import Final

from . import cards
from .cards import Card, heading, tile
from .client import HomeAssistantClient
from .entities import Entity
from .streams import streams_template
from .yaml_text import as_yaml

URL_PATH: Final = "plex-pulse"
# A demo runs for minutes, a server for days.
DEMO_HOURS: Final = 0.25
HOURS: Final = 24
DAYS: Final = 7
_HEADER: Final = """\
# A dashboard for a server called Harbour, of built-in cards; docs/dashboard.md makes it yours.
# Made by `scripts/demo --once --dashboard`.
"""

# The two sensors shown for each kind of library; only that kind has the first.
LIBRARIES: Final = (
    ("mdi:movie-open", ("movies", "storage")),
    ("mdi:television-classic", ("shows", "episodes")),
    ("mdi:music", ("artists", "albums")),
    ("mdi:image-multiple", ("photos", "photo_albums")),
    ("mdi:video-vintage", ("videos", "storage")),
)


async def save_dashboard(client: HomeAssistantClient, entities: Sequence[Entity]) -> None:
    """Save a dashboard of the entities as Home Assistant's default."""
    await client.command(
        "lovelace/dashboards/create", url_path=URL_PATH, title="Plex Pulse", icon="mdi:pulse"
    )
    config = Dashboard(entities, DEMO_HOURS).config()
    await client.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await client.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


def dashboard_for_users(entities: Sequence[Entity]) -> str:
    """Return the dashboard as published in docs/dashboard.yaml."""
    return f"{_HEADER}{as_yaml(Dashboard(entities, HOURS).config())}"


class Dashboard:
    """Cards for the existing entities, selected by their keys in the catalogue."""

    def __init__(self, entities: Sequence[Entity], hours: float) -> None:
        """Use these entities; graphs show so many hours."""
        self._entities = entities
        self._hours = hours
        self._server = next((entity.device for entity in self._find("update.server")), "")

    def config(self) -> Card:
        """Return the dashboard as Home Assistant stores it."""
        columns = (
            [*self._now_playing(), *self._users()],
            [*self._bandwidth(), *self._health()],
            [*self._recently_added(), *self._libraries()],
        )
        badges = ("binary_sensor.connected", "binary_sensor.push", "sensor.api_status")
        view = {
            "title": "Plex Pulse",
            "path": "server",
            "type": "sections",
            "max_columns": len(columns),
            "badges": [cards.badge(entity) for entity in self._find(*badges)],
            "sections": [{"type": "grid", "cards": column} for column in columns],
        }
        return {"views": [view]}

    def _now_playing(self) -> list[Card]:
        active_streams = self._find("sensor.active_streams")
        return [
            heading("Now playing", "mdi:play-circle"),
            *(cards.trend(entity, "purple", self._hours) for entity in active_streams),
            *self._tiles("green", "sensor.direct_plays"),
            *self._tiles("teal", "sensor.direct_streams"),
            *self._tiles("orange", "sensor.transcodes"),
            *self._tiles("blue", "sensor.viewers"),
            *(cards.markdown(streams_template(entity)) for entity in active_streams),
        ]

    def _users(self) -> list[Card]:
        """Return the followed users, each with a poster while something plays."""
        return [
            heading("Followed users", "mdi:account-multiple"),
            *(
                {**cards.wide(tile(user, "blue", self._short(user.device))), "icon": "mdi:account"}
                for user in self._find("sensor.now_playing")
            ),
            *(
                cards.visible_while_known(
                    cards.picture(image, self._picture_name(image), 4, "2:3"), image
                )
                for image in self._find("image.now_playing")
            ),
        ]

    def _picture_name(self, image: Entity) -> str:
        """Return the user's name, or "Latest" for the server's picture."""
        return "Latest" if image.device == self._server else self._short(image.device)

    def _bandwidth(self) -> list[Card]:
        lan_and_wan = self._find("sensor.bandwidth_lan", "sensor.bandwidth_wan")
        methods = self._find("sensor.direct_plays", "sensor.direct_streams", "sensor.transcodes")
        week = self._find("sensor.active_streams", "sensor.transcodes")
        return [
            heading("Bandwidth", "mdi:speedometer"),
            *(
                cards.trend(entity, "purple", self._hours)
                for entity in self._find("sensor.bandwidth")
            ),
            *(tile(entity, "green", "LAN") for entity in self._find("sensor.bandwidth_lan")),
            *(tile(entity, "orange", "WAN") for entity in self._find("sensor.bandwidth_wan")),
            cards.statistics(lan_and_wan, "line", DAYS),
            heading("Play methods", "mdi:chart-timeline-variant"),
            cards.history(methods, self._hours),
            cards.statistics(week, "bar", DAYS),
        ]

    def _health(self) -> list[Card]:
        load = self._find("sensor.host_cpu", "sensor.process_cpu")
        return [
            heading("Server", "mdi:server"),
            *(cards.wide(tile(entity, "purple")) for entity in self._find("update.server")),
            *self._tiles("green", "binary_sensor.remote_access"),
            *(
                tile(entity, "blue", "Activities")
                for entity in self._find("sensor.background_activities")
            ),
            *self._tiles("purple", "event.playback", "event.library"),
            # Both are disabled by default and require Plex Pass.
            *(
                cards.visible_while_known(cards.history(load, self._hours), entity)
                for entity in load[:1]
            ),
        ]

    def _recently_added(self) -> list[Card]:
        return [
            heading("Last added", "mdi:new-box"),
            *(
                cards.picture(image, self._short(image.device), 6, "1:1")
                for image in self._find("image.last_added")
                if image.device != self._server
            ),
            *(
                cards.wide(tile(sensor, "purple"))
                for sensor in self._find("sensor.last_added")
                if sensor.device == self._server
            ),
        ]

    def _libraries(self) -> list[Card]:
        column = [
            heading("Libraries", "mdi:bookshelf"),
            *(
                cards.wide(cards.press(button, "purple"))
                for button in self._find("button.scan_libraries")
            ),
        ]
        for icon, keys in LIBRARIES:
            for first in self._find(f"sensor.{keys[0]}"):
                column.append(heading(self._short(first.device), icon, "subtitle"))
                column += [
                    tile(entity, "purple")
                    for entity in self._find(*(f"sensor.{key}" for key in keys))
                    if entity.device == first.device
                ]
        return column

    def _tiles(self, color: str, *keys: str) -> list[Card]:
        return [tile(entity, color) for entity in self._find(*keys)]

    def _short(self, device: str) -> str:
        """Return the name of a library's or a user's device without the server's before it."""
        return device.removeprefix(f"{self._server} ")

    def _find(self, *keys: str) -> list[Entity]:
        """Return the entities with these keys, in the order of the keys."""
        return [entity for key in keys for entity in self._entities if entity.key == key]
