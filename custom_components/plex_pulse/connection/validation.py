"""Test a connection before it is saved; used by every step of the config flow."""

from collections.abc import Mapping
import logging
from typing import Any

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from yarl import URL

from ..api import (
    Library,
    PlexApiError,
    Record,
    RetryPolicy,
    ServerInfo,
    wrong_server_failure,
)
from ..clients import async_create_client
from ..const import CONF_CERTIFICATE_NAME
from ..options import DEFAULT_POLICY
from .address import InvalidAddressError, candidate_urls
from .server_check import async_get_server
from .server_search import (
    ConnectionInvalidError,
    async_find_proven_server,
    async_find_server,
    connection_invalid,
    form_policy,
)

_LOGGER = logging.getLogger(__name__)


class ValidConnection(Record):
    """A connection that works."""

    server: ServerInfo
    """The server at the address."""
    data: dict[str, Any]
    """The data of the config entry: URL, token, whether to verify the certificate, and the
    certificate name if the server has one."""
    libraries: tuple[Library, ...]
    """The libraries that the token can read."""


async def async_validate(
    hass: HomeAssistant,
    user_input: Mapping[str, Any],
    *,
    machine_identifier: str | None = None,
    total_timeout: float = DEFAULT_POLICY.total_timeout,
) -> ValidConnection:
    """Return the connection for an address, token and verify_ssl.

    A server with a certificate for names under plex.direct is connected to by https, unless
    the address begins with http, and its certificate name is part of the connection. If
    `user_input` has a name, only the server with that name receives the token. With
    `machine_identifier` only that server is accepted, and no other one receives the token.

    An answer is waited for as long as by a poll, `total_timeout` in seconds: disks that spin
    up take ten seconds and more. A host that does not accept the connection is given up sooner.

    Raises:
        ConnectionInvalidError: the address is invalid, or the connection does not work.

    """
    try:
        return await _async_connect(
            hass, user_input, machine_identifier, form_policy(total_timeout)
        )
    except ConnectionInvalidError:
        raise
    except InvalidAddressError as err:
        raise ConnectionInvalidError(key="invalid_url") from err
    except PlexApiError as err:
        raise connection_invalid(err) from err
    except Exception as err:
        _LOGGER.exception("Unexpected exception during a connection test")
        raise ConnectionInvalidError(key="unknown") from err


async def _async_connect(
    hass: HomeAssistant,
    user_input: Mapping[str, Any],
    machine_identifier: str | None,
    policy: RetryPolicy,
) -> ValidConnection:
    """Return the connection to the server at an address, with the token accepted there."""
    verify_ssl: bool = user_input[CONF_VERIFY_SSL]
    if (name := user_input.get(CONF_CERTIFICATE_NAME)) is not None:
        found = await async_find_proven_server(
            hass, URL(user_input[CONF_URL]), name, machine_identifier, policy
        )
    else:
        urls = candidate_urls(user_input[CONF_URL])
        found = await async_find_server(hass, urls, policy, verify_ssl=verify_ssl)
    if machine_identifier not in {None, found.identity.machine_identifier}:
        raise wrong_server_failure(endpoint="GET /identity")
    data = {
        CONF_URL: str(found.url),
        CONF_TOKEN: user_input[CONF_TOKEN].strip(),
        CONF_VERIFY_SSL: verify_ssl,
    }
    if found.certificate_name is not None:
        data[CONF_CERTIFICATE_NAME] = found.certificate_name
    client = await async_create_client(hass, data, policy, "set-up")
    server, libraries = await async_get_server(client, has_token=bool(user_input[CONF_TOKEN]))
    return ValidConnection(server=server, data=data, libraries=libraries)
