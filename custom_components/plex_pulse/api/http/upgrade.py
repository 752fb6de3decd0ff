"""Open a websocket: one HTTP upgrade under the host's rate limit, without redirects."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import logging
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .classify import (
    InvalidHostnameError,
    Redirect,
    SessionClosedError,
    is_redirect,
    network_failure,
    status_failure,
    timeout_failure,
)
from .clock import Clock
from .error_body import ErrorBody
from .limits import MAX_FRAME_BYTES, MAX_HEADER_BYTES
from .rate_limiter import HostRateLimiter
from .redact import Redactor
from .response_log import describe_headers

_LOGGER = logging.getLogger(__name__)

_CONNECT_TIMEOUT_SECONDS: Final = 10.0
"""Limit of the upgrade, and before it of the wait for the rate limiter."""
_CLOSE_TIMEOUT: Final = aiohttp.ClientWSTimeout(ws_close=0.1)
"""In seconds; a dead peer never answers the close frame (aiohttp waits 10 s by default)."""
_MIN_ERROR_STATUS: Final = 300
"""Below it, a response that is no upgrade does not come from a Media Server."""


@asynccontextmanager
async def open_websocket(
    session: aiohttp.ClientSession,
    url: URL,
    *,
    headers: Mapping[str, str],
    rate_limiter: HostRateLimiter,
    clock: Clock,
    server_hostname: str | None = None,
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a websocket, as soon as the rate limiter allows it, and close it after the block.

    It uses the connections of the session, and pings must be answered by the caller. With
    `server_hostname` the certificate is verified for that name, not for the host of the URL.

    Raises:
        PlexApiError: no websocket was opened.

    """
    endpoint = f"GET {url.path}"
    if session.closed:
        # Without its connector the session below would create one with other TLS settings.
        raise network_failure(endpoint, SessionClosedError()).replace(attempts=0)
    # A session of its own on the same connections: only the middleware of a session keeps
    # aiohttp from following a redirect with the token.
    async with (
        aiohttp.ClientSession(
            connector=session.connector,
            connector_owner=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_reject_redirect,),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        ) as upgrade_session,
        await _upgrade(
            upgrade_session, url, endpoint, headers, rate_limiter, clock, server_hostname
        ) as websocket,
    ):
        yield websocket


async def _upgrade(
    session: aiohttp.ClientSession,
    url: URL,
    endpoint: str,
    headers: Mapping[str, str],
    rate_limiter: HostRateLimiter,
    clock: Clock,
    server_hostname: str | None,
) -> aiohttp.ClientWebSocketResponse:
    """Return the open websocket.

    Raises:
        PlexApiError: no websocket was opened.

    """
    await rate_limiter.acquire(endpoint, clock.monotonic() + _CONNECT_TIMEOUT_SECONDS)
    try:
        async with clock.timeout(_CONNECT_TIMEOUT_SECONDS):
            websocket = await session.ws_connect(
                url,
                headers=headers,
                autoping=False,
                timeout=_CLOSE_TIMEOUT,
                max_msg_size=MAX_FRAME_BYTES,
                server_hostname=server_hostname,
            )
    except TimeoutError:
        failure = timeout_failure(endpoint)
    except aiohttp.WSServerHandshakeError as err:
        _log_refusal(endpoint, url, headers, err)
        failure = _handshake_failure(endpoint, url, err.status, err.headers or {}, rate_limiter)
    except (aiohttp.ClientError, OSError, EOFError) as err:
        failure = network_failure(endpoint, err, is_proof_required=server_hostname is not None)
    except ValueError:
        failure = network_failure(endpoint, InvalidHostnameError())
    else:
        rate_limiter.on_success(endpoint)
        return websocket
    finally:
        rate_limiter.release()
    # Raised outside of the handlers: an aiohttp exception, whose text contains the host, would
    # become its context.
    raise failure


def _log_refusal(
    endpoint: str, url: URL, sent_headers: Mapping[str, str], err: aiohttp.WSServerHandshakeError
) -> None:
    """Log the status and the helpful headers of a response that is no upgrade."""
    redact = Redactor(sent_headers.get("X-Plex-Token", ""), url.raw_host or "")
    _LOGGER.debug(
        "%s: error %d headers: %s",
        endpoint,
        err.status,
        describe_headers(err.headers or {}, redact),
    )


def _handshake_failure(
    endpoint: str, url: URL, status: int, headers: Mapping[str, str], rate_limiter: HostRateLimiter
) -> PlexApiError:
    """Return the failure for a response that is no upgrade; report it to the rate limiter."""
    if status < _MIN_ERROR_STATUS:
        return PlexApiError(
            PlexErrorKind.PROTOCOL,
            "The response is not a websocket",
            endpoint=endpoint,
            status=status,
            reason=PlexErrorReason.INVALID_RESPONSE,
        )
    # aiohttp discards the body, and with it the server's message.
    redirect = Redirect.of(url, status, headers.get("Location"))
    failure = status_failure(endpoint, status, ErrorBody(), redirect)
    retry_after = rate_limiter.on_failure_response(endpoint, failure.kind, headers)
    return failure.replace(retry_after=retry_after)


async def _reject_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Raise WSServerHandshakeError for a redirect, before aiohttp follows it."""
    response = await handler(request)
    if is_redirect(response.status):
        response.close()
        raise aiohttp.WSServerHandshakeError(
            response.request_info,
            response.history,
            status=response.status,
            headers=response.headers,
            message="Redirect",
        )
    return response
