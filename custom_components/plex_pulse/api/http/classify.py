"""Classify exceptions and HTTP statuses as `PlexApiError`."""

from enum import Enum, auto
import ssl
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .error_body import ErrorBody

_STATUS_CLASS_REDIRECT: Final = 3
_HOST_NAME_MISMATCH: Final = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH: a valid certificate for another name."""


class ConnectionLostError(aiohttp.ClientError):
    """The server closed the connection before it responded; never leaves the client."""


class InvalidHostnameError(aiohttp.ClientError):
    """The host name is invalid, so it cannot be resolved; never leaves the client.

    Python's idna codec rejects a label longer than 63 characters, and aiohttp rejects a
    control character when it writes the Host header, which some resolvers accept.
    """


class SessionClosedError(aiohttp.ClientError):
    """The caller's session is closed; never leaves the client."""


class Redirect(Enum):
    """Where a response redirects to."""

    NONE = auto()
    """The response is no redirect."""
    HTTPS = auto()
    """From http to https on the same host: the server requires secure connections."""
    OTHER = auto()
    """Anywhere else, or to an address that cannot be parsed."""

    @classmethod
    def of(cls, base_url: URL, status: int, location: str | None) -> Redirect:
        """Return where a response with that status and Location header redirects to."""
        if not is_redirect(status):
            return cls.NONE
        try:
            target = URL(location or "")
        except ValueError:
            return cls.OTHER
        is_upgrade = (base_url.scheme, target.scheme) == ("http", "https")
        return cls.HTTPS if is_upgrade and target.raw_host == base_url.raw_host else cls.OTHER


def is_redirect(status: int) -> bool:
    """Return whether the status is one of redirection."""
    return status // 100 == _STATUS_CLASS_REDIRECT


def network_failure(
    endpoint: str, err: aiohttp.ClientError | OSError | EOFError, *, is_proof_required: bool = False
) -> PlexApiError:
    """Return the failure for an exception of aiohttp, without its text: that contains the host.

    With `is_proof_required` the certificate must be the one of a certain server, and a valid
    certificate for another name is CERTIFICATE_CHANGED.
    """
    kind = PlexErrorKind.NETWORK
    match err:
        case _ if is_proof_required and _is_for_another_name(err):
            reason = PlexErrorReason.CERTIFICATE_CHANGED
            message = "The server has the certificate of another server"
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            reason = PlexErrorReason.BAD_CERTIFICATE
            message = "The server's certificate cannot be trusted"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            reason = PlexErrorReason.TLS_FAILED
            message = "No secure connection could be agreed on"
        case aiohttp.ClientConnectorDNSError() | InvalidHostnameError():
            reason = PlexErrorReason.UNKNOWN_HOST
            message = "The server's name does not resolve"
        case aiohttp.ClientConnectorError():
            reason = PlexErrorReason.UNREACHABLE
            message = "The server cannot be reached"
        case SessionClosedError():
            reason = PlexErrorReason.UNREACHABLE
            message = "The client session is closed"
        case ConnectionLostError() | ConnectionResetError() | EOFError():
            reason = PlexErrorReason.CONNECTION_LOST
            message = "The server closed the connection"
        case aiohttp.ClientPayloadError():
            reason = PlexErrorReason.CONNECTION_LOST
            message = "The response ended too early"
        case aiohttp.ClientResponseError():
            kind = PlexErrorKind.PROTOCOL
            reason = PlexErrorReason.INVALID_RESPONSE
            message = "The response is not HTTP"
        case _:
            reason = PlexErrorReason.CONNECTION_LOST
            message = f"The connection failed ({type(err).__name__})"
    return PlexApiError(kind, message, endpoint=endpoint, reason=reason)


def _is_for_another_name(err: Exception) -> bool:
    """Return whether a certificate was refused only because of the name it is issued for."""
    if isinstance(err, aiohttp.ClientConnectorCertificateError):
        err = err.certificate_error
    return isinstance(err, ssl.SSLCertVerificationError) and err.verify_code == _HOST_NAME_MISMATCH


def timeout_failure(endpoint: str) -> PlexApiError:
    """Return the failure for a response that was not complete in time."""
    return PlexApiError(
        PlexErrorKind.NETWORK,
        "No complete answer in time",
        endpoint=endpoint,
        reason=PlexErrorReason.TIMEOUT,
    )


def status_failure(
    endpoint: str, status: int, error: ErrorBody, redirect: Redirect
) -> PlexApiError:
    """Return the failure for a response with that status and error body.

    A maintenance response counts as SERVER with any status below 300, too: some proxies
    turn it into a success.
    """
    kind = _kind_of(status)
    reason: PlexErrorReason | None = None
    message = error.message or f"HTTP status {status} without a message"
    if redirect is Redirect.HTTPS:
        reason = PlexErrorReason.SECURE_CONNECTION_REQUIRED
        message = "The server requires https instead of http"
    elif redirect is Redirect.OTHER:
        reason = PlexErrorReason.REDIRECT
        message = "The server answered with a redirect, which is not followed"
    elif kind is PlexErrorKind.SERVER and error.is_plex_response:
        reason = PlexErrorReason.STARTING
    elif not error.message:
        reason = PlexErrorReason.NO_DETAIL
    return PlexApiError(
        kind, message, endpoint=endpoint, status=status, code=error.code, reason=reason
    )


def wrong_server_failure(*, endpoint: str) -> PlexApiError:
    """Return the failure for a Media Server that is not the expected one."""
    return PlexApiError(
        PlexErrorKind.CLIENT,
        "Another Plex Media Server answers at this address",
        endpoint=endpoint,
        reason=PlexErrorReason.WRONG_SERVER,
    )


def _kind_of(status: int) -> PlexErrorKind:
    """Return the kind for the status of a failed response."""
    match status:
        case 401 | 403:
            return PlexErrorKind.AUTHENTICATION
        case 429:
            return PlexErrorKind.RATE_LIMIT
    match status // 100:
        case 3 | 4:
            return PlexErrorKind.CLIENT
        case _:
            return PlexErrorKind.SERVER
