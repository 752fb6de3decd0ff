"""Helpers that call the actions of Plex Pulse as automations do."""

from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.plex_pulse.const import DOMAIN


async def get_response(hass: HomeAssistant, action: str, **fields: object) -> dict[str, Any]:
    """Call an action and return its response."""
    response = await hass.services.async_call(
        DOMAIN, action, fields, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


async def call_action(hass: HomeAssistant, action: str, **fields: object) -> None:
    """Call an action that has no response."""
    await hass.services.async_call(DOMAIN, action, fields, blocking=True)


async def titles(hass: HomeAssistant, action: str, **fields: object) -> list[str]:
    """Call an action and return the titles of the items in its response."""
    return [item["title"] for item in (await get_response(hass, action, **fields))["items"]]
