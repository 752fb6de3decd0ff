"""What all entries of one Home Assistant share, and the clients made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import hashlib

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey

from .api import ClientIdentity, HostGates, PlexServerClient, RetryPolicy
from .const import DOMAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class PlexPulseShared:
    """Outlives set-up retries and reloads, which must not make us forget.

    gates: until when each host asked for silence. refusals: how often in a row a poll
    of an entry was refused its token, by entry and poll.
    """

    gates: HostGates
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)


DATA_SHARED: HassKey[PlexPulseShared] = HassKey(DOMAIN)


@callback
def async_get_shared(hass: HomeAssistant) -> PlexPulseShared:
    """Return the one shared state of this Home Assistant."""
    return hass.data.setdefault(DATA_SHARED, PlexPulseShared(gates=HostGates()))


async def async_create_client(
    hass: HomeAssistant, connection: Mapping[str, object], policy: RetryPolicy, label: str
) -> PlexServerClient:
    """Return a client for a server's url, token and verify_ssl.

    Raises:
        PlexApiError: AUTHENTICATION for a token that cannot even be sent.

    """
    integration = await async_get_integration(hass, DOMAIN)
    # Plex lists a device per identifier, so it must stay the same; hashed, because the
    # instance's own id is nobody else's business.
    instance = await instance_id.async_get(hass)
    return PlexServerClient(
        async_get_clientsession(hass, verify_ssl=bool(connection[CONF_VERIFY_SSL])),
        str(connection[CONF_URL]),
        str(connection[CONF_TOKEN]),
        identity=ClientIdentity(
            client_identifier=hashlib.sha256(f"{DOMAIN}:{instance}".encode()).hexdigest()[:32],
            product="Plex Pulse",
            version=str(integration.version),
            platform="Home Assistant",
        ),
        gates=async_get_shared(hass).gates,
        policy=policy,
        label=label,
    )
