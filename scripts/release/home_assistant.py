"""Home Assistant's REST API, used as a new user's browser does after the installation."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
import json
from secrets import token_hex
from time import monotonic
from typing import Final

import aiohttp

from .errors import ReleaseError
from .project import DOMAIN

START_TIMEOUT_SECONDS: Final = 180.0
ENTITIES_TIMEOUT_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.5
OWNER: Final = {
    "name": "Owner",
    "username": "owner",
    "password": token_hex(),
    "language": "en",
}
STATES: Final = (
    "{% set found = namespace(states={}) %}"
    f"{{% for entity in integration_entities('{DOMAIN}') if states[entity] %}}"
    "{% set found.states = dict(found.states, **{entity: states(entity)}) %}{% endfor %}"
    "{{ found.states | to_json }}"
)

type Answer = dict[str, object]


class HomeAssistantApi:
    """One Home Assistant; every method raises ReleaseError if it refuses the request."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Use the Home Assistant at the URL."""
        self._session = session
        self._url = url
        self._token = ""

    async def wait_until_started(self, is_alive: Callable[[], bool]) -> None:
        """Wait until onboarding is offered, at most three minutes."""
        deadline = monotonic() + START_TIMEOUT_SECONDS
        while monotonic() < deadline and is_alive():
            try:
                async with self._session.get(f"{self._url}/api/onboarding") as response:
                    if response.status == HTTPStatus.OK:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)
        msg = "Home Assistant did not start"
        raise ReleaseError(msg)

    async def create_owner(self) -> None:
        """Create the first user and log in."""
        client = f"{self._url}/"
        owner = await self._request("POST", "/api/onboarding/users", {**OWNER, "client_id": client})
        login = {
            "client_id": client,
            "grant_type": "authorization_code",
            "code": str(owner["auth_code"]),
        }
        async with self._session.post(f"{self._url}/auth/token", data=login) as response:
            if response.status != HTTPStatus.OK:
                msg = f"Logging in failed with status {response.status}"
                raise ReleaseError(msg)
            self._token = str((await response.json())["access_token"])

    async def add_integration(self, address: Mapping[str, object]) -> str:
        """Set the integration up by address and token; return the new entry's ID."""
        flows = "/api/config/config_entries/flow"
        step = await self._request("POST", flows, {"handler": DOMAIN})
        flow = f"{flows}/{step['flow_id']}"
        await self._request("POST", flow, {"next_step_id": "manual"})
        result = await self._request("POST", flow, address)
        entry = result.get("result")
        if result["type"] != "create_entry" or not isinstance(entry, dict):
            msg = f"The config flow ended with {result['type']}: {result.get('errors')}"
            raise ReleaseError(msg)
        return str(entry["entry_id"])

    async def remove_entry(self, entry_id: str) -> None:
        """Remove what `add_integration` set up."""
        await self._request("DELETE", f"/api/config/config_entries/entry/{entry_id}")

    async def states(self) -> dict[str, str]:
        """Return the states of the integration's entities by entity ID."""
        async with self._session.post(
            f"{self._url}/api/template", json={"template": STATES}, headers=self._headers
        ) as response:
            states: dict[str, str] = json.loads(await response.text())
            return states

    async def wait_for_states(self, is_complete: Callable[[dict[str, str]], bool]) -> bool:
        """Wait for states at most a minute; return False if they did not come."""
        deadline = monotonic() + ENTITIES_TIMEOUT_SECONDS
        while monotonic() < deadline:
            if is_complete(await self.states()):
                return True
            await asyncio.sleep(POLL_SECONDS)
        return False

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def _request(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Answer:
        async with self._session.request(
            method, f"{self._url}{path}", json=body, headers=self._headers
        ) as response:
            if response.status != HTTPStatus.OK:
                msg = f"{method} {path}: {response.status} {(await response.text())[:200]}"
                raise ReleaseError(msg)
            answer: Answer = await response.json()
            return answer
