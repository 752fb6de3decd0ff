"""Plex Pulse set up as a user does it: sign-in with Plex, then the options."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, TypedDict, cast

from .client import HomeAssistantClient
from .errors import DemoError

FLOWS: Final = "/api/config/config_entries/flow"
OPTIONS_FLOWS: Final = "/api/config/config_entries/options/flow"
APPROVAL_TIMEOUT_SECONDS: Final = 30.0
APPROVAL_POLL_SECONDS: Final = 0.25
FOLLOWED_USERS: Final = 2


class _Field(TypedDict):
    name: str
    selector: dict[str, dict[str, list[dict[str, str]]]]


async def set_up_plex_pulse(
    client: HomeAssistantClient, approve: Callable[[str], Awaitable[None]]
) -> str:
    """Complete Plex Pulse's config flow and return the id of the new entry.

    `approve` approves the sign-in on the page with the given URL.

    Raises: DemoError when the flow does not create an entry.
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
    """Follow the first users listed in the entry's options.

    Raises: DemoError when the options list no users or are not accepted.
    """
    form = await client.post(OPTIONS_FLOWS, {"handler": entry_id})
    fields = {field["name"]: field for field in cast("list[_Field]", form["data_schema"])}
    if "followed_users" not in fields:
        msg = f"the options list no users to follow: {form['errors']}"
        raise DemoError(msg)
    users = fields["followed_users"]["selector"]["select"]["options"]
    chosen = [user["value"] for user in users[:FOLLOWED_USERS]]
    # Fields left out of the retry policy keep their values.
    step = await client.post(
        f"{OPTIONS_FLOWS}/{form['flow_id']}", {"retry": {}, "followed_users": chosen}
    )
    if step.get("type") != "create_entry":
        msg = f"the options were not accepted: {step.get('errors') or step}"
        raise DemoError(msg)


async def _approved(client: HomeAssistantClient, flow: str) -> dict[str, object]:
    """Poll the flow as the frontend does and return the step after the approval.

    Raises: DemoError when the approval has no effect in time.
    """
    deadline = monotonic() + APPROVAL_TIMEOUT_SECONDS
    step: dict[str, object] = {"type": "external"}
    while step.get("type") in {"external", "external_done"}:
        if monotonic() > deadline:
            msg = f"the sign-in was not completed within {APPROVAL_TIMEOUT_SECONDS:.0f} s"
            raise DemoError(msg)
        await asyncio.sleep(APPROVAL_POLL_SECONDS)
        step = await client.post(flow, {})
    return step
