"""A user who opens a repair issue and confirms its fix."""

from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN

from .helpers import settle

_FIX = "/api/repairs/issues/fix"


async def open_fix(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry, issue: str
) -> dict[str, Any]:
    """Return the first step of the fix flow of an issue."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    answer = await client.post(
        _FIX, json={"handler": DOMAIN, "issue_id": f"{issue}_{entry.entry_id}"}
    )
    assert answer.status == HTTPStatus.OK
    step: dict[str, Any] = await answer.json()
    return step


async def confirm_fix(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, step: dict[str, Any]
) -> dict[str, Any]:
    """Return what follows when the user submits the step."""
    client = await hass_client()
    answer = await client.post(f"{_FIX}/{step['flow_id']}", json={})
    assert answer.status == HTTPStatus.OK
    result: dict[str, Any] = await answer.json()
    await settle(hass)
    return result
