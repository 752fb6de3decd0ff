"""Users of Home Assistant without administrator rights."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp

from scripts.demo_support.client import HomeAssistantClient

USERS: Final = "system-users"
"""The group of users who may read and control everything."""
_FAR_AWAY_MILLISECONDS: Final = 4_102_444_800_000


@asynccontextmanager
async def user_tokens(
    client: HomeAssistantClient, session: aiohttp.ClientSession, url: str, *groups: str
) -> AsyncGenerator[str]:
    """Return what the frontend stores after the login of a new user.

    Without groups the user may read nothing. They are deleted at the end.
    """
    created: Any = await client.command(
        "config/auth/create", name="Viewer", group_ids=list(groups), local_only=True
    )
    user_id = created["user"]["id"]
    try:
        yield json.dumps(await _log_in(session, url, user_id))
    finally:
        await client.command("config/auth/delete", user_id=user_id)


async def _log_in(session: aiohttp.ClientSession, url: str, user_id: str) -> dict[str, Any]:
    client = f"{url}/"
    flow = {
        "client_id": client,
        "handler": ["trusted_networks", None],
        "redirect_uri": client,
    }
    async with session.post(f"{url}/auth/login_flow", json=flow) as response:
        step = await response.json()
    choice = {"client_id": client, "user": user_id}
    async with session.post(
        f"{url}/auth/login_flow/{step['flow_id']}", json=choice, raise_for_status=True
    ) as response:
        code = (await response.json())["result"]
    async with session.post(
        f"{url}/auth/token",
        data={"client_id": client, "grant_type": "authorization_code", "code": code},
        raise_for_status=True,
    ) as response:
        tokens: dict[str, Any] = await response.json()
    return {**tokens, "hassUrl": url, "clientId": client, "expires": _FAR_AWAY_MILLISECONDS}
