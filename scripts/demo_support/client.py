"""A client for Home Assistant's REST and websocket APIs."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import aiohttp

from .errors import DemoError

START_POLL_SECONDS: Final = 0.25


class HomeAssistantClient:
    """REST and websocket calls, with a token from the login without a password."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Use the Home Assistant at the URL."""
        self._session = session
        self._url = url
        self._token = ""

    async def wait_until_running(self, seconds: float, check: Callable[[], None]) -> None:
        """Log in and wait until Home Assistant has started; call `check` before each retry.

        Raises: DemoError when it does not start in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while not await self._is_running():
                    check()
                    await asyncio.sleep(START_POLL_SECONDS)
        except TimeoutError as err:
            msg = f"Home Assistant did not start within {seconds:.0f} s"
            raise DemoError(msg) from err

    async def _is_running(self) -> bool:
        try:
            if not self._token:
                self._token = await self._log_in()
            if not self._token:
                return False
            core = await self.get("/api/core/state")
        except aiohttp.ClientError:
            return False
        return isinstance(core, dict) and core["state"] == "RUNNING"

    async def _log_in(self) -> str:
        """Return an access token, "" while Home Assistant has no user yet."""
        client = f"{self._url}/"
        async with self._session.post(
            f"{self._url}/auth/login_flow",
            json={
                "client_id": client,
                "handler": ["trusted_networks", None],
                "redirect_uri": client,
            },
            raise_for_status=True,
        ) as response:
            code = (await response.json()).get("result")
        if code is None:
            return ""
        async with self._session.post(
            f"{self._url}/auth/token",
            data={"client_id": client, "grant_type": "authorization_code", "code": code},
            raise_for_status=True,
        ) as response:
            return str((await response.json())["access_token"])

    async def get(self, path: str) -> object:
        """Return the response of the REST API for a path."""
        async with self._session.get(
            f"{self._url}{path}", headers=self._headers, raise_for_status=True
        ) as response:
            return await response.json()

    async def post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return the response of the REST API for a body.

        Raises: DemoError for any status but 200.
        """
        async with self._session.post(
            f"{self._url}{path}", headers=self._headers, json=body
        ) as response:
            if response.status != HTTPStatus.OK:
                msg = f"POST {path}: {response.status} {await response.text()}"
                raise DemoError(msg)
            result: dict[str, object] = await response.json()
            return result

    async def delete(self, path: str) -> None:
        """Send a DELETE request to the REST API."""
        async with self._session.delete(
            f"{self._url}{path}", headers=self._headers, raise_for_status=True
        ):
            pass

    async def call(self, action: str, **data: object) -> None:
        """Call an action, `domain.name`, without a response."""
        domain, _, name = action.partition(".")
        await self.command("call_service", domain=domain, service=name, service_data=data)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def command(self, command: str, **arguments: object) -> object:
        """Return the result of a websocket command.

        Raises: DemoError when the command fails.
        """
        async with self._session.ws_connect(
            f"{self._url}/api/websocket", max_msg_size=0
        ) as websocket:
            await websocket.receive_json()
            await websocket.send_json({"type": "auth", "access_token": self._token})
            await websocket.receive_json()
            await websocket.send_json({"id": 1, "type": command, **arguments})
            response = await websocket.receive_json()
        if not response["success"]:
            msg = f"{command}: {response['error']['message']}"
            raise DemoError(msg)
        result: object = response["result"]
        return result
