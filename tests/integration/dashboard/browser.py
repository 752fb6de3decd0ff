"""A browser that is signed in: websocket commands, the live feed, and images."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
import json
from typing import Any

from aiohttp import ClientResponse
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

type Json = dict[str, Any]
type Browse = Callable[..., Awaitable[Browser]]


class Browser:
    """Sends commands as one user, and applies the events of the feed as the cards do."""

    def __init__(
        self,
        socket: MockHAClientWebSocket,
        hass_client: ClientSessionGenerator,
        token: str | None,
    ) -> None:
        """Use a websocket that is signed in."""
        self._socket = socket
        self._hass_client = hass_client
        self._token = token
        self._events: list[Json] = []
        self.servers: dict[str, Json] = {}
        self.event_sizes: list[int] = []

    async def call(self, command: str, **fields: object) -> Json:
        """Return the result of a command that succeeds."""
        response = await self._request(command, fields)
        assert response["success"], response
        return response["result"] or {}

    async def error_of(self, command: str, **fields: object) -> str:
        """Return the error code of a command that fails."""
        response = await self._request(command, fields)
        assert not response["success"], response
        return str(response["error"]["code"])

    async def subscribe(self, **fields: object) -> int:
        """Subscribe to the streams, take the snapshot, and return the id."""
        await self._socket.send_json_auto_id({"type": "plex_pulse/streams/subscribe", **fields})
        response = await self._receive_response()
        assert response["success"], response
        await self.next_event()
        return int(response["id"])

    async def events(self) -> list[Json]:
        """Return the events that have been sent since the last call, and apply them."""
        # Messages are in order: what was sent before the pong has arrived with it.
        await self._socket.send_json_auto_id({"type": "ping"})
        while (message := await self._receive())["type"] != "pong":
            self._events.append(message["event"])
        events, self._events = self._events, []
        for event in events:
            self._apply(event)
        return events

    async def next_event(self) -> Json:
        """Return the next event."""
        if not self._events:
            message = await self._receive()
            assert message["type"] == "event", message
            self._events.append(message["event"])
        event = self._events.pop(0)
        self._apply(event)
        return event

    def streams(self, entry_id: str) -> dict[str, Json]:
        """Return the streams of a server by session key, as the card has them now."""
        return {stream["id"]: stream for stream in self.servers[entry_id]["streams"]}

    async def open(self, path: str, **headers: str) -> ClientResponse:
        """Return the response of a view."""
        client = await (self._hass_client(self._token) if self._token else self._hass_client())
        return await client.get(path, headers=headers)

    async def image(self, entry_id: str, image_id: str, size: str | None = None) -> bytes:
        """Return the content of an image."""
        query = f"?size={size}" if size else ""
        response = await self.open(f"/api/plex_pulse/image/{entry_id}/{image_id}{query}")
        assert response.status == HTTPStatus.OK
        return await response.read()

    async def _request(self, command: str, fields: Json) -> Json:
        await self._socket.send_json_auto_id({"type": command, **fields})
        return await self._receive_response()

    async def _receive_response(self) -> Json:
        while (message := await self._receive())["type"] == "event":
            self._events.append(message["event"])
        return message

    async def _receive(self) -> Json:
        text = (await self._socket.receive()).data
        message: Json = json.loads(text)
        if message["type"] == "event":
            self.event_sizes.append(len(text))
        return message

    def _apply(self, event: Json) -> None:
        """Apply an event as the cards do."""
        for server in event.get("servers", ()):
            assert "streams" in server or server["status"] == "not_found"
        if "servers" in event:
            self.servers = {server["entry_id"]: server for server in event["servers"]}
        for entry_id, changes in event.get("changes", {}).items():
            server = self.servers[entry_id]
            server |= changes.get("set", {})
            streams = self.streams(entry_id)
            for key in changes.get("remove", ()):
                del streams[key]
            for stream in changes.get("add", ()):
                assert stream["id"] not in streams
                streams[stream["id"]] = stream
            for key, fields in changes.get("change", {}).items():
                streams[key] |= fields
            for key, progress in changes.get("transcode", {}).items():
                streams[key] |= dict(zip(("buffer", "speed", "throttled"), progress, strict=True))
            server["streams"] = list(streams.values())


def browse_with(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_client: ClientSessionGenerator
) -> Browse:
    """Return a function that opens a browser, by default of an administrator."""

    async def browse(token: str | None = None) -> Browser:
        socket = await (hass_ws_client(hass, token) if token else hass_ws_client(hass))
        return Browser(socket, hass_client, token)

    return browse


async def user_token(hass: HomeAssistant, policy: Json) -> str:
    """Return the access token of a user with this policy who is no administrator."""
    user = MockUser().add_to_hass(hass)
    user.mock_policy(policy)
    refresh_token = await hass.auth.async_create_refresh_token(user, CLIENT_ID)
    return hass.auth.async_create_access_token(refresh_token)
