"""HTTP exchanges with one host: headers, deadline, body limits, typed failure, log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
import math
from typing import Final

import aiohttp
from yarl import URL

from .error_body import read_error_body
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .failures import ConnectionLostError, is_upgrade, network_failure, status_failure
from .rate_limit import HostGates, parse_retry_after
from .redact import Redactor
from .retry import RetryPolicy, retry
from .statistics import ApiStatistics, StatisticsRecorder

_LOGGER = logging.getLogger(__name__)

MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes after decompression; Plex's largest honest answers stay far below."""

_ERROR_BODY: Final = 16 * 1024
"""Bytes of an error body that are read; what it says stands at its beginning."""
_LOGGED_BODY: Final = 500
"""Characters of an error body that are logged."""
_CHUNK: Final = 64 * 1024
_SUCCESS: Final = 2
_REDIRECT: Final = 3
_IDLE_LIFE: Final = 20.0
"""Seconds an unused connection may live: a Media Server's `Keep-Alive: timeout=20`."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What one call asks, the same at each attempt."""

    method: str
    path: str
    params: Mapping[str, str | int] | None
    headers: Mapping[str, str]

    @property
    def endpoint(self) -> str:
        """Return what logs and errors may say of it."""
        return f"{self.method} {self.path}"

    @property
    def is_idempotent(self) -> bool:
        """Return whether sending it twice does no more than sending it once."""
        return self.method == "GET"


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One attempt of a call. number: from 1. sent: requests that left for it, 1 or 2."""

    number: int
    sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
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


class Transport:
    """Send requests to one base URL and return their decoded bodies, or PlexApiError."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: URL,
        *,
        token: str | None,
        identity: ClientIdentity,
        gates: HostGates,
        policy: RetryPolicy,
        label: str,
    ) -> None:
        """Use the caller's session, never closing it.

        `label` stands in log lines for the host, whose address stays unwritten.

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
        self._session = session
        self._base_url = base_url
        self._headers = {"Accept": "application/json"} | identity.headers
        # In a header and never in a URL, which would end up in somebody's log.
        self._token_header = {"X-Plex-Token": token} if token else {}
        self._clock = gates.clock
        self._policy = policy
        self._label = label
        self._redact = Redactor(token or "", base_url.host or "")
        self._recorder = StatisticsRecorder()
        self._last_answer = -math.inf
        self.gate = gates.gate(base_url)

    @property
    def statistics(self) -> ApiStatistics:
        """Return what was counted so far."""
        return self._recorder.snapshot(self.gate.paused_until)

    async def request[T](
        self,
        method: str,
        path: str,
        decode: Callable[[bytes], T],
        *,
        params: Mapping[str, str | int] | None = None,
        with_token: bool = True,
    ) -> T:
        """Return the decoded body of a successful answer.

        GET is repeated as the policy says, anything else is sent once. `decode` raises
        ValueError, in words fit to show, for a body that is not what it should be.

        Raises:
            PlexApiError: whatever went wrong, as its kind tells.

        """
        request = _Request(
            method=method,
            path=path,
            params=params,
            headers=self._headers | (self._token_header if with_token else {}),
        )

        async def attempt(number: int, deadline: float) -> T:
            """Send the request once, as soon as the host wants to hear from us."""
            async with self.gate.permit(request.endpoint, deadline):
                return await self._attempt(request, decode, _Attempt(number=number), deadline)

        def on_retry(failure: PlexApiError, pause: float) -> None:
            """Say what is waited for."""
            _LOGGER.debug(
                "%s: %s failed (%s), repeating in %.2f s",
                self._label,
                failure.endpoint,
                failure.kind,
                pause,
            )

        return await retry(
            attempt,
            policy=self._policy,
            clock=self._clock,
            idempotent=request.is_idempotent,
            on_retry=on_retry,
        )

    async def _attempt[T](
        self,
        request: _Request,
        decode: Callable[[bytes], T],
        attempt: _Attempt,
        deadline: float,
    ) -> T:
        """Return the decoded answer, or fail with nothing but PlexApiError."""
        allowed = min(self._policy.attempt_timeout, deadline - self._clock.monotonic())
        try:
            async with self._clock.timeout(allowed):
                answer = await self._exchange_fresh(request, attempt)
                return self._interpret(request, answer, decode)
        except TimeoutError:
            failure = PlexApiError(
                PlexErrorKind.NETWORK,
                "No complete answer in time",
                endpoint=request.endpoint,
                reason=PlexErrorReason.TIMEOUT,
            )
        except (aiohttp.ClientError, OSError, EOFError) as err:
            failure = network_failure(request.endpoint, err)
        except PlexApiError as err:
            failure = err
        failure.attempts = attempt.sent
        self._recorder.failed(failure.kind)
        _LOGGER.debug("%s: %s (attempt %d)", self._label, failure, attempt.number)
        # Raised out here: an aiohttp exception, whose text names the host, would hang
        # on it as context inside the handler.
        raise failure

    async def _exchange_fresh(self, request: _Request, attempt: _Attempt) -> _Answer:
        """Return the answer, sent again at once if it met a connection that had died.

        A Media Server closes connections unused for 20 s; the request that finds out
        was never read, and its repetition costs neither a pause nor an attempt.
        """
        age = self._clock.monotonic() - self._last_answer
        if request.is_idempotent and age <= _IDLE_LIFE:
            try:
                return await self._exchange(request, attempt)
            except ConnectionLostError:
                _LOGGER.debug("%s: the idle connection was closed", self._label)
                # Until the next answer there is no live connection to blame.
                self._last_answer = -math.inf
        return await self._exchange(request, attempt)

    async def _exchange(self, request: _Request, attempt: _Attempt) -> _Answer:
        """Send one request and read its whole answer."""
        if self._session.closed:
            # aiohttp would raise a bare RuntimeError.
            msg = "Session is closed"
            raise aiohttp.ClientConnectionError(msg)
        _LOGGER.debug("%s: %s (attempt %d)", self._label, request.endpoint, attempt.number)
        attempt.sent += 1
        self._recorder.sent(is_retry=attempt.number > 1)
        started = self._clock.monotonic()
        async with self._session.request(
            request.method,
            self._base_url.with_path(request.path),
            params=request.params,
            headers=request.headers,
            allow_redirects=False,
            timeout=_NO_TIMEOUT,
            middlewares=(_without_silent_repeat,),
        ) as response:
            limit = MAX_BODY if response.ok else _ERROR_BODY
            body = bytearray()
            while len(body) <= limit and (chunk := await response.content.read(_CHUNK)):
                body += chunk
        self._last_answer = self._clock.monotonic()
        seconds = self._last_answer - started
        self._recorder.answered(seconds, len(body))
        _LOGGER.debug(
            "%s: %s: %d, %d bytes in %.0f ms (attempt %d)",
            self._label,
            request.endpoint,
            response.status,
            len(body),
            seconds * 1000,
            attempt.number,
        )
        return _Answer(status=response.status, headers=response.headers, body=bytes(body))

    def _interpret[T](self, request: _Request, answer: _Answer, decode: Callable[[bytes], T]) -> T:
        """Return what the answer holds, or raise what it means."""
        problem = ""
        if answer.is_success:
            self.gate.succeeded()
            try:
                return decode(_within_limit(answer.body))
            except ValueError as err:
                problem = str(err)
        text = answer.body[:_ERROR_BODY].decode("utf-8", "replace")
        # Redacted before it is cut: half a token would stay unknown.
        _LOGGER.debug("%s: error body: %.*s", self._label, _LOGGED_BODY, self._redact(text))
        error = read_error_body(text, self._redact)
        if answer.is_success and not error.is_plex_response:
            raise PlexApiError(
                PlexErrorKind.PROTOCOL,
                problem,
                endpoint=request.endpoint,
                status=answer.status,
            )
        failure = status_failure(
            request.endpoint,
            answer.status,
            error,
            is_upgrade(self._base_url, answer.headers.get("Location", ""))
            if answer.is_redirect
            else None,
        )
        self._heed(failure, answer.headers.get("Retry-After"))
        raise failure

    def _heed(self, failure: PlexApiError, retry_after: str | None) -> None:
        """Close the host's gate if that is what the failure asks for."""
        seconds = parse_retry_after(retry_after, self._clock.time())
        is_rate_limit = failure.kind is PlexErrorKind.RATE_LIMIT
        is_server = failure.kind is PlexErrorKind.SERVER
        if is_rate_limit or (is_server and seconds is not None):
            failure.retry_after = self.gate.close(seconds)
        elif not is_server:
            self.gate.succeeded()


def _within_limit(body: bytes) -> bytes:
    """Return the body; one that is longer was not read to its end.

    Raises:
        ValueError: the body is too long.

    """
    if len(body) > MAX_BODY:
        msg = f"The answer is larger than {MAX_BODY // 2**20} MiB"
        raise ValueError(msg)
    return body


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
