"""A client of Home Assistant's HTTP and websocket API, as its frontend uses them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util.json import json_loads
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from tests.clocks import HeldFreezerClock

_LOOP_ITERATIONS: Final = 20
"""Iterations of the event loop in which tasks can run before the time is advanced."""


class FrontendClient:
    """A frontend session of an administrator."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: HeldFreezerClock,
        hass_client_no_auth: ClientSessionGenerator,
        hass_ws_client: WebSocketGenerator,
        access_token: str,
    ) -> None:
        """Sign in with a refresh token; an access token expires before the longest tests end."""
        refresh_token = hass.auth.async_validate_access_token(access_token)
        assert refresh_token is not None
        self._hass = hass
        self._clock = clock
        self._open = hass_client_no_auth
        self._open_socket = hass_ws_client
        self._access: Callable[[], str] = lambda: hass.auth.async_create_access_token(refresh_token)

    async def get(self, path: str) -> str:
        """Return headers and content of a path as text; an image is decoded as Latin-1."""
        headers, content = await self.wait_for(self._request("get", path))
        return f"{headers} {content.decode('latin-1')}"

    async def request_json(
        self, method: str, path: str, data: Mapping[str, object] | None = None
    ) -> Any:  # noqa: ANN401 - it is JSON
        """Return the decoded JSON response of the API."""
        _, content = await self.wait_for(self._request(method, path, data))
        return json_loads(content)

    async def command(self, kind: str, **fields: str) -> str:
        """Return the response to a websocket command."""
        socket = await self._open_socket(self._hass, self._access())
        await socket.send_json_auto_id({"type": kind, **fields})
        answer = await self.wait_for(socket.receive_str())
        await socket.close()
        return answer

    async def wait_for[T](self, what: Awaitable[T]) -> T:
        """Advance the time until an awaitable is done, and return its result."""
        task = asyncio.ensure_future(what)
        while not task.done():
            await self.advance(0.5)
        return await task

    async def advance(self, seconds: float) -> None:
        """Let other tasks run, then advance the time."""
        for _ in range(_LOOP_ITERATIONS):
            await asyncio.sleep(0)
        self._clock.advance(seconds)

    async def _request(
        self, method: str, path: str, data: Mapping[str, object] | None = None
    ) -> tuple[Mapping[str, str], bytes]:
        """Send a request and return the headers and content of the response."""
        client = await self._open()
        headers = {"Authorization": f"Bearer {self._access()}"}
        answer = await client.request(method, path, headers=headers, json=data)
        return answer.headers, await answer.read()
