"""HTTP exchanges with one host: headers, deadline, body limits, typed failure, log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
import math
from typing import Final

import aiohttp
from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .classify import ConnectionLostError, is_https_redirect, network_failure, status_failure
from .error_body import ErrorBody, read_error_body
from .rate_limiter import RateLimiterRegistry
from .redact import Redactor
from .request import (
    MAX_BODY,
    MAX_ERROR_BODY,
    Answer,
    ClientIdentity,
    Request,
    drop_truncated_token,
    exchange,
    token_header,
    within_limit,
)
from .retry import RetryPolicy, retry
from .statistics import ApiStatistics, StatisticsRecorder

_LOGGER = logging.getLogger(__name__)

_LOGGED_BODY: Final = 500
"""Characters of an error body that are logged."""
_IDLE_LIFE: Final = 20.0
"""Seconds an unused connection may live: a Media Server's `Keep-Alive: timeout=20`."""


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One attempt of a call. number: from 1. sent: requests that left for it, 1 or 2."""

    number: int
    sent: int = 0


class Transport:
    """Send requests to one base URL and return their decoded bodies, or PlexApiError."""

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
        classify: Callable[[str, int, ErrorBody, bool | None], PlexApiError] = status_failure,
    ) -> None:
        """Use the caller's session, never closing it.

        `label` stands in log lines for the host, whose address stays unwritten.
        `classify` says what a failed answer means: endpoint, status, body, redirect.

        Raises:
            PlexApiError: AUTHENTICATION for a token that no header can carry.

        """
        self._session = session
        self._base_url = base_url
        self._headers = identity.headers
        self._token_header = token_header(token)
        self._clock = rate_limiters.clock
        self._policy = policy
        self._label = label
        self._classify = classify
        self._redact = Redactor(token or "", base_url.raw_host or "")
        self._recorder = StatisticsRecorder()
        self._last_answer = -math.inf
        self.rate_limiter = rate_limiters.limiter_for(base_url)

    @property
    def statistics(self) -> ApiStatistics:
        """Return what was counted so far."""
        return self._recorder.snapshot(self.rate_limiter.blocked_until)

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
        max_body: int = MAX_BODY,
    ) -> T:
        """Return the decoded body of a successful answer.

        GET is repeated as the policy says, anything else is sent once. `decode` raises
        ValueError, in words fit to show, for a body that is not what it should be.
        `policy` takes the place of the client's own for this call, `max_body` (bytes) of
        the limit for answers.

        Raises:
            PlexApiError: whatever went wrong, as its kind tells.

        """
        policy = policy or self._policy
        request = Request(
            method=method,
            path=path,
            params=params,
            headers={"Accept": accept} | self._headers | (self._token_header if with_token else {}),
            max_body=max_body,
        )

        async def attempt(number: int, deadline: float) -> T:
            """Send the request once, as soon as the host wants to hear from us."""
            await self.rate_limiter.acquire(request.endpoint, deadline)
            try:
                return await self._attempt(
                    request, decode, _Attempt(number=number), deadline, policy.attempt_timeout
                )
            finally:
                self.rate_limiter.release()

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
            policy=policy,
            clock=self._clock,
            idempotent=request.is_idempotent,
            on_retry=on_retry,
        )

    async def _attempt[T](
        self,
        request: Request,
        decode: Callable[[bytes], T],
        attempt: _Attempt,
        deadline: float,
        attempt_timeout: float,
    ) -> T:
        """Return the decoded answer, or fail with nothing but PlexApiError."""
        allowed = min(attempt_timeout, deadline - self._clock.monotonic())
        try:
            async with self._clock.timeout(allowed):
                return self._interpret(
                    request, await self._exchange_fresh(request, attempt), decode
                )
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
        self._recorder.failed(failure.kind)
        _LOGGER.debug("%s: %s (attempt %d)", self._label, failure, attempt.number)
        # A copy, and outside of the handlers: an aiohttp exception, whose text contains the
        # host, must not be its context, nor the frames that hold the body its traceback.
        raise failure.replace(attempts=attempt.sent)

    async def _exchange_fresh(self, request: Request, attempt: _Attempt) -> Answer:
        """Return the answer, sent again at once if it met a connection that had died.

        A Media Server closes connections unused for 20 s; the request that finds out
        was never read, and its repetition costs neither a pause nor an attempt.
        """
        age = self._clock.monotonic() - self._last_answer
        if request.is_idempotent and age <= _IDLE_LIFE:
            try:
                return await self._exchange(request, attempt)
            except ConnectionLostError:
                if self.rate_limiter.seconds_until_allowed:
                    # Another caller has heard meanwhile that nobody may ask.
                    raise
                _LOGGER.debug("%s: the idle connection was closed", self._label)
                # Until the next answer there is no live connection to blame.
                self._last_answer = -math.inf
        return await self._exchange(request, attempt)

    async def _exchange(self, request: Request, attempt: _Attempt) -> Answer:
        """Send one request, counted and logged."""
        _LOGGER.debug("%s: %s (attempt %d)", self._label, request.endpoint, attempt.number)
        attempt.sent += 1
        self._recorder.sent(is_retry=attempt.number > 1)
        started = self._clock.monotonic()
        answer = await exchange(self._session, self._base_url, request, self._clock)
        self._last_answer = self._clock.monotonic()
        seconds = self._last_answer - started
        self._recorder.answered(seconds, len(answer.body))
        _LOGGER.debug(
            "%s: %s: %d, %d bytes in %.0f ms (attempt %d)",
            self._label,
            request.endpoint,
            answer.status,
            len(answer.body),
            seconds * 1000,
            attempt.number,
        )
        return answer

    def _interpret[T](self, request: Request, answer: Answer, decode: Callable[[bytes], T]) -> T:
        """Return what the answer holds, or raise what it means."""
        problem = ""
        if answer.is_success:
            try:
                value = decode(within_limit(answer.body, request.max_body))
            except ValueError as err:
                problem = str(err)
            else:
                self.rate_limiter.on_success()
                return value
        body = answer.body
        if len(body) > MAX_ERROR_BODY:
            body = drop_truncated_token(body[:MAX_ERROR_BODY])
        text = body.decode("utf-8", "replace")
        # A success that cannot be read may be full of names all the same; a page is not.
        if not answer.is_success or text.lstrip().startswith("<"):
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
        failure = self._classify(
            request.endpoint,
            answer.status,
            error,
            is_https_redirect(self._base_url, answer.headers.get("Location", ""))
            if answer.is_redirect
            else None,
        )
        retry_after = self.rate_limiter.on_failure_response(failure.kind, answer.headers)
        raise failure.replace(retry_after=retry_after)
