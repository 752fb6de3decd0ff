"""Try a connection out before it is kept; one way for every step of every flow."""

from collections.abc import Mapping
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from yarl import URL

from ..api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    RetryPolicy,
    ServerIdentity,
    ServerInfo,
)
from ..clients import async_create_client
from ..errors import form_error, has_own_form_error
from .address import InvalidAddressError, candidate_urls

_LOGGER = logging.getLogger(__name__)

# Somebody waits in front of the form: one repetition, and an answer within ten seconds.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=8, total_timeout=10)
_PROBE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=3)

# Somebody is there who wants to be asked again later, and nowhere else meanwhile.
_ASKS_FOR_PATIENCE: Final = frozenset({PlexErrorKind.RATE_LIMIT, PlexErrorKind.SERVER})


# The reason is known already, so https need not be tried to find it.
_REASONS_WITHOUT_HTTPS_CHECK: Final = frozenset(
    {
        PlexErrorReason.SECURE_CONNECTION_REQUIRED,
        PlexErrorReason.UNKNOWN_HOST,
        PlexErrorReason.TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidConnection:
    """A connection that works: the server behind it, and what an entry keeps."""

    server: ServerInfo
    data: dict[str, Any]


async def async_validate(
    hass: HomeAssistant, user_input: Mapping[str, Any], *, machine_identifier: str | None = None
) -> ValidConnection | str:
    """Return the connection that the input makes, or the key of what is wrong with it.

    With a machine identifier no other server will do, nor be shown the token.
    """
    try:
        urls = candidate_urls(user_input[CONF_URL])
        return await _async_first_answer(hass, urls, user_input, machine_identifier)
    except InvalidAddressError:
        return "invalid_url"
    except PlexApiError as err:
        _LOGGER.debug("The connection was not accepted: %s", err)
        return form_error(err)
    except Exception:
        _LOGGER.exception("Unexpected failure while a connection was tried out")
        return "unknown"


async def async_identify(hass: HomeAssistant, url: URL) -> ServerIdentity | None:
    """Return which server answers at an address that was only heard of, None if none does."""
    try:
        return await _async_knock(hass, url, verify_ssl=True, policy=_PROBE_POLICY)
    except PlexApiError as err:
        _LOGGER.debug("Nothing was found where a server was announced: %s", err)
        return None


async def _async_first_answer(
    hass: HomeAssistant,
    urls: tuple[URL, ...],
    user_input: Mapping[str, Any],
    machine_identifier: str | None,
) -> ValidConnection | str:
    """Return the connection to the first of the addresses where a Media Server answers."""
    verify_ssl: bool = user_input[CONF_VERIFY_SSL]
    failures: dict[URL, PlexApiError] = {}
    for url in urls:
        policy = _PROBE_POLICY if failures else _POLICY
        try:
            identity = await _async_knock(hass, url, verify_ssl, policy)
        except PlexApiError as err:
            if err.kind in _ASKS_FOR_PATIENCE:
                raise
            failures[url] = err
            continue
        if machine_identifier not in {None, identity.machine_identifier}:
            return "wrong_server"
        data = {
            CONF_URL: str(url),
            CONF_TOKEN: user_input[CONF_TOKEN].strip(),
            CONF_VERIFY_SSL: verify_ssl,
        }
        client = await async_create_client(hass, data, _POLICY, "set-up")
        server, _ = await client.get_providers()
        return ValidConnection(server=server, data=data)
    failure = _most_telling(failures)
    is_plain = urls[0].with_scheme("https") not in urls
    can_need_https = is_plain and failure.reason not in _REASONS_WITHOUT_HTTPS_CHECK
    if can_need_https and await async_wants_https(hass, urls[0]):
        raise failure.replace(reason=PlexErrorReason.SECURE_CONNECTION_REQUIRED)
    raise failure


async def _async_knock(
    hass: HomeAssistant, url: URL, verify_ssl: bool, policy: RetryPolicy
) -> ServerIdentity:
    """Return which server is there, without the token: strangers have no business seeing it."""
    connection = {CONF_URL: str(url), CONF_TOKEN: "", CONF_VERIFY_SSL: verify_ssl}
    client = await async_create_client(hass, connection, policy, "set-up")
    try:
        return await client.get_identity()
    except PlexApiError as err:
        if err.kind is PlexErrorKind.AUTHENTICATION:
            # A Media Server tells everybody who it is; this is a proxy or a router.
            raise err.replace(kind=PlexErrorKind.PROTOCOL) from None
        raise


def _most_telling(failures: Mapping[URL, PlexApiError]) -> PlexApiError:
    """Return the failure to show: the likeliest address's, or a certificate at its port.

    At the other ports anybody may live, whose certificate helps nobody.
    """
    likeliest = next(iter(failures))
    for url, failure in failures.items():
        if url.port == likeliest.port and has_own_form_error(failure):
            return failure
    return failures[likeliest]


async def async_wants_https(
    hass: HomeAssistant, url: URL, machine_identifier: str | None = None
) -> bool:
    """Return whether a server that is silent on plain http answers on https.

    A Media Server whose secure connections are "Required" closes plain ones unanswered.
    With `machine_identifier` another server does not count.
    """
    try:
        identity = await _async_knock(
            hass, url.with_scheme("https"), verify_ssl=False, policy=_PROBE_POLICY
        )
    except PlexApiError:
        return False
    return machine_identifier in {None, identity.machine_identifier}
