"""Plex Pulse set up the way a user does it: by signing in with Plex, then by its options."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, TypedDict, cast

from .client import HomeAssistantClient
from .errors import DemoError

FLOWS: Final = "/api/config/config_entries/flow"
OPTIONS_FLOWS: Final = "/api/config/config_entries/options/flow"
APPROVAL_TIMEOUT: Final = 30.0
APPROVAL_POLL: Final = 0.25
FOLLOWED_USERS: Final = 2


class _Field(TypedDict):
    name: str
    selector: dict[str, dict[str, list[dict[str, str]]]]


async def set_up_plex_pulse(
    client: HomeAssistantClient, approve: Callable[[str], Awaitable[None]]
) -> str:
    """Go through Plex Pulse's config flow and return the id of the entry that it creates.

    `approve` says yes on the page it opens.
    """
    menu = await client.post(FLOWS, {"handler": "plex_pulse"})
    flow = f"{FLOWS}/{menu['flow_id']}"
    step = await client.post(flow, {"next_step_id": "sign_in"})
    if step.get("type") == "external":
        await approve(str(step["url"]))
        step = await _approved(client, flow)
    if step.get("type") != "create_entry":
        msg = f"the config flow ended with {step.get('errors') or step.get('reason') or step}"
        raise DemoError(msg)
    return cast("dict[str, str]", step["result"])["entry_id"]


async def follow_users(client: HomeAssistantClient, entry_id: str) -> None:
    """Follow the first of the users that the entry's options offer."""
    form = await client.post(OPTIONS_FLOWS, {"handler": entry_id})
    fields = {field["name"]: field for field in cast("list[_Field]", form["data_schema"])}
    if "followed_users" not in fields:
        msg = f"the options offer no users to follow: {form['errors']}"
        raise DemoError(msg)
    offered = fields["followed_users"]["selector"]["select"]["options"]
    chosen = [user["value"] for user in offered[:FOLLOWED_USERS]]
    # What is left out of the retry policy is as it always was.
    step = await client.post(
        f"{OPTIONS_FLOWS}/{form['flow_id']}", {"retry": {}, "followed_users": chosen}
    )
    if step.get("type") != "create_entry":
        msg = f"the options were not accepted: {step.get('errors') or step}"
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
