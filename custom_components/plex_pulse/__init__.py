"""Plex Pulse: watch Plex Media Servers from Home Assistant."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .entry_setup import async_begin, async_create_runtime, async_follow
from .repairs import async_delete_issues
from .runtime_data import PlexPulseConfigEntry
from .services import async_setup_services

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.UPDATE,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, with or without a server."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Read the server once, then keep reading."""
    entry.runtime_data = await async_create_runtime(hass, entry)
    async_follow(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    async_begin(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Take the entities away; the coordinators end with the entry."""
    if entry.disabled_by is not None:
        async_delete_issues(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Take away what would outlive the entry."""
    async_delete_issues(hass, entry)
