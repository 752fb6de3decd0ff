"""Find a server again that no longer answers where it was."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..api import (
    ConnectionKind,
    FoundConnection,
    PlexApiError,
    PlexErrorReason,
    Resource,
    find_connection,
)
from ..clients import async_create_account_client, async_get_identity
from ..const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION
from ..repairs import Issue, async_set_issue
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import RelocationAttempts, async_get_shared

_LOGGER = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 15 * 60.0
_LONGEST_PAUSE: Final = 24 * 3600.0
_MISSES: Final = 3
"""Looks in a row that must have found nobody; a restart is no move."""


_DETOURS: Final = frozenset({ConnectionKind.REMOTE, ConnectionKind.RELAY})


async def async_connect(hass: HomeAssistant, resource: Resource) -> FoundConnection:
    """Return the best address of a server that answers as that server.

    Raises:
        PlexApiError: none did.

    """
    return await find_connection(
        async_get_clientsession(hass),
        resource,
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
    )


def connection_data(resource: Resource, found: FoundConnection, account: str) -> dict[str, Any]:
    """Return what an entry keeps of a server found through an account."""
    return {
        CONF_URL: found.url,
        CONF_TOKEN: resource.access_token,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: account,
        CONF_CONNECTION: found.kind.value,
    }


async def async_relocate(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Give an entry the address where its server answers now; return whether it changed.

    Asks plex.tv, at most once in 15 minutes, and half as often with each time that did
    not help. Its failures change nothing: what the server itself says is what counts.
    """
    shared = async_get_shared(hass)
    clock = shared.rate_limiters.clock
    state = shared.relocations.setdefault(entry.entry_id, RelocationAttempts())
    account: str | None = entry.data.get(CONF_ACCOUNT_TOKEN)
    if account is None or clock.monotonic() < state.asked + state.pause:
        return False
    last_pause = state.pause
    state.asked = clock.monotonic()
    state.pause = min(max(last_pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
    try:
        client = await async_create_account_client(hass, account)
        resource = _find(await client.get_servers(), entry.unique_id)
    except PlexApiError as err:
        _LOGGER.debug("No other address is known: %s", err)
        if not err.attempts:
            # It has asked for silence, and a question that was not put is none.
            state.pause = max(last_pause, _FIRST_PAUSE)
        return False
    if resource is None:
        return False
    try:
        found = await async_connect(hass, resource)
    except PlexApiError as err:
        _LOGGER.debug("No other address was found: %s", err)
        is_refused = err.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED
        async_set_issue(hass, entry, Issue.DNS_REBINDING, active=is_refused)
        return False
    is_detour = found.plex_direct_unresolved and found.kind is not ConnectionKind.LOCAL
    async_set_issue(hass, entry, Issue.DNS_REBINDING, active=is_detour and resource.https_required)
    return _async_move(hass, entry, connection_data(resource, found, account))


def _find(resources: tuple[Resource, ...], machine_identifier: str | None) -> Resource | None:
    """Return the server of that identifier."""
    return next((item for item in resources if item.machine_identifier == machine_identifier), None)


def _async_move(hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]) -> bool:
    """Keep the new address, if it is one."""
    if data[CONF_URL] == entry.data[CONF_URL] and data[CONF_TOKEN] == entry.data[CONF_TOKEN]:
        return False
    if data[CONF_URL] != entry.data[CONF_URL]:
        _LOGGER.info("%s has moved to another address", entry.title)
    return hass.config_entries.async_update_entry(entry, data={**entry.data, **data})


@callback
def async_watch_for_move(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Look for the server elsewhere, for as long as it is not where it was."""
    health = entry.runtime_data.health
    relocations = async_get_shared(hass).relocations

    async def relocate() -> None:
        """Start over at the new address, if there is one."""
        if await async_relocate(hass, entry):
            hass.config_entries.async_schedule_reload(entry.entry_id)

    @callback
    def health_changed() -> None:
        """Tell a move from a restart by its length."""
        if health.data.misses >= _MISSES and CONF_ACCOUNT_TOKEN in entry.data:
            entry.async_create_background_task(hass, relocate(), f"{entry.title} relocation")
        elif health.data.connected and (state := relocations.get(entry.entry_id)) is not None:
            # The first pause stays, or a server that comes and goes would have plex.tv
            # asked each time.
            state.pause = min(state.pause, _FIRST_PAUSE)
            # Who got here by a detour still wants to hear how to spare it.
            if entry.data.get(CONF_CONNECTION) not in _DETOURS:
                async_set_issue(hass, entry, Issue.DNS_REBINDING, active=False)

    entry.async_on_unload(health.async_add_listener(health_changed))
