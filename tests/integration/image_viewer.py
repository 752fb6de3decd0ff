"""A viewer of image entities, and what the server was asked for and should have answered."""

from http import HTTPStatus

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.simulator import Item, PlexSimulator
from tests.simulator.posters import poster

from .helpers import state_of

TRANSCODER = "/photo/:/transcode"


class Viewer:
    """Requests images as a dashboard does, with the URLs of the states."""

    def __init__(self, hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
        """Use a client of Home Assistant's web server."""
        self._hass = hass
        self._hass_client = hass_client

    async def fetch(self, entity_id: str) -> tuple[int, str, bytes]:
        """Return the status, type and content of an entity's image."""
        return await self.fetch_url(state_of(self._hass, entity_id).attributes["entity_picture"])

    async def fetch_url(self, address: str) -> tuple[int, str, bytes]:
        """Return the status, type and content at a URL."""
        client = await self._hass_client()
        response = await client.get(address)
        return response.status, response.content_type, await response.read()


def scaled_images(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the images that the photo transcoder was asked to scale."""
    return [request.query["url"] for request in simulator.requests if request.path == TRANSCODER]


def poster_response(item: Item) -> tuple[int, str, bytes]:
    """Return the response with the poster of an item."""
    return HTTPStatus.OK, "image/png", poster(f"{item.rating_key}thumb", 600, 900)
