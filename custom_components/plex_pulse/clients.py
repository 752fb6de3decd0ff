"""Factories of the API clients, and the X-Plex client identity that they send."""

from collections.abc import Awaitable, Callable, Mapping
import hashlib
from typing import Final

from aiohttp import ClientSession, DummyCookieJar
from homeassistant.const import (
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
    EVENT_HOMEASSISTANT_CLOSE,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_create_clientsession
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
from .const import CONF_CERTIFICATE_NAME, DOMAIN
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


@callback
def async_get_session(hass: HomeAssistant, *, verify_ssl: bool) -> ClientSession:
    """Return the session of all clients: Home Assistant's connections without its cookies.

    A server must neither set cookies for other services of its host name nor receive theirs.
    Every set-up of an entry uses the session, so it ends with Home Assistant, not with an entry.
    """
    sessions = async_get_shared(hass).sessions
    if (session := sessions.get(verify_ssl)) is not None:
        return session
    session = sessions[verify_ssl] = async_create_clientsession(
        hass, verify_ssl, auto_cleanup=False, cookie_jar=DummyCookieJar()
    )

    @callback
    def detach(_event: Event) -> None:
        """Leave the connections to Home Assistant, which closes them."""
        session.detach()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, detach)
    return session


async def async_create_client(
    hass: HomeAssistant, connection: Mapping[str, object], policy: RetryPolicy, label: str
) -> PlexServerClient:
    """Return a client for a connection with url, token and verify_ssl.

    With a certificate name the certificate is always verified, and for that name.

    Raises:
        PlexApiError: AUTHENTICATION if the token has characters that no header can carry.

    """
    return PlexServerClient(
        _session_of(hass, connection),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
        policy=policy,
        label=label,
        certificate_name=_certificate_name(connection),
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
        _session_of(hass, connection),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        rate_limiters=async_get_shared(hass).rate_limiters,
        label=label,
        on_notification=on_notification,
        on_connected=on_connected,
        on_refused=on_refused,
        verify=verify,
        certificate_name=_certificate_name(connection),
    )


async def async_create_account_client(
    hass: HomeAssistant, token: str | None = None, policy: RetryPolicy = ACCOUNT_POLICY
) -> PlexAccountClient:
    """Return a client for plex.tv; without a token it can only sign in."""
    shared = async_get_shared(hass)
    return PlexAccountClient(
        async_get_session(hass, verify_ssl=True),
        token,
        identity=await async_get_identity(hass),
        rate_limiters=shared.rate_limiters,
        policy=policy,
        url=shared.plex_tv,
        approval_page=shared.approval_page,
    )


def _session_of(hass: HomeAssistant, connection: Mapping[str, object]) -> ClientSession:
    """Return the session for a connection; a certificate that proves something is verified."""
    is_proven = _certificate_name(connection) is not None
    return async_get_session(hass, verify_ssl=is_proven or bool(connection[CONF_VERIFY_SSL]))


def _certificate_name(connection: Mapping[str, object]) -> str | None:
    """Return the name by which the server of a connection proves itself."""
    name = connection.get(CONF_CERTIFICATE_NAME)
    return str(name) if name else None
