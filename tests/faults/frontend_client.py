"""Home Assistant's web server as its frontend asks it, however long an answer takes."""

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

_TURNS: Final = 20
"""Of the event loop, in which everybody does what can be done before time moves on."""


class FrontendClient:
    """Somebody's browser, signed in as an administrator for as long as it is there."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: HeldFreezerClock,
        hass_client_no_auth: ClientSessionGenerator,
        hass_ws_client: WebSocketGenerator,
        access_token: str,
    ) -> None:
        """Sign in; an access token is good for half an hour, and tests take more."""
        refresh_token = hass.auth.async_validate_access_token(access_token)
        assert refresh_token is not None
        self._hass = hass
        self._clock = clock
        self._open = hass_client_no_auth
        self._open_socket = hass_ws_client
        self._access: Callable[[], str] = lambda: hass.auth.async_create_access_token(refresh_token)

    async def get(self, path: str) -> str:
        """Return headers and content of what is at a path, be it a picture."""
        headers, content = await self.wait_for(self._request("get", path))
        return f"{headers} {content.decode('latin-1')}"

    async def request_json(
        self, method: str, path: str, data: Mapping[str, object] | None = None
    ) -> Any:  # noqa: ANN401 - it is JSON
        """Return what the API answers."""
        _, content = await self.wait_for(self._request(method, path, data))
        return json_loads(content)

    async def command(self, kind: str, **fields: str) -> str:
        """Return what is answered to a command on the websocket."""
        socket = await self._open_socket(self._hass, self._access())
        await socket.send_json_auto_id({"type": kind, **fields})
        answer = await self.wait_for(socket.receive_str())
        await socket.close()
        return answer

    async def wait_for[T](self, what: Awaitable[T]) -> T:
        """Return the outcome of something that may itself have to wait for a server."""
        task = asyncio.ensure_future(what)
        while not task.done():
            await self.wait(0.5)
        return await task

    async def wait(self, seconds: float) -> None:
        """Let time pass when everybody has had enough turns."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        self._clock.advance(seconds)

    async def _request(
        self, method: str, path: str, data: Mapping[str, object] | None = None
    ) -> tuple[Mapping[str, str], bytes]:
        """Return headers and content of an answer."""
        client = await self._open()
        headers = {"Authorization": f"Bearer {self._access()}"}
        answer = await client.request(method, path, headers=headers, json=data)
        return answer.headers, await answer.read()
