"""Give every way an exchange can go wrong its place in the failure table."""

import ssl

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .error_body import ErrorBody


class ConnectionLostError(aiohttp.ClientError):
    """The server hung up before it answered; never leaves the transport."""


class InvalidHostnameError(aiohttp.ClientError):
    """The server's name is none that can be asked for; never leaves the transport.

    A label longer than 63 characters is refused by Python's idna codec, a control character
    by aiohttp when it writes the Host header: some resolvers read past it.
    """


def network_failure(endpoint: str, err: aiohttp.ClientError | OSError | EOFError) -> PlexApiError:
    """Return the failure for an exchange that broke, in words without the host."""
    kind = PlexErrorKind.NETWORK
    reason = None
    match err:
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            message = "The server's certificate cannot be trusted"
            reason = PlexErrorReason.BAD_CERTIFICATE
        case aiohttp.ClientSSLError() | ssl.SSLError():
            message = "No secure connection could be agreed on"
        case aiohttp.ClientConnectorDNSError() | InvalidHostnameError():
            message = "The server's name is not known"
            reason = PlexErrorReason.UNKNOWN_HOST
        case aiohttp.ClientConnectorError():
            message = "The server cannot be reached"
        case ConnectionLostError() | ConnectionResetError() | EOFError():
            message = "The server closed the connection"
        case aiohttp.ClientPayloadError():
            message = "The answer ended too early"
        case aiohttp.ClientResponseError():
            kind = PlexErrorKind.PROTOCOL
            message = "The answer is not HTTP"
        case _:
            message = f"The connection failed ({type(err).__name__})"
    return PlexApiError(kind, message, endpoint=endpoint, reason=reason)


def status_failure(
    endpoint: str, status: int, error: ErrorBody, redirect: bool | None
) -> PlexApiError:
    """Return the failure for an answer with that status and error body.

    `redirect` is None for an answer that is no redirect, True where it only leads from
    http to https on the same host. A maintenance page counts as one with a status of success, too.
    """
    kind = _kind_of(status)
    reason = None
    message = error.message or f"HTTP status {status} without a message"
    if redirect:
        reason = PlexErrorReason.SECURE_CONNECTION_REQUIRED
        message = "The server wants https instead of http"
    elif redirect is not None:
        message = "The server answered with a redirect, which is not followed"
    elif kind is PlexErrorKind.SERVER and error.is_plex_response:
        reason = PlexErrorReason.STARTING
    return PlexApiError(
        kind,
        message,
        endpoint=endpoint,
        status=status,
        code=error.code,
        reason=reason,
    )


def wrong_server_failure(*, endpoint: str) -> PlexApiError:
    """Return the failure for an answer of a Media Server that is not the expected one."""
    return PlexApiError(
        PlexErrorKind.CLIENT,
        "Another Plex Media Server answers at this address",
        endpoint=endpoint,
        reason=PlexErrorReason.WRONG_SERVER,
    )


def is_https_redirect(base_url: URL, location: str) -> bool:
    """Return whether a redirect only leads from http to https on the same host."""
    try:
        target = URL(location)
    except ValueError:
        return False
    return (
        base_url.scheme == "http"
        and target.scheme == "https"
        and target.raw_host == base_url.raw_host
    )


def _kind_of(status: int) -> PlexErrorKind:
    """Return the kind for the status of a failed answer."""
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
