"""A browser that shows Home Assistant's frontend."""

import logging

from homeassistant.components.websocket_api import DOMAIN, ActiveConnection
from homeassistant.components.websocket_api.http import WebSocketAdapter
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

_LOGGER = logging.getLogger(__name__)


class SubscribedBrowser:
    """A websocket connection with the frontend's subscription to all entities."""

    def __init__(self) -> None:
        """Count from zero."""
        self.received_bytes = 0

    async def subscribe(self, hass: HomeAssistant) -> None:
        """Subscribe to all entities (`subscribe_entities`); the initial states do not count."""
        if not await async_setup_component(hass, DOMAIN, {}):
            msg = "the websocket API is not set up"
            raise RuntimeError(msg)
        user = await hass.auth.async_create_system_user("Browser", group_ids=["system-admin"])
        connection = ActiveConnection(
            WebSocketAdapter(_LOGGER, {"connid": id(self)}), hass, self._receive, user, None, None
        )
        connection.async_handle({"id": 1, "type": "subscribe_entities"})
        self.received_bytes = 0

    def _receive(self, message: bytes | str | dict[str, object]) -> None:
        """Count the bytes of a message."""
        if isinstance(message, dict):
            msg = "the message is not serialized"
            raise TypeError(msg)
        self.received_bytes += len(message)
