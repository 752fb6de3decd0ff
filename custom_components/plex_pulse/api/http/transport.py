"""Send requests to one host: headers, deadlines, retries, rate limits, typed failures, log."""

from collections.abc import Callable, Mapping
import logging
import math
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind
from ..record import MutableRecord
from .certificate import with_proof
from .classify import (
    ConnectionLostError,
    network_failure,
    status_failure,
    timeout_failure,
)
from .limits import max_body_bytes
from .rate_limit_observer import record_rate_limit
from .rate_limiter import RateLimiterRegistry
from .redact import Redactor
from .request import (
    ClientIdentity,
    Request,
    Response,
    send_request,
    token_header,
)
from .response_reader import Classify, ResponseReader
from .retry import RetryPolicy, retry
from .server_clock import ServerClock
from .slow_endpoints import SlowEndpoints
from .statistics import ApiStatistics, StatisticsRecorder
from .tcp_probe import probe_tcp

_LOGGER = logging.getLogger(__name__)

_KEEP_ALIVE_SECONDS: Final = 20.0
"""After so long an unused connection is closed: a Media Server's `Keep-Alive: timeout=20`."""


class _Attempt(MutableRecord):
    """One attempt of a call."""

    number: int
    """Counted from 1."""
    connect_timeout: float | None
    """`RetryPolicy.connect_timeout`."""
    requests_sent: int = 0
    """1, or 2 if the first one met a connection that had been closed while idle."""


class Transport:
    """Send requests to one base URL and return their decoded bodies, or raise PlexApiError."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: URL,
        *,
        token: str | None,
        identity: ClientIdentity,
        rate_limiters: RateLimiterRegistry,
        policy: RetryPolicy,
        label: str,
        classify: Classify = status_failure,
        certificate_name: str | None = None,
    ) -> None:
        """Use the caller's session, which is never closed here.

        `label` replaces the host in log lines. `policy` applies to every request that
        does not bring its own. With `certificate_name` only the server with that certificate
        is sent anything, always over https.

        Raises:
            PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

        """
        self._session = session
        base_url, self._server_hostname = with_proof(base_url, certificate_name)
        self._base_url = base_url
        self._headers = identity.headers
        self._token_header = token_header(token)
        self._clock = rate_limiters.clock
        self._policy = policy
        self._label = label
        self._recorder = StatisticsRecorder()
        self._last_response_at = -math.inf
        self._server_clock = ServerClock(self._clock)
        self._slow_endpoints = SlowEndpoints(self._clock)
        self.rate_limiter = rate_limiters.limiter_for(base_url)
        self._reader = ResponseReader(
            base_url,
            rate_limiter=self.rate_limiter,
            label=label,
            classify=classify,
            redact=Redactor(token or "", base_url.raw_host or ""),
        )

    @property
    def statistics(self) -> ApiStatistics:
        """Return a snapshot of the counters."""
        return self._recorder.snapshot(self.rate_limiter.blocked_until)

    def use_policy(self, policy: RetryPolicy) -> None:
        """Apply a policy to every further request that does not bring its own."""
        self._policy = policy

    @property
    def server_clock(self) -> ServerClock:
        """Return the time of the server, by the Date of its responses."""
        return self._server_clock

    async def probe_tcp(self, seconds: float) -> None:
        """Check that the host accepts TCP connections; no request is sent.

        Raises:
            PlexApiError: NETWORK if it does not within that many seconds.

        """
        await probe_tcp(self._base_url, self._clock, seconds)

    async def request[T](
        self,
        method: str,
        path: str,
        decode: Callable[[bytes], T],
        *,
        params: Mapping[str, str | int] | None = None,
        with_token: bool = True,
        policy: RetryPolicy | None = None,
        accept: str = "application/json",
        body_limit: int | None = None,
    ) -> T:
        """Send a request and return the decoded body of the response.

        GET is retried as the policy allows, every other method is sent once. `decode`
        raises ValueError, with a message that may be shown, for an unusable body. `body_limit`
        in bytes replaces that of the endpoint.

        Raises:
            PlexApiError: no usable response, of any kind.

        """
        policy = policy or self._policy
        request = Request(
            method=method,
            path=path,
            params=params,
            headers={"Accept": accept} | self._headers | (self._token_header if with_token else {}),
            max_body_bytes=max_body_bytes(path) if body_limit is None else body_limit,
        )

        async def send(attempt_number: int, deadline: float) -> T:
            """Send the request once, as soon as the rate limiter allows it."""
            endpoint = request.endpoint
            await self.rate_limiter.acquire(
                endpoint,
                deadline,
                # A command acts on what is there now: the stream that it is to end may be over.
                waits_for_limit=lambda seconds: (
                    request.is_idempotent and policy.waits_for_limit(seconds)
                ),
            )
            try:
                remaining = deadline - self._clock.monotonic()
                return await self._attempt(
                    request,
                    decode,
                    _Attempt(number=attempt_number, connect_timeout=policy.connect_timeout),
                    self._slow_endpoints.attempt_timeout(
                        endpoint, policy.attempt_timeout, remaining
                    ),
                )
            finally:
                self.rate_limiter.release()

        def log_retry(failure: PlexApiError, delay: float) -> None:
            """Log why and when the request is sent again."""
            _LOGGER.debug(
                "%s: %s failed (%s), retrying in %.2f s",
                self._label,
                failure.endpoint,
                failure.kind,
                delay,
            )

        return await retry(
            send,
            policy=policy,
            clock=self._clock,
            is_idempotent=request.is_idempotent,
            on_retry=log_retry,
        )

    async def _attempt[T](
        self,
        request: Request,
        decode: Callable[[bytes], T],
        attempt: _Attempt,
        timeout_seconds: float,
    ) -> T:
        """Return the decoded response, or raise PlexApiError and nothing else."""
        try:
            async with self._clock.timeout(timeout_seconds):
                response = await self._exchange_with_stale_connection_retry(request, attempt)
                return self._reader.read(request, response, decode)
        except TimeoutError:
            self._slow_endpoints.timed_out(request.endpoint)
            failure = timeout_failure(request.endpoint)
        except (aiohttp.ClientError, OSError, EOFError) as err:
            failure = network_failure(
                request.endpoint, err, is_proof_required=self._server_hostname is not None
            )
        except PlexApiError as err:
            failure = err
        # A copy, raised outside of the handlers: an aiohttp exception, whose text contains the
        # host, must not become its context, nor the frames that hold the body its traceback.
        failure = failure.replace(attempts=attempt.requests_sent)
        self._recorder.record_failure(failure.kind)
        if failure.kind is PlexErrorKind.RATE_LIMIT:
            record_rate_limit()
        _LOGGER.debug("%s: %s (attempt %d)", self._label, failure, attempt.number)
        raise failure

    async def _exchange_with_stale_connection_retry(
        self, request: Request, attempt: _Attempt
    ) -> Response:
        """Return the response; send again at once if the connection was closed while idle.

        A Media Server closes connections that were unused for 20 s. It never reads a request
        sent on one of them, so sending it again needs neither a delay nor an attempt.
        """
        idle_seconds = self._clock.monotonic() - self._last_response_at
        if request.is_idempotent and idle_seconds <= _KEEP_ALIVE_SECONDS:
            try:
                return await self._exchange(request, attempt)
            except ConnectionLostError:
                if self.rate_limiter.seconds_until_allowed:
                    # Another request was rate limited in the meantime.
                    raise
                _LOGGER.debug("%s: the idle connection was closed", self._label)
                # No connection can be stale until the next response.
                self._last_response_at = -math.inf
        return await self._exchange(request, attempt)

    async def _exchange(self, request: Request, attempt: _Attempt) -> Response:
        """Send one request and return its response; count and log both."""
        endpoint = request.endpoint
        _LOGGER.debug("%s: %s (attempt %d)", self._label, endpoint, attempt.number)
        attempt.requests_sent += 1
        self._recorder.record_request(is_retry=attempt.number > 1)
        sent_at = self._clock.monotonic()
        response = await send_request(
            self._session,
            self._base_url,
            request,
            self._clock,
            server_hostname=self._server_hostname,
            connect_timeout=attempt.connect_timeout,
        )
        self._last_response_at = self._clock.monotonic()
        self._server_clock.record(response.headers)
        seconds = self._last_response_at - sent_at
        self._recorder.record_response(seconds, len(response.body))
        self._slow_endpoints.responded(endpoint, seconds, self._policy.attempt_timeout)
        _LOGGER.debug(
            "%s: %s: %d, %d bytes in %.0f ms (attempt %d)",
            self._label,
            endpoint,
            response.status,
            len(response.body),
            seconds * 1000,
            attempt.number,
        )
        return response
