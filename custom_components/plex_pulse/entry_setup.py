"""An entry's work: what is made when it is set up, and what goes on while it is loaded."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady

from .api import PlexApiError, PlexServerClient
from .clients import async_create_client
from .connection.https_required import async_check_https_required, async_watch_https_required
from .connection.relocation import async_relocate, async_watch_for_move
from .const import DOMAIN
from .coordinator.health import HealthCoordinator
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChangeTracker
from .coordinator.resources import ResourcesCoordinator
from .coordinator.server_status import ServerStatusCoordinator
from .coordinator.sessions import SessionsCoordinator
from .devices import async_sync_devices
from .image_cache import ImageCache
from .options import retry_policy
from .push import PushListener
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime


async def async_create_runtime(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> PlexPulseRuntime:
    """Return what an entry works with, after the one read that it cannot do without.

    Raises:
        ConfigEntryAuthFailed: the token is refused for certain.
        ConfigEntryNotReady: the server cannot be read now.

    """
    client = await _async_create_client(hass, entry)
    health = HealthCoordinator(hass, entry, client)
    libraries = LibrariesCoordinator(hass, entry, client, health)
    sessions = SessionsCoordinator(hass, entry, client, health)
    try:
        await libraries.async_config_entry_first_refresh()
    except ConfigEntryNotReady:
        # The next try, a few seconds from now, begins at the new address if there is one.
        if libraries.is_elsewhere:
            await async_relocate(hass, entry)
            await async_check_https_required(hass, entry)
        raise
    await sessions.async_config_entry_first_refresh()
    return PlexPulseRuntime(
        client=client,
        health=health,
        libraries=libraries,
        library_changes=LibraryChangeTracker(hass, entry, client, libraries),
        image_cache=ImageCache(hass, client),
        resources=ResourcesCoordinator(hass, entry, client, health),
        server_status=ServerStatusCoordinator(hass, entry, client, health),
        sessions=sessions,
    )


async def _async_create_client(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> PlexServerClient:
    """Return the client of an entry, whose token may be one that no header can carry."""
    try:
        return await async_create_client(
            hass, entry.data, retry_policy(entry.options), entry.entry_id[-6:]
        )
    except PlexApiError as err:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="token_refused",
            translation_placeholders={"error": err.message},
        ) from err


@callback
def async_follow(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Keep devices and address as the server has them; before there are entities."""
    runtime = entry.runtime_data

    @callback
    def sync_devices() -> None:
        """Follow what the server has."""
        async_sync_devices(hass, entry, runtime.libraries.data)

    sync_devices()
    entry.async_on_unload(runtime.libraries.async_add_listener(sync_devices))
    # Home Assistant polls only for listeners, and the server is watched even when no
    # entity shows what plays.
    entry.async_on_unload(runtime.sessions.async_add_listener(lambda: None))
    async_watch_for_move(hass, entry)
    async_watch_https_required(hass, entry)


@callback
def async_begin(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Read and listen to what set-up does not wait for; entities have said what they show."""
    runtime = entry.runtime_data
    runtime.libraries.async_begin()
    runtime.server_status.async_begin(is_owner=runtime.sessions.can_read_sessions)
    PushListener(hass, entry).async_start()
