"""What all entries of one Home Assistant share, and the clients made from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import hashlib
import math
from typing import Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey

from .api import (
    APPROVAL_PAGE,
    PLEX_TV,
    ClientIdentity,
    HostGates,
    Notification,
    PlexAccountClient,
    PlexApiError,
    PlexNotifications,
    PlexServerClient,
    RetryPolicy,
)
from .connection.gdm import DISCOVERY_ADDRESS
from .const import DOMAIN

# Somebody waits in front of a form, or nothing waits at all: plex.tv is never urgent.
ACCOUNT_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=8, total_timeout=12)


@dataclass(slots=True)
class Relocations:
    """When plex.tv was asked where a server is, and how long it is left alone since then.

    Both in seconds, the former on the shared clock.
    """

    asked: float = -math.inf
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlexPulseShared:
    """Outlives set-up retries and reloads, which must not make us forget.

    gates: until when each host asked for silence. refusals: how often in a row a poll
    of an entry was refused its token, by entry and poll. lost: entries of which the log
    says so, and not yet that they are back. relocations: when plex.tv was asked for
    another address, by entry. plex_tv, approval_page, discovery: where Plex itself is; a
    stand-in takes their place in tests and demo.
    """

    gates: HostGates
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    relocations: dict[str, Relocations] = field(default_factory=dict)
    plex_tv: str = PLEX_TV
    approval_page: str = APPROVAL_PAGE
    discovery: tuple[str, int] = DISCOVERY_ADDRESS


DATA_SHARED: HassKey[PlexPulseShared] = HassKey(DOMAIN)


@callback
def async_get_shared(hass: HomeAssistant) -> PlexPulseShared:
    """Return the one shared state of this Home Assistant."""
    return hass.data.setdefault(DATA_SHARED, PlexPulseShared(gates=HostGates()))


async def async_get_identity(hass: HomeAssistant) -> ClientIdentity:
    """Return how this Home Assistant introduces itself to Plex, always the same way.

    Plex lists a device per identifier. It is hashed, because the instance's own id is
    nobody else's business.
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
    """Return a client for a server's url, token and verify_ssl.

    Raises:
        PlexApiError: AUTHENTICATION for a token that cannot even be sent.

    """
    return PlexServerClient(
        async_get_clientsession(hass, verify_ssl=bool(connection[CONF_VERIFY_SSL])),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        gates=async_get_shared(hass).gates,
        policy=policy,
        label=label,
    )


async def async_create_notifications(
    hass: HomeAssistant,
    connection: Mapping[str, object],
    label: str,
    *,
    on_notification: Callable[[Notification], None],
    on_connected: Callable[[bool], None],
    on_refused: Callable[[PlexApiError], None],
    verify: Callable[[], Awaitable[None]],
) -> PlexNotifications:
    """Return what listens to a server's notifications."""
    return PlexNotifications(
        async_get_clientsession(hass, verify_ssl=bool(connection[CONF_VERIFY_SSL])),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=await async_get_identity(hass),
        gates=async_get_shared(hass).gates,
        label=label,
        on_notification=on_notification,
        on_connected=on_connected,
        on_refused=on_refused,
        verify=verify,
    )


async def async_create_account_client(
    hass: HomeAssistant, token: str | None = None
) -> PlexAccountClient:
    """Return a client for plex.tv, for an account or for nobody yet."""
    shared = async_get_shared(hass)
    return PlexAccountClient(
        async_get_clientsession(hass),
        token,
        identity=await async_get_identity(hass),
        gates=shared.gates,
        policy=ACCOUNT_POLICY,
        url=shared.plex_tv,
        approval_page=shared.approval_page,
    )
