"""Send one HTTP request and read its response: headers, redirects, body limits."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from ..record import Record
from .classify import ConnectionLostError, InvalidHostnameError, SessionClosedError
from .clock import Clock
from .limits import MAX_ERROR_BODY_BYTES

_ERROR_BODY_TIMEOUT_SECONDS: Final = 2.0
_TOKEN_CHARACTERS: Final = bytes(char for char in range(33, 127) if char not in b"<>\"'")
"""Characters of tokens, addresses and character references."""
_STATUS_CLASS_SUCCESS: Final = 2

# Our deadline covers the whole exchange; those of aiohttp cover parts of it.
_NO_TIMEOUT: Final = aiohttp.ClientTimeout(
    total=None, connect=None, sock_connect=None, sock_read=None
)


class ClientIdentity(Record):
    """Identify this client to Plex in the headers of every request."""

    client_identifier: str
    """Opaque and stable; Plex lists one device for each."""
    product: str
    version: str
    platform: str

    @property
    def headers(self) -> dict[str, str]:
        """Return the X-Plex headers."""
        return {
            "X-Plex-Client-Identifier": self.client_identifier,
            "X-Plex-Product": self.product,
            "X-Plex-Version": self.version,
            "X-Plex-Platform": self.platform,
        }


def token_header(token: str | None) -> dict[str, str]:
    """Return the header with the token, which never goes into a URL: proxies log those.

    Raises:
        PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

    """
    if token and not (token.isascii() and token.isprintable()):
        raise PlexApiError(
            PlexErrorKind.AUTHENTICATION,
            "The token has characters that no Plex token has",
            endpoint="",
            attempts=0,
            reason=PlexErrorReason.UNUSABLE_TOKEN,
        )
    return {"X-Plex-Token": token} if token else {}


class Request(Record):
    """The request of one call, the same for each attempt."""

    method: str
    path: str
    params: Mapping[str, str | int] | None
    headers: Mapping[str, str] = field(repr=False)
    """Includes the token, and therefore stays out of the repr."""
    max_body_bytes: int
    """Limit of the response body after decompression."""

    @property
    def endpoint(self) -> str:
        """Return method and path, the part that logs and errors may contain."""
        return f"{self.method} {self.path}"

    def url(self, base_url: URL) -> URL:
        """Return the URL of the request on that host."""
        return _url(base_url, self.path, tuple(self.params.items()) if self.params else ())

    @property
    def is_idempotent(self) -> bool:
        """Return whether sending it twice has the same effect as sending it once."""
        return self.method == "GET"


class Response(Record):
    """A response that was read to its end or to the limit of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Decompressed; at most a chunk longer than the limit."""

    @property
    def is_success(self) -> bool:
        """Return whether the status is one of success."""
        return self.status // 100 == _STATUS_CLASS_SUCCESS


async def send_request(
    session: aiohttp.ClientSession,
    base_url: URL,
    request: Request,
    clock: Clock,
    *,
    server_hostname: str | None = None,
    connect_timeout: float | None = None,
) -> Response:
    """Send a request once and return its response.

    Redirects are not followed: they would carry the token to another host. With
    `server_hostname` the certificate is verified for that name, not for the host of the URL.
    The caller sets the deadline, that of connecting excepted, and classifies the exceptions.

    Raises:
        aiohttp.ClientError, OSError, EOFError: no complete response.

    """
    if session.closed:
        # aiohttp would raise a bare RuntimeError.
        raise SessionClosedError
    try:
        async with session.request(
            request.method,
            request.url(base_url),
            headers=request.headers,
            allow_redirects=False,
            timeout=(
                _NO_TIMEOUT
                if connect_timeout is None
                else aiohttp.ClientTimeout(total=None, connect=connect_timeout)
            ),
            middlewares=(_disable_aiohttp_retry,),
            server_hostname=server_hostname,
        ) as response:
            if response.ok:
                chunks: list[bytes] = []
                await _read_body(response, request.max_body_bytes, chunks)
                body = b"".join(chunks)
            else:
                body = await _read_error_body(response, clock)
    except aiohttp.ClientError, OSError:
        # Before ValueError: ssl.SSLCertVerificationError is both.
        raise
    except ValueError as err:
        raise InvalidHostnameError from err
    return Response(status=response.status, headers=response.headers, body=body)


async def _read_body(response: aiohttp.ClientResponse, max_bytes: int, chunks: list[bytes]) -> None:
    """Append the chunks of the response until it ends or they exceed the limit.

    They are joined once: a body often is a single chunk, which then is not copied.
    """
    size = 0
    while size <= max_bytes and (chunk := await response.content.readany()):
        chunks.append(chunk)
        size += len(chunk)


async def _read_error_body(response: aiohttp.ClientResponse, clock: Clock) -> bytes:
    """Return the part of an error body that arrives within two seconds.

    Status and headers matter more: a body that never ends must neither delay the
    failure nor hide a Retry-After.
    """
    chunks: list[bytes] = []
    with suppress(aiohttp.ClientError, OSError, EOFError):
        async with clock.timeout(_ERROR_BODY_TIMEOUT_SECONDS):
            await _read_body(response, MAX_ERROR_BODY_BYTES, chunks)
            return b"".join(chunks)
    return drop_truncated_token(b"".join(chunks))


def drop_truncated_token(body: bytes) -> bytes:
    """Return a truncated body without its last word: redaction does not recognize half a token."""
    return body.rstrip(_TOKEN_CHARACTERS)


@lru_cache(maxsize=256)
def _url(base_url: URL, path: str, query: tuple[tuple[str, str | int], ...]) -> URL:
    """Return a URL; building one per poll would be a tenth of the CPU time of a request."""
    return with_base_path(base_url, path).with_query(query)


def with_base_path(base_url: URL, path: str) -> URL:
    """Return the URL of a path of Plex below a base URL, which may have a path of a proxy."""
    return base_url.with_path(base_url.path.rstrip("/") + path)


async def _disable_aiohttp_retry(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a request again when a connection is lost.

    It does so for PUT and DELETE and on new connections, too, and counts nothing
    (aiohttp 3.14, `ClientSession._request`).
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except aiohttp.ClientOSError, aiohttp.ServerDisconnectedError:
        raise ConnectionLostError from None
