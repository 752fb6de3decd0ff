"""Plex Pulse set up the way a user does it: by signing in with Plex."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from .client import HomeAssistantClient
from .errors import DemoError

FLOWS: Final = "/api/config/config_entries/flow"
APPROVAL_TIMEOUT: Final = 30.0
APPROVAL_POLL: Final = 0.25


async def set_up_plex_pulse(
    client: HomeAssistantClient, approve: Callable[[str], Awaitable[None]]
) -> None:
    """Go through Plex Pulse's config flow; `approve` says yes on the page it opens."""
    menu = await client.post(FLOWS, {"handler": "plex_pulse"})
    flow = f"{FLOWS}/{menu['flow_id']}"
    step = await client.post(flow, {"next_step_id": "sign_in"})
    if step.get("type") == "external":
        await approve(str(step["url"]))
        step = await _approved(client, flow)
    if step.get("type") != "create_entry":
        msg = f"the config flow ended with {step.get('errors') or step.get('reason') or step}"
        raise DemoError(msg)


async def _approved(client: HomeAssistantClient, flow: str) -> dict[str, object]:
    """Return what follows once the flow has noticed the approval, as the frontend would."""
    deadline = monotonic() + APPROVAL_TIMEOUT
    step: dict[str, object] = {"type": "external"}
    while step.get("type") in {"external", "external_done"}:
        if monotonic() > deadline:
            msg = f"the sign-in was not noticed within {APPROVAL_TIMEOUT:.0f} s"
            raise DemoError(msg)
        await asyncio.sleep(APPROVAL_POLL)
        step = await client.post(flow, {})
    return step
