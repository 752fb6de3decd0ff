"""Find the Media Server at the addresses that a form's input may stand for."""

from collections.abc import Mapping
import logging
from typing import Final

from homeassistant.core import HomeAssistant
from yarl import URL

from ..api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    Record,
    RetryPolicy,
    ServerIdentity,
    split_plex_direct,
    wrong_server_failure,
)
from ..errors import form_error, has_own_form_error
from ..shared_state import async_get_shared
from .certificate import async_get_server_identity, async_prove

_LOGGER = logging.getLogger(__name__)

# The user waits in front of the form.
_MAX_RETRIES: Final = 1
_MAX_RATE_LIMIT_WAIT_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 10.0
_PROBE_SECONDS: Final = 3.0
_PROBE_POLICY: Final = RetryPolicy(
    max_retries=0, attempt_timeout=_PROBE_SECONDS, total_timeout=_PROBE_SECONDS
)
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


class FoundServer(Record):
    """A server that answers at one of the addresses."""

    url: URL
    identity: ServerIdentity
    certificate_name: str | None


def form_policy(seconds: float, *, is_likely: bool = True) -> RetryPolicy:
    """Return the policy of requests that a form waits for, for that many seconds.

    An address that is not the likely one is not retried, and given up soon if nothing accepts
    the connection.
    """
    return RetryPolicy(
        max_retries=_MAX_RETRIES if is_likely else 0,
        attempt_timeout=seconds,
        total_timeout=seconds,
        connect_timeout=_CONNECT_SECONDS if is_likely else _PROBE_SECONDS,
        max_rate_limit_wait=_MAX_RATE_LIMIT_WAIT_SECONDS,
    )


async def async_find_proven_server(
    hass: HomeAssistant,
    url: URL,
    certificate_name: str,
    machine_identifier: str | None,
    policy: RetryPolicy,
) -> FoundServer:
    """Return the server with a certificate name.

    Raises:
        PlexApiError: it does not answer; WRONG_SERVER if a server with another machine
            identifier does, CERTIFICATE_CHANGED if it has another certificate.

    """
    try:
        identity = await async_get_server_identity(
            hass,
            url,
            verify_ssl=True,
            certificate_name=certificate_name,
            policy=policy,
        )
    except PlexApiError as err:
        if err.reason is not PlexErrorReason.CERTIFICATE_CHANGED:
            raise
        claimed = await async_get_server_identity(hass, url, verify_ssl=False)
        if machine_identifier in {None, claimed.machine_identifier}:
            raise
        raise wrong_server_failure(endpoint="GET /identity") from err
    return FoundServer(url=url, identity=identity, certificate_name=certificate_name)


async def async_find_server(
    hass: HomeAssistant, urls: tuple[URL, ...], policy: RetryPolicy, *, verify_ssl: bool
) -> FoundServer:
    """Return the server at the first of the URLs where a Media Server answers.

    All URLs share the time of the policy; each gets at least three seconds, and the first, the
    most likely one, more time to accept the connection. Where https is among the URLs, a server
    that proves itself by its certificate is found there.

    Raises:
        PlexApiError: a host answered that it is busy or starting.
        ConnectionInvalidError: no Media Server answers at any of the URLs.

    """
    failures: dict[URL, PlexApiError] = {}
    clock = async_get_shared(hass).rate_limiters.clock
    deadline = clock.monotonic() + policy.total_timeout
    for typed_url in urls:
        remaining = form_policy(
            max(_PROBE_SECONDS, deadline - clock.monotonic()), is_likely=not failures
        )
        url, name = split_plex_direct(typed_url)
        may_prove = name is None and url.with_scheme("https") in urls
        identity = None
        try:
            identity = await async_get_server_identity(
                hass,
                url,
                verify_ssl=verify_ssl,
                certificate_name=name,
                policy=remaining,
            )
        except PlexApiError as err:
            if err.kind in _HOST_ANSWERED_KINDS:
                raise
            failures[url] = err
            # Valid for names under plex.direct, but not for the address that was typed.
            may_prove = may_prove and err.reason is PlexErrorReason.BAD_CERTIFICATE
        if may_prove and (proof := await async_prove(hass, url, policy=remaining)) is not None:
            return FoundServer(
                url=proof.url, identity=proof.identity, certificate_name=proof.certificate_name
            )
        if identity is not None:
            return FoundServer(url=url, identity=identity, certificate_name=name)
    failure = _failure_to_show(failures)
    is_plain = urls[0].with_scheme("https") not in urls
    if is_plain and _may_require_https(failure) and await async_answers_https(hass, urls[0]):
        raise ConnectionInvalidError(key="secure_connection_required") from failure
    raise connection_invalid(failure, is_token_sent=False) from failure


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


def connection_invalid(
    failure: PlexApiError, *, is_token_sent: bool = True
) -> ConnectionInvalidError:
    """Log a failure and return the exception with its error key."""
    _LOGGER.debug("The connection test failed: %s", failure)
    return ConnectionInvalidError(key=form_error(failure, is_token_sent=is_token_sent))
