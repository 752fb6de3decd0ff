"""What many tests ask of Home Assistant."""

import logging
from typing import Any

from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return an entity's state; it is an error that there is none."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def reading(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity reads."""
    return state_of(hass, entity_id).state


def state_of_entry(entry: MockConfigEntry) -> ConfigEntryState:
    """Return how far an entry is now; a type checker takes the attribute for fixed."""
    return entry.state


async def diagnostics_of(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> dict[str, Any]:
    """Return what a user would download."""
    return dict(await get_diagnostics_for_config_entry(hass, hass_client, entry))


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Try to set an entry up, however that ends."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def update_entities(hass: HomeAssistant, *entity_ids: str) -> None:
    """Have entities updated as a user does in an automation."""
    await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    await hass.services.async_call(
        HOMEASSISTANT_DOMAIN,
        SERVICE_UPDATE_ENTITY,
        {ATTR_ENTITY_ID: list(entity_ids)},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    """Return what users read in the log, with its level."""
    return [
        (record.levelno, record.getMessage())
        for record in caplog.get_records("call")
        if record.name.startswith("custom_components.plex_pulse") and record.levelno > logging.DEBUG
    ]
