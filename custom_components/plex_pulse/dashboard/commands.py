"""The websocket commands of the strategy and the cards, open to every signed-in user."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ERR_NOT_FOUND, ActiveConnection
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from .data import async_get_dashboard
from .layout import VIEWS, DashboardRequest, async_build_dashboard
from .servers import libraries_of, readable_entries
from .shelf import (
    MAX_ITEMS,
    ON_DECK,
    RECENTLY_ADDED,
    ShelfNotFoundError,
    ShelfRequest,
    async_read_shelf,
)
from .stream_payload import Json

_MAX_NAMES: Final = 500
_MAX_CHARACTERS: Final = 255
_DEFAULT_LIMIT: Final = 20

_NAME: Final = vol.All(str, vol.Length(min=1, max=_MAX_CHARACTERS))
_NAMES: Final = vol.All([_NAME], vol.Length(max=_MAX_NAMES))


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (_async_dashboard, _servers, _async_shelf, _subscribe_streams):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command(
    {
        vol.Required("type"): "plex_pulse/dashboard",
        vol.Required("language"): _NAME,
        vol.Optional("servers", default=[]): _NAMES,
        vol.Optional("views", default=[]): [vol.In(VIEWS)],
        vol.Optional("libraries", default=[]): _NAMES,
    }
)
@websocket_api.async_response
async def _async_dashboard(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send the dashboard that the strategy shows."""
    request = DashboardRequest(
        language=msg["language"],
        servers=tuple(msg["servers"]),
        views=tuple(msg["views"]),
        libraries=tuple(msg["libraries"]),
    )
    connection.send_result(msg["id"], await async_build_dashboard(hass, connection.user, request))


@websocket_api.websocket_command({vol.Required("type"): "plex_pulse/servers"})
@callback
def _servers(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send the servers and libraries to choose from in an editor."""
    servers = [
        {
            "entry_id": entry.entry_id,
            "name": entry.title,
            "libraries": [
                {"id": library.id, "title": library.title, "type": library.kind.value}
                for library in libraries_of(hass, entry)
            ],
        }
        for entry in readable_entries(hass, connection.user)
    ]
    connection.send_result(msg["id"], {"servers": servers})


@websocket_api.websocket_command(
    {
        vol.Required("type"): "plex_pulse/shelf",
        vol.Required("source"): vol.In((RECENTLY_ADDED, ON_DECK)),
        vol.Optional("servers", default=[]): _NAMES,
        vol.Optional("library"): vol.Any(None, _NAME),
        vol.Optional("limit", default=_DEFAULT_LIMIT): vol.All(
            int, vol.Range(min=1, max=MAX_ITEMS)
        ),
    }
)
@websocket_api.async_response
async def _async_shelf(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send the newest items, or those On Deck."""
    request = ShelfRequest(
        source=msg["source"],
        servers=tuple(msg["servers"]),
        library=msg.get("library"),
        limit=msg["limit"],
    )
    try:
        shelf = await async_read_shelf(hass, connection.user, request)
    except ShelfNotFoundError:
        connection.send_error(msg["id"], ERR_NOT_FOUND, "Server or library not found")
        return
    connection.send_result(msg["id"], shelf)


@websocket_api.websocket_command(
    {
        vol.Required("type"): "plex_pulse/streams/subscribe",
        vol.Optional("servers", default=[]): _NAMES,
    }
)
@callback
def _subscribe_streams(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send a snapshot of the streams, then what changes."""
    message_id: int = msg["id"]

    @callback
    def send(event: Json) -> None:
        """Send an event to the browser."""
        connection.send_event(message_id, event)

    connection.send_result(message_id)
    connection.subscriptions[message_id] = async_get_dashboard(hass).feed.async_subscribe(
        connection.user, tuple(dict.fromkeys(msg["servers"])), send
    )
