"""Try a connection out before it is kept; one way for every step of every flow."""

from collections.abc import Mapping
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from yarl import URL

from .address import InvalidAddressError, candidate_urls
from .api import PlexApiError, PlexErrorKind, PlexErrorReason, RetryPolicy, ServerInfo
from .shared import async_create_client

_LOGGER = logging.getLogger(__name__)

# Somebody waits in front of the form: one repetition, and an answer within ten seconds.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=8, total_timeout=10)
_PROBE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=3)

_BY_REASON: Final = {
    PlexErrorReason.BAD_CERTIFICATE: "bad_certificate",
    PlexErrorReason.SECURE_CONNECTION_REQUIRED: "secure_connection_required",
    PlexErrorReason.STARTING: "server_starting",
}
_BY_KIND: Final = {
    PlexErrorKind.AUTHENTICATION: "invalid_auth",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "cannot_connect",
    PlexErrorKind.CLIENT: "not_plex",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.PROTOCOL: "not_plex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidConnection:
    """A connection that works: the server behind it, and what an entry keeps."""

    server: ServerInfo
    data: dict[str, Any]


async def async_validate(
    hass: HomeAssistant, user_input: Mapping[str, Any]
) -> ValidConnection | str:
    """Return the connection that the input makes, or the key of what is wrong with it."""
    try:
        urls = candidate_urls(user_input[CONF_URL])
        return await _async_first_answer(hass, urls, user_input)
    except InvalidAddressError:
        return "invalid_url"
    except PlexApiError as err:
        _LOGGER.debug("The connection was not accepted: %s", err)
        if err.reason in _BY_REASON:
            return _BY_REASON[err.reason]
        return _BY_KIND[err.kind]
    except Exception:
        _LOGGER.exception("Unexpected failure while a connection was tried out")
        return "unknown"


async def _async_first_answer(
    hass: HomeAssistant, urls: tuple[URL, ...], user_input: Mapping[str, Any]
) -> ValidConnection:
    """Return the first of the addresses that works, or fail as the likeliest did."""
    failures: list[PlexApiError] = []
    for url in urls:
        data = {
            CONF_URL: str(url),
            CONF_TOKEN: user_input[CONF_TOKEN].strip(),
            CONF_VERIFY_SSL: user_input[CONF_VERIFY_SSL],
        }
        policy = _PROBE_POLICY if failures else _POLICY
        try:
            client = await async_create_client(hass, data, policy, "set-up")
            # Without the token first: whoever else lives there has no business seeing it.
            await client.get_identity()
            server, _ = await client.get_providers()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.NETWORK or err.reason in _BY_REASON:
                raise
            failures.append(err)
        else:
            return ValidConnection(server=server, data=data)
    if await _async_wants_https(hass, urls[0]):
        failures[0].reason = PlexErrorReason.SECURE_CONNECTION_REQUIRED
    raise failures[0]


async def _async_wants_https(hass: HomeAssistant, url: URL) -> bool:
    """Return whether a server that hangs up on plain http answers on https.

    A Media Server whose secure connections are "Required" closes plain ones unanswered.
    """
    if url.scheme != "http":
        return False
    connection = {CONF_URL: str(url.with_scheme("https")), CONF_TOKEN: "", CONF_VERIFY_SSL: False}
    client = await async_create_client(hass, connection, _PROBE_POLICY, "set-up")
    try:
        await client.get_identity()
    except PlexApiError:
        return False
    return True
