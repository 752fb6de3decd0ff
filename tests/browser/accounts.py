"""A user of Home Assistant without administrator rights."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from typing import Any

from scripts.demo_support.demo import Demo


@asynccontextmanager
async def viewer_tokens(demo: Demo) -> AsyncGenerator[str]:
    """Return what the frontend stores after this user's login; the user is deleted at the end."""
    created: Any = await demo.client.command(
        "config/auth/create", name="Viewer", group_ids=["system-users"], local_only=True
    )
    user_id = created["user"]["id"]
    try:
        yield json.dumps(await _log_in(demo, user_id))
    finally:
        await demo.client.command("config/auth/delete", user_id=user_id)


async def _log_in(demo: Demo, user_id: str) -> dict[str, Any]:
    url = demo.home_assistant.url
    client = f"{url}/"
    flow = {
        "client_id": client,
        "handler": ["trusted_networks", None],
        "redirect_uri": client,
    }
    async with demo.session.post(f"{url}/auth/login_flow", json=flow) as response:
        step = await response.json()
    choice = {"client_id": client, "user": user_id}
    async with demo.session.post(
        f"{url}/auth/login_flow/{step['flow_id']}", json=choice, raise_for_status=True
    ) as response:
        code = (await response.json())["result"]
    async with demo.session.post(
        f"{url}/auth/token",
        data={"client_id": client, "grant_type": "authorization_code", "code": code},
        raise_for_status=True,
    ) as response:
        tokens: dict[str, Any] = await response.json()
    far_away = 4_102_444_800_000
    return {**tokens, "hassUrl": url, "clientId": client, "expires": far_away}
