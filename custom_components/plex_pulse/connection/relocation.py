"""Find a moved server through plex.tv."""

import logging
from typing import Any

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from ..api import FoundConnection, PlexApiError, PlexErrorReason, Resource, find_connection
from ..clients import async_create_account_client, async_get_identity, async_get_session
from ..const import CONF_ACCOUNT_TOKEN, CONF_CERTIFICATE_NAME, CONF_CONNECTION
from ..issues import Issue, async_set_issue
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import RelocationAttempts, async_get_shared
from .certificate import async_get_server_identity, async_read_certificate_name
from .moves import MoveSource, async_save_connection
from .outage import async_watch_outages

_LOGGER = logging.getLogger(__name__)


async def async_find_connection(
    hass: HomeAssistant,
    resource: Resource,
    *,
    allow_plain: bool,
    response_seconds: float = 3.0,
) -> FoundConnection:
    """Return the best address at which a server proves to be that server.

    `response_seconds` is the time to wait for an address that accepts the connection.

    Raises:
        PlexApiError: no address works.

    """
    return await find_connection(
        async_get_session(hass, verify_ssl=True),
        resource,
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
        allow_plain=allow_plain,
        response_seconds=response_seconds,
    )


def connection_data(resource: Resource, found: FoundConnection, account: str) -> dict[str, Any]:
    """Return the config entry data for a server that was found through an account."""
    data = {
        CONF_URL: found.url,
        CONF_TOKEN: resource.access_token,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: account,
        CONF_CONNECTION: found.kind.value,
    }
    if found.certificate_name is not None:
        data[CONF_CERTIFICATE_NAME] = found.certificate_name
    return data


async def async_relocate(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Update the address of an entry if its server answers elsewhere; return whether it changed.

    plex.tv is requested at most every 15 minutes, with exponential backoff. Its failures
    change nothing: only an address at which the server proves itself by its certificate is
    saved, with the certificate name that plex.tv lists. Another plain http address of an entry
    with one is offered in a repair issue.
    """
    account: str | None = entry.data.get(CONF_ACCOUNT_TOKEN)
    if account is None:
        return False
    resource = await _async_get_resource(hass, entry, account)
    if resource is None:
        return False
    saved: str = entry.data[CONF_URL]
    is_plain = URL(saved).scheme == "http"
    try:
        found = await async_find_connection(hass, resource, allow_plain=is_plain)
    except PlexApiError as err:
        _LOGGER.debug("No other address was found: %s", err)
        return False
    if URL(found.url).scheme == "http" and found.url != saved:
        async_set_issue(hass, entry, Issue.SERVER_MOVED, active=True, new_value=found.url)
        return False
    data = connection_data(resource, found, account)
    return async_save_connection(hass, entry, data, MoveSource.ACCOUNT)


async def async_recover_address(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, failure: PlexApiError | None
) -> bool:
    """Find a server that `failure` kept from being found at its address.

    Return whether the connection of the entry has changed. A server with another certificate
    that plex.tv does not know is reported in a repair issue.
    """
    if await async_relocate(hass, entry):
        return True
    if failure is not None and failure.reason is PlexErrorReason.CERTIFICATE_CHANGED:
        await _async_report_certificate(hass, entry)
    return False


async def _async_report_certificate(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Set the repair issue for a server whose certificate is not the known one any more.

    If another server answers at the address, it is the issue for that. The token is not sent.
    """
    url = URL(entry.data[CONF_URL])
    try:
        identity = await async_get_server_identity(hass, url, verify_ssl=False)
    except PlexApiError:
        return
    if identity.machine_identifier != entry.unique_id:
        async_set_issue(hass, entry, Issue.WRONG_SERVER, active=True)
        return
    name = await async_read_certificate_name(hass, url)
    if name is not None and name != entry.data.get(CONF_CERTIFICATE_NAME):
        async_set_issue(hass, entry, Issue.CERTIFICATE_CHANGED, active=True, new_value=name)


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


@callback
def async_watch_for_move(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Search for another address while the server is unreachable at its own."""
    shared = async_get_shared(hass)

    async def relocate() -> None:
        """Reload the entry if the server has moved."""
        if await async_recover_address(hass, entry, entry.runtime_data.health.outage):
            hass.config_entries.async_schedule_reload(entry.entry_id)

    @callback
    def handle_unreachable(_count: int) -> None:
        """Start an attempt; most end at once, because the next one is not due yet."""
        if CONF_ACCOUNT_TOKEN in entry.data or CONF_CERTIFICATE_NAME in entry.data:
            entry.async_create_background_task(hass, relocate(), f"{entry.title} relocation")

    @callback
    def handle_connected() -> None:
        """Reset the backoff, and delete the issues."""
        if (attempts := shared.relocation_attempts.get(entry.entry_id)) is not None:
            attempts.reset()
        for issue in (Issue.SERVER_MOVED, Issue.CERTIFICATE_CHANGED):
            async_set_issue(hass, entry, issue, active=False)

    async_watch_outages(entry, on_unreachable=handle_unreachable, on_connected=handle_connected)
