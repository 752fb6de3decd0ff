"""Plex Pulse: watch Plex Media Servers from Home Assistant."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady

from .api import PlexApiError
from .const import DOMAIN
from .data import PlexPulseConfigEntry, PlexPulseData
from .devices import async_sync_devices
from .health import HealthCoordinator
from .libraries import LibrariesCoordinator
from .library_news import LibraryNews
from .options import retry_policy
from .push import PushListener
from .relocation import async_follow_server, async_relocate
from .repairs import async_forget
from .sessions import SessionsCoordinator
from .shared import async_create_client

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Read the server once, then keep reading."""
    try:
        client = await async_create_client(
            hass, entry.data, retry_policy(entry.options), entry.entry_id[-6:]
        )
    except PlexApiError as err:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="token_refused",
            translation_placeholders={"error": err.message},
        ) from err
    health = HealthCoordinator(hass, entry, client)
    libraries = LibrariesCoordinator(hass, entry, client, health)
    sessions = SessionsCoordinator(hass, entry, client, health)
    try:
        await libraries.async_config_entry_first_refresh()
    except ConfigEntryNotReady:
        # The next try, a few seconds from now, begins at the new address if there is one.
        if libraries.is_elsewhere:
            await async_relocate(hass, entry)
        raise
    await sessions.async_config_entry_first_refresh()
    entry.runtime_data = PlexPulseData(
        client=client,
        health=health,
        libraries=libraries,
        news=LibraryNews(hass, entry, client),
        sessions=sessions,
    )

    @callback
    def sync_devices() -> None:
        """Follow what the server has."""
        async_sync_devices(hass, entry, libraries.data)

    sync_devices()
    async_follow_server(hass, entry)
    entry.async_on_unload(libraries.async_add_listener(sync_devices))
    # Home Assistant polls only for listeners, and the server is watched even when no
    # entity shows what plays.
    entry.async_on_unload(sessions.async_add_listener(lambda: None))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    libraries.async_begin()
    PushListener(hass, entry).async_start()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Take the entities away; the coordinators end with the entry."""
    if entry.disabled_by is not None:
        async_forget(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Take away what would outlive the entry."""
    async_forget(hass, entry)
