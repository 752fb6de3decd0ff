"""Plex Pulse: monitor Plex Media Servers in Home Assistant."""

from typing import Final

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
from yarl import URL

from .api import split_plex_direct
from .connection.setup_retry import async_cancel_setup_retry
from .const import CONF_CERTIFICATE_NAME, DOMAIN
from .dashboard.setup import (
    async_remove_dashboard_entry,
    async_setup_dashboard,
    async_setup_dashboard_entry,
)
from .entry_setup import async_create_runtime, async_register_listeners, async_start_background
from .history.setup import async_remove_history
from .issues import async_delete_issues
from .runtime_data import PlexPulseConfigEntry
from .services import async_setup_services
from .stored_state import async_remove_stored_state

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.UPDATE,
]

_MINOR_VERSION_WITH_CERTIFICATE_NAME: Final = 2

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions and the dashboard, whether or not a server is set up."""
    async_setup_services(hass)
    await async_setup_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Set up an entry: read the server once, add the entities, start polling and push."""
    entry.runtime_data = await async_create_runtime(hass, entry)
    await async_register_listeners(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await async_setup_dashboard_entry(hass, entry)
    async_start_background(hass, entry)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Add the certificate name to an entry of version 1.1.

    An address with a name under plex.direct contains it; the router need not resolve that
    name any more. For any other address the next set-up reads it.
    """
    if entry.version > 1:
        return False
    if entry.minor_version < _MINOR_VERSION_WITH_CERTIFICATE_NAME:
        url: str = entry.data[CONF_URL]
        name: str | None = None
        if entry.data[CONF_VERIFY_SSL]:
            address, name = split_plex_direct(URL(url))
            url = str(address) if name is not None else url
        hass.config_entries.async_update_entry(
            entry,
            data={**entry.data, CONF_URL: url, CONF_CERTIFICATE_NAME: name},
            minor_version=_MINOR_VERSION_WITH_CERTIFICATE_NAME,
        )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Unload the entities; the coordinators end with the entry."""
    async_cancel_setup_retry(hass, entry)
    if entry.disabled_by is not None:
        async_delete_issues(hass, entry)
    entry.runtime_data.library_changes.async_flush()
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.stored_state.async_save()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Delete what is kept of a removed entry, and the last one's cards; statistics stay."""
    async_cancel_setup_retry(hass, entry)
    async_delete_issues(hass, entry)
    await async_remove_stored_state(hass, entry.entry_id)
    await async_remove_history(hass, entry)
    await async_remove_dashboard_entry(hass, entry)
