"""Factories of the API clients, and the X-Plex client identity that they send."""

from collections.abc import Awaitable, Callable, Mapping
import hashlib
from typing import Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration

from .api import (
    ClientIdentity,
    Notification,
    PlexAccountClient,
    PlexApiError,
    PlexServerClient,
    PlexWebsocket,
    RetryPolicy,
)
from .const import DOMAIN
from .shared_state import async_get_shared

# Short for a user in front of a form; requests in the background are retried later anyway.
ACCOUNT_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=8, total_timeout=12)


async def async_get_identity(hass: HomeAssistant) -> ClientIdentity:
    """Return the X-Plex client identity of this Home Assistant instance.

    Plex lists one device per identifier, so it never changes. It is a hash, because the
    id of the instance is private.
    """
    integration = await async_get_integration(hass, DOMAIN)
    instance = await instance_id.async_get(hass)
    return ClientIdentity(
        client_identifier=hashlib.sha256(f"{DOMAIN}:{instance}".encode()).hexdigest()[:32],
        product="Plex Pulse",
        version=str(integration.version),
        platform="Home Assistant",
    )


async def async_create_client(
    hass: HomeAssistant, connection: Mapping[str, object], policy: RetryPolicy, label: str
) -> PlexServerClient:
    """Return a client for a connection with url, token and verify_ssl.

    Raises:
        PlexApiError: AUTHENTICATION if the token has characters that no header can carry.

    """
    return PlexServerClient(
        async_get_clientsession(hass, verify_ssl=bool(connection[CONF_VERIFY_SSL])),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
        policy=policy,
        label=label,
    )


async def async_create_websocket(
    hass: HomeAssistant,
    connection: Mapping[str, object],
    label: str,
    *,
    on_notification: Callable[[Notification], None],
    on_connected: Callable[[bool], None],
    on_refused: Callable[[PlexApiError], None],
    verify: Callable[[], Awaitable[None]],
) -> PlexWebsocket:
    """Return the websocket client for the push notifications of a server."""
    return PlexWebsocket(
        async_get_clientsession(hass, verify_ssl=bool(connection[CONF_VERIFY_SSL])),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
        label=label,
        on_notification=on_notification,
        on_connected=on_connected,
        on_refused=on_refused,
        verify=verify,
    )


async def async_create_account_client(
    hass: HomeAssistant, token: str | None = None
) -> PlexAccountClient:
    """Return a client for plex.tv; without a token it can only sign in."""
    shared = async_get_shared(hass)
    return PlexAccountClient(
        async_get_clientsession(hass),
        token,
        identity=await async_get_identity(hass),
        rate_limiters=shared.rate_limiters,
        policy=ACCOUNT_POLICY,
        url=shared.plex_tv,
        approval_page=shared.approval_page,
    )
