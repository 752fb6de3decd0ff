"""One HTTP exchange: what is sent, how it is read, and how much of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind
from .classify import ConnectionLostError, InvalidHostnameError
from .clock import Clock

MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes after decompression; Plex's largest honest answers stay far below."""

MAX_ERROR_BODY: Final = 16 * 1024
"""Bytes of an error body that are read; what it says stands at its beginning."""
_ERROR_BODY_TIME: Final = 2.0
"""Seconds that the body of an error is waited for."""
_WORD: Final = bytes(char for char in range(33, 127) if char not in b"<>\"'")
"""What tokens, addresses and references to characters are made of."""
_SUCCESS: Final = 2
_REDIRECT: Final = 3

# One deadline of ours covers the whole exchange; aiohttp's own would cut it in parts.
_NO_TIMEOUT: Final = aiohttp.ClientTimeout(
    total=None, connect=None, sock_connect=None, sock_read=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientIdentity:
    """How this client introduces itself to Plex, on every request.

    client_identifier: opaque and stable; Plex lists one device for each.
    """

    client_identifier: str
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
    """Return the header with the token, never a URL, which would end up in somebody's log.

    Raises:
        PlexApiError: AUTHENTICATION for a token that no header can carry.

    """
    if token and not (token.isascii() and token.isprintable()):
        raise PlexApiError(
            PlexErrorKind.AUTHENTICATION,
            "The token has characters that no Plex token has",
            endpoint="",
            attempts=0,
        )
    return {"X-Plex-Token": token} if token else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one call asks, the same at each attempt. max_body: bytes of its answer."""

    method: str
    path: str
    params: Mapping[str, str | int] | None
    # With the token in them, which is nothing for a traceback.
    headers: Mapping[str, str] = field(repr=False)
    max_body: int

    @property
    def endpoint(self) -> str:
        """Return what logs and errors may say of it."""
        return f"{self.method} {self.path}"

    def url(self, base_url: URL) -> URL:
        """Return where it goes on that host."""
        return _url(base_url, self.path, tuple(self.params.items()) if self.params else ())

    @property
    def is_idempotent(self) -> bool:
        """Return whether sending it twice does no more than sending it once."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer: status, headers, and the body up to its limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Return whether the server did what it was asked."""
        return self.status // 100 == _SUCCESS

    @property
    def is_redirect(self) -> bool:
        """Return whether the server points elsewhere."""
        return self.status // 100 == _REDIRECT


async def exchange(
    session: aiohttp.ClientSession, base_url: URL, request: Request, clock: Clock
) -> Answer:
    """Send a request once and return its whole answer, up to a chunk over the limit.

    Redirects are not followed: they would carry the token to a stranger. The caller
    sets the deadline, and finds a place for what aiohttp raises.
    """
    if session.closed:
        # aiohttp would raise a bare RuntimeError.
        msg = "Session is closed"
        raise aiohttp.ClientConnectionError(msg)
    try:
        async with session.request(
            request.method,
            request.url(base_url),
            headers=request.headers,
            allow_redirects=False,
            timeout=_NO_TIMEOUT,
            middlewares=(_without_silent_repeat,),
        ) as response:
            body = bytearray()
            if response.ok:
                await _read(response, request.max_body, body)
            else:
                # Status and headers are what counts; words that do not come are not waited
                # for, nor may their lack hide that the host asked for silence.
                is_whole = False
                with suppress(aiohttp.ClientError, OSError, EOFError):
                    async with clock.timeout(_ERROR_BODY_TIME):
                        await _read(response, MAX_ERROR_BODY, body)
                        is_whole = True
                if not is_whole:
                    body = drop_truncated_token(body)
    except aiohttp.ClientError, OSError:
        # A certificate that is refused is a ValueError, too.
        raise
    except ValueError as err:
        raise InvalidHostnameError from err
    return Answer(status=response.status, headers=response.headers, body=bytes(body))


async def _read(response: aiohttp.ClientResponse, limit: int, body: bytearray) -> None:
    """Read into a body until its end, or until it is longer than it may be."""
    while len(body) <= limit and (chunk := await response.content.readany()):
        body += chunk


def within_limit(body: bytes, limit: int) -> bytes:
    """Return the body; one that is longer was not read to its end.

    Raises:
        ValueError: the body is too long.

    """
    if len(body) > limit:
        msg = f"The answer is larger than {limit // 2**20} MiB"
        raise ValueError(msg)
    return body


def drop_truncated_token[B: (bytes, bytearray)](body: B) -> B:
    """Return a body that was cut up to its last whole word: half a token looks like none."""
    return body.rstrip(_WORD)


@lru_cache(maxsize=256)
def _url(base_url: URL, path: str, query: tuple[tuple[str, str | int], ...]) -> URL:
    """Return a URL; making one anew for each poll is a tenth of what a request costs."""
    return base_url.with_path(path).with_query(query)


async def _without_silent_repeat(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a request on its own when a connection is lost.

    It repeats PUT and DELETE too, on fresh connections as well, and counts nothing
    (aiohttp 3.14, `ClientSession._request`).
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except aiohttp.ClientOSError, aiohttp.ServerDisconnectedError:
        raise ConnectionLostError from None
