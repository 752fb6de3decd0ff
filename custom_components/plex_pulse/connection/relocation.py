"""Find a moved server through plex.tv."""

from collections.abc import Mapping
import logging
from typing import Any, Final

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
from .outage import async_watch_outages

_LOGGER = logging.getLogger(__name__)

_INDIRECT_KINDS: Final = frozenset({ConnectionKind.REMOTE, ConnectionKind.RELAY})
"""Connections that leave the local network, because its router drops plex.direct names."""


async def async_find_connection(hass: HomeAssistant, resource: Resource) -> FoundConnection:
    """Return the best address at which a server proves to be that server.

    Raises:
        PlexApiError: no address works.

    """
    return await find_connection(
        async_get_clientsession(hass),
        resource,
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
    )


def connection_data(resource: Resource, found: FoundConnection, account: str) -> dict[str, Any]:
    """Return the config entry data for a server that was found through an account."""
    return {
        CONF_URL: found.url,
        CONF_TOKEN: resource.access_token,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: account,
        CONF_CONNECTION: found.kind.value,
    }


async def async_relocate(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Update the address of an entry if its server answers elsewhere; return whether it changed.

    plex.tv is requested at most every 15 minutes, with exponential backoff. Its failures
    change nothing: only an address at which the server answers is saved.
    """
    account: str | None = entry.data.get(CONF_ACCOUNT_TOKEN)
    if account is None:
        return False
    resource = await _async_get_resource(hass, entry, account)
    if resource is None:
        return False
    try:
        found = await async_find_connection(hass, resource)
    except PlexApiError as err:
        _LOGGER.debug("No other address was found: %s", err)
        is_unresolved = err.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED
        async_set_issue(hass, entry, Issue.DNS_REBINDING, active=is_unresolved)
        return False
    is_rebinding = (
        found.plex_direct_unresolved
        and found.kind is not ConnectionKind.LOCAL
        and resource.https_required
    )
    async_set_issue(hass, entry, Issue.DNS_REBINDING, active=is_rebinding)
    return _async_update_entry(hass, entry, connection_data(resource, found, account))


async def _async_get_resource(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, account: str
) -> Resource | None:
    """Return what plex.tv knows about the server of an entry.

    None if the next request is not due, fails, or does not list the server.
    """
    shared = async_get_shared(hass)
    attempts = shared.relocation_attempts.setdefault(entry.entry_id, RelocationAttempts())
    if not attempts.start(shared.rate_limiters.clock.monotonic()):
        return None
    is_sent = True
    try:
        client = await async_create_account_client(hass, account)
        servers = await client.get_servers()
    except PlexApiError as err:
        _LOGGER.debug("No other address is known: %s", err)
        is_sent = err.attempts > 0
        return None
    finally:
        attempts.record(sent=is_sent)
    return next((item for item in servers if item.machine_identifier == entry.unique_id), None)


def _async_update_entry(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, data: Mapping[str, Any]
) -> bool:
    """Save another address or token in the entry; return whether there is one."""
    if data[CONF_URL] == entry.data[CONF_URL] and data[CONF_TOKEN] == entry.data[CONF_TOKEN]:
        return False
    if data[CONF_URL] != entry.data[CONF_URL]:
        _LOGGER.info("%s has moved to another address", entry.title)
    return hass.config_entries.async_update_entry(entry, data={**entry.data, **data})


@callback
def async_watch_for_move(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Search for another address while the server is unreachable at its own."""
    all_attempts = async_get_shared(hass).relocation_attempts

    async def relocate() -> None:
        """Reload the entry if the server has moved."""
        if await async_relocate(hass, entry):
            hass.config_entries.async_schedule_reload(entry.entry_id)

    @callback
    def handle_unreachable(_count: int) -> None:
        """Start an attempt; most end at once, because the next one is not due yet."""
        if CONF_ACCOUNT_TOKEN in entry.data:
            entry.async_create_background_task(hass, relocate(), f"{entry.title} relocation")

    @callback
    def handle_connected() -> None:
        """Reset the backoff, and delete the issue unless it still applies."""
        if (attempts := all_attempts.get(entry.entry_id)) is None:
            return
        attempts.reset()
        # While the connection is indirect, the issue stays: it explains how to get a direct one.
        if entry.data.get(CONF_CONNECTION) not in _INDIRECT_KINDS:
            async_set_issue(hass, entry, Issue.DNS_REBINDING, active=False)

    async_watch_outages(entry, on_unreachable=handle_unreachable, on_connected=handle_connected)
