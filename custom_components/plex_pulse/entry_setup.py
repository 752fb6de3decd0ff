"""Set up an entry: create its client and coordinators, and start its background work."""

from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady

from .api import PlexApiError, PlexServerClient
from .clients import async_create_client
from .connection.certificate import async_learn_certificate_name
from .connection.https_required import async_check_https_required, async_watch_https_required
from .connection.relocation import async_recover_address, async_watch_for_move
from .connection.setup_retry import (
    async_cancel_setup_retry,
    async_retry_after_rate_limit,
    async_schedule_setup_retry,
)
from .coordinator.base import CoordinatorContext
from .coordinator.features import UnavailableReason
from .coordinator.health import HealthCoordinator
from .coordinator.identity import IdentityVerifier
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChangeTracker
from .coordinator.liveness import LivenessMonitor
from .coordinator.resources import ResourcesCoordinator
from .coordinator.server_status import ServerStatusCoordinator
from .coordinator.sessions import SessionsCoordinator
from .dashboard.shelf_cache import ShelfCache
from .devices import DeviceSync, async_library_uuids
from .errors import coordinator_error
from .history.setup import async_start_history
from .image_cache import ImageCache
from .options import retry_policy
from .push import PushListener
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .shared_state import async_get_shared
from .stored_state import PLAYER_SALT, StoredState
from .streams.followed_names import FollowedNames
from .streams.latest_transcodes import LatestTranscodes
from .streams.missed import MissedPlaybacks

_MAX_RATE_LIMIT_WAIT_SECONDS: Final = 3.0
"""Longest wait for the end of a rate limit during set-up, which holds up Home Assistant's start."""


async def async_create_runtime(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> PlexPulseRuntime:
    """Return the runtime data of an entry, after reading libraries and sessions once.

    Raises:
        ConfigEntryAuthFailed: the refusal of the token is confirmed.
        ConfigEntryNotReady: the server cannot be read now.

    """
    await async_learn_certificate_name(hass, entry)
    client = await _async_create_client(hass, entry)
    clock = async_get_shared(hass).rate_limiters.clock
    health = HealthCoordinator(hass, entry, client)
    identity = IdentityVerifier(client, health, clock, str(entry.unique_id))
    liveness = LivenessMonitor(client, health, identity, clock)
    context = CoordinatorContext(
        hass=hass,
        entry=entry,
        client=client,
        health=health,
        identity=identity,
        liveness=liveness,
    )
    stored_state = StoredState(hass, entry.entry_id)
    await stored_state.async_load()
    libraries = LibrariesCoordinator(context, async_library_uuids(hass, entry))
    player_salt = stored_state.get(PLAYER_SALT)
    sessions = SessionsCoordinator(context, player_salt if isinstance(player_salt, str) else None)
    try:
        await libraries.async_config_entry_first_refresh()
        await sessions.async_config_entry_first_refresh()
    except ConfigEntryAuthFailed:
        async_schedule_setup_retry(hass, entry)
        raise
    except ConfigEntryNotReady:
        # The next set-up retry, a few seconds from now, uses the new address if there is one.
        if client.rate_limiter.seconds_until_allowed:
            async_retry_after_rate_limit(hass, entry, client.rate_limiter)
        if libraries.is_address_wrong:
            await async_recover_address(hass, entry, libraries.last_failure)
            await async_check_https_required(hass, entry)
        raise
    client.use_policy(retry_policy(entry.options))
    return PlexPulseRuntime(
        client=client,
        health=health,
        libraries=libraries,
        library_changes=LibraryChangeTracker(context, libraries, stored_state),
        identity=identity,
        liveness=liveness,
        image_cache=ImageCache(hass, client),
        missed_playbacks=MissedPlaybacks(context, stored_state),
        resources=ResourcesCoordinator(context),
        server_status=ServerStatusCoordinator(context, libraries),
        sessions=sessions,
        stored_state=stored_state,
        shelf_cache=ShelfCache(clock),
        transcodes=LatestTranscodes(),
    )


async def _async_create_client(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> PlexServerClient:
    """Return the client of an entry, which does not wait for the end of a long rate limit.

    Raises:
        ConfigEntryAuthFailed: the stored token has characters that no header can carry.

    """
    policy = replace(retry_policy(entry.options), max_rate_limit_wait=_MAX_RATE_LIMIT_WAIT_SECONDS)
    try:
        return await async_create_client(hass, entry.data, policy, entry.entry_id[-6:])
    except PlexApiError as err:
        raise coordinator_error(err, is_token_revoked=True) from err


async def async_register_listeners(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Keep devices and address up to date; called before entities are added."""
    runtime = entry.runtime_data

    @callback
    def reload_with_plex_pass() -> None:
        """Reload for the resource sensors; a starting server may not know its Plex Pass yet."""
        if (
            runtime.resources.unavailable is UnavailableReason.NO_PLEX_PASS
            and runtime.libraries.data.server.has_plex_pass
        ):
            hass.config_entries.async_schedule_reload(entry.entry_id)

    await DeviceSync(hass, entry).async_start()
    entry.async_on_unload(runtime.libraries.async_add_listener(reload_with_plex_pass))
    # Home Assistant polls only for listeners, and the sessions poll shows whether the server
    # is connected, even if no entity shows a session.
    entry.async_on_unload(runtime.sessions.async_add_listener(lambda: None))
    async_watch_for_move(hass, entry)
    async_watch_https_required(hass, entry)


@callback
def async_start_background(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Start what set-up does not wait for; the entities have registered what they show."""
    runtime = entry.runtime_data
    async_cancel_setup_retry(hass, entry)
    if hass.is_stopping:
        # Home Assistant has cancelled its background tasks already, and closes what they use.
        return
    entry.async_create_background_task(
        hass, runtime.liveness.async_run(), f"{entry.title} liveness"
    )
    runtime.libraries.async_start(is_owner=runtime.sessions.can_read_sessions)
    runtime.library_changes.async_start()
    runtime.missed_playbacks.async_start()
    FollowedNames(hass, entry).async_start()
    runtime.server_status.async_start(is_owner=runtime.sessions.can_read_sessions)
    PushListener(hass, entry).async_start()
    async_start_history(hass, entry)
