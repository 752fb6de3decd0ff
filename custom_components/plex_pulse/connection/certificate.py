"""Read, learn and check the certificate name by which a server proves itself."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from yarl import URL

from ..api import PlexApiError, Record, RetryPolicy, ServerIdentity
from ..clients import async_create_client
from ..const import CONF_CERTIFICATE_NAME
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_HANDSHAKE_SECONDS: Final = 3.0
_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=3)


class Proof(Record):
    """A server that proves itself by its certificate."""

    url: URL
    """The https URL at which it does."""
    certificate_name: str
    identity: ServerIdentity


async def async_read_certificate_name(hass: HomeAssistant, url: URL) -> str | None:
    """Return the certificate name of the server at the host and port of a URL, None without one.

    One TLS handshake, in which nothing is sent.
    """
    shared = async_get_shared(hass)
    return await shared.certificates.read_name(
        url.with_scheme("https"), shared.rate_limiters.clock, _HANDSHAKE_SECONDS
    )


async def async_get_server_identity(
    hass: HomeAssistant,
    url: URL,
    *,
    verify_ssl: bool,
    certificate_name: str | None = None,
    policy: RetryPolicy = _POLICY,
) -> ServerIdentity:
    """Return the identity of the server at a URL (GET /identity); the token is not sent.

    Raises:
        PlexApiError: no Media Server answers, or not the one with that certificate.

    """
    connection = {
        CONF_URL: str(url),
        CONF_TOKEN: "",
        CONF_VERIFY_SSL: verify_ssl,
        CONF_CERTIFICATE_NAME: certificate_name,
    }
    client = await async_create_client(hass, connection, policy, "set-up")
    return await client.get_identity()


async def async_prove(
    hass: HomeAssistant,
    url: URL,
    *,
    certificate_name: str | None = None,
    policy: RetryPolicy = _POLICY,
) -> Proof | None:
    """Return the proof of the server at the host and port of a URL, None without one.

    With `certificate_name` only the server with that name counts, otherwise whichever is
    there. The token is not sent.
    """
    name = certificate_name or await async_read_certificate_name(hass, url)
    if name is None:
        return None
    secure = url.with_scheme("https")
    try:
        identity = await async_get_server_identity(
            hass, secure, verify_ssl=True, certificate_name=name, policy=policy
        )
    except PlexApiError as err:
        _LOGGER.debug("No server is proven by its certificate: %s", err)
        return None
    return Proof(url=secure, certificate_name=name, identity=identity)


async def async_learn_certificate_name(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Save the certificate name of an entry from before names were saved, and use https.

    Nothing changes while the server does not prove itself; the next set-up tries again.
    """
    if entry.data.get(CONF_CERTIFICATE_NAME, "") is not None:
        return
    proof = await async_prove(hass, URL(entry.data[CONF_URL]))
    if proof is not None and proof.identity.machine_identifier == entry.unique_id:
        data = {
            **entry.data,
            CONF_URL: str(proof.url),
            CONF_CERTIFICATE_NAME: proof.certificate_name,
        }
        hass.config_entries.async_update_entry(entry, data=data)


def without_certificate_name(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a connection without the certificate name."""
    return {key: value for key, value in data.items() if key != CONF_CERTIFICATE_NAME}
