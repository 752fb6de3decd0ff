"""Test a connection before it is saved; used by every step of the config flow."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from yarl import URL

from ..api import (
    Library,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    Record,
    RetryPolicy,
    ServerIdentity,
    ServerInfo,
    split_plex_direct,
    wrong_server_failure,
)
from ..clients import async_create_client
from ..const import CONF_CERTIFICATE_NAME
from ..errors import form_error, has_own_form_error
from .address import InvalidAddressError, candidate_urls
from .certificate import async_get_server_identity, async_prove
from .server_check import async_get_server

_LOGGER = logging.getLogger(__name__)

# The user waits in front of the form: one retry, and a result within ten seconds.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=8, total_timeout=10)
_PROBE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=3)

# The host answered: do not try other ports.
_HOST_ANSWERED_KINDS: Final = frozenset({PlexErrorKind.RATE_LIMIT, PlexErrorKind.SERVER})
# A server that requires https closes plain connections at once. It neither lets them time
# out nor changes how its name resolves.
_NOT_FOR_HTTPS: Final = frozenset({PlexErrorReason.TIMEOUT, PlexErrorReason.UNKNOWN_HOST})


class ConnectionInvalidError(Exception):
    """A connection that was tested does not work.

    key: the error key of the form, under `config.error` in the translations.
    """

    def __init__(self, *, key: str) -> None:
        """Store the error key."""
        super().__init__(key)
        self.key: Final = key


class ValidConnection(Record):
    """A connection that works."""

    server: ServerInfo
    """The server at the address."""
    data: dict[str, Any]
    """The data of the config entry: URL, token, whether to verify the certificate, and the
    certificate name if the server has one."""
    libraries: tuple[Library, ...]
    """The libraries that the token can read."""


class _FoundServer(Record):
    """A server that answers at one of the addresses."""

    url: URL
    identity: ServerIdentity
    certificate_name: str | None


async def async_validate(
    hass: HomeAssistant, user_input: Mapping[str, Any], *, machine_identifier: str | None = None
) -> ValidConnection:
    """Return the connection for an address, token and verify_ssl.

    A server with a certificate for names under plex.direct is connected to by https, unless
    the address begins with http, and its certificate name is part of the connection. If
    `user_input` has a name, only the server with that name receives the token. With
    `machine_identifier` only that server is accepted, and no other one receives the token.

    Raises:
        ConnectionInvalidError: the address is invalid, or the connection does not work.

    """
    try:
        return await _async_connect(hass, user_input, machine_identifier)
    except ConnectionInvalidError:
        raise
    except InvalidAddressError as err:
        raise ConnectionInvalidError(key="invalid_url") from err
    except PlexApiError as err:
        raise _connection_invalid(err) from err
    except Exception as err:
        _LOGGER.exception("Unexpected exception during a connection test")
        raise ConnectionInvalidError(key="unknown") from err


async def async_identify(hass: HomeAssistant, url: URL) -> tuple[URL, ServerIdentity] | None:
    """Return the server at an announced http address, and its URL; None if none answers.

    A server that requires https is identified over https. Its certificate is not verified: no
    token is sent, and the form verifies it before one is.
    """
    for address, verify_ssl in ((url, True), (url.with_scheme("https"), False)):
        try:
            identity = await async_get_server_identity(
                hass, address, verify_ssl=verify_ssl, policy=_PROBE_POLICY
            )
        except PlexApiError as err:
            _LOGGER.debug("No server answers at an announced address: %s", err)
            if not _may_require_https(err):
                return None
        else:
            return address, identity
    return None


async def async_answers_https(
    hass: HomeAssistant, url: URL, machine_identifier: str | None = None
) -> bool:
    """Return whether a server that does not answer http answers https at the same port.

    A Media Server whose secure connections are "Required" closes plain ones unanswered.
    With `machine_identifier` another server does not count.
    """
    try:
        identity = await async_get_server_identity(
            hass, url.with_scheme("https"), verify_ssl=False, policy=_PROBE_POLICY
        )
    except PlexApiError:
        return False
    return machine_identifier in {None, identity.machine_identifier}


async def _async_connect(
    hass: HomeAssistant, user_input: Mapping[str, Any], machine_identifier: str | None
) -> ValidConnection:
    """Return the connection to the server at an address, with the token accepted there."""
    verify_ssl: bool = user_input[CONF_VERIFY_SSL]
    if (name := user_input.get(CONF_CERTIFICATE_NAME)) is not None:
        found = await _async_find_proven_server(
            hass, URL(user_input[CONF_URL]), name, machine_identifier
        )
    else:
        urls = candidate_urls(user_input[CONF_URL])
        found = await _async_find_server(hass, urls, verify_ssl=verify_ssl)
    if machine_identifier not in {None, found.identity.machine_identifier}:
        raise wrong_server_failure(endpoint="GET /identity")
    data = {
        CONF_URL: str(found.url),
        CONF_TOKEN: user_input[CONF_TOKEN].strip(),
        CONF_VERIFY_SSL: verify_ssl,
    }
    if found.certificate_name is not None:
        data[CONF_CERTIFICATE_NAME] = found.certificate_name
    client = await async_create_client(hass, data, _POLICY, "set-up")
    server, libraries = await async_get_server(client, has_token=bool(user_input[CONF_TOKEN]))
    return ValidConnection(server=server, data=data, libraries=libraries)


async def _async_find_proven_server(
    hass: HomeAssistant, url: URL, certificate_name: str, machine_identifier: str | None
) -> _FoundServer:
    """Return the server with a certificate name.

    Raises:
        PlexApiError: it does not answer; WRONG_SERVER if a server with another machine
            identifier does, CERTIFICATE_CHANGED if it has another certificate.

    """
    try:
        identity = await async_get_server_identity(
            hass, url, verify_ssl=True, certificate_name=certificate_name, policy=_POLICY
        )
    except PlexApiError as err:
        if err.reason is not PlexErrorReason.CERTIFICATE_CHANGED:
            raise
        claimed = await async_get_server_identity(hass, url, verify_ssl=False)
        if machine_identifier in {None, claimed.machine_identifier}:
            raise
        raise wrong_server_failure(endpoint="GET /identity") from err
    return _FoundServer(url=url, identity=identity, certificate_name=certificate_name)


async def _async_find_server(
    hass: HomeAssistant, urls: tuple[URL, ...], *, verify_ssl: bool
) -> _FoundServer:
    """Return the server at the first of the URLs where a Media Server answers.

    The first URL is the most likely one and gets more time than the others. Where https is
    among the URLs, a server that proves itself by its certificate is found there.

    Raises:
        PlexApiError: a host answered that it is busy or starting.
        ConnectionInvalidError: no Media Server answers at any of the URLs.

    """
    failures: dict[URL, PlexApiError] = {}
    for typed_url in urls:
        policy = _PROBE_POLICY if failures else _POLICY
        url, name = split_plex_direct(typed_url)
        may_prove = name is None and url.with_scheme("https") in urls
        try:
            identity = await async_get_server_identity(
                hass, url, verify_ssl=verify_ssl, certificate_name=name, policy=policy
            )
        except PlexApiError as err:
            if err.kind in _HOST_ANSWERED_KINDS:
                raise
            failures[url] = err
            # Valid for names under plex.direct, but not for the address that was typed.
            may_prove = may_prove and err.reason is PlexErrorReason.BAD_CERTIFICATE
            if may_prove and (proof := await async_prove(hass, url)) is not None:
                return _FoundServer(
                    url=proof.url, identity=proof.identity, certificate_name=proof.certificate_name
                )
        else:
            if may_prove and (proof := await async_prove(hass, url)) is not None:
                return _FoundServer(
                    url=proof.url, identity=proof.identity, certificate_name=proof.certificate_name
                )
            return _FoundServer(url=url, identity=identity, certificate_name=name)
    failure = _failure_to_show(failures)
    is_plain = urls[0].with_scheme("https") not in urls
    if is_plain and _may_require_https(failure) and await async_answers_https(hass, urls[0]):
        raise ConnectionInvalidError(key="secure_connection_required") from failure
    raise _connection_invalid(failure, is_token_sent=False) from failure


def _failure_to_show(failures: Mapping[URL, PlexApiError]) -> PlexApiError:
    """Return the failure of the first URL, or one with an exact reason at the same port.

    Failures at other ports are ignored: another service may use them, and a problem with
    its certificate does not help the user.
    """
    first = next(iter(failures))
    for url, failure in failures.items():
        if url.port == first.port and has_own_form_error(failure):
            return failure
    return failures[first]


def _may_require_https(failure: PlexApiError) -> bool:
    """Return whether required https may be the cause of a failure on http."""
    return not has_own_form_error(failure) and failure.reason not in _NOT_FOR_HTTPS


def _connection_invalid(
    failure: PlexApiError, *, is_token_sent: bool = True
) -> ConnectionInvalidError:
    """Log a failure and return the exception with its error key."""
    _LOGGER.debug("The connection test failed: %s", failure)
    return ConnectionInvalidError(key=form_error(failure, is_token_sent=is_token_sent))
