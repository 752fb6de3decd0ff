"""Per-host rate limiting: Retry-After, backoff after a 429, and a limit on concurrent requests."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
import math
from typing import Final

from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .backoff import Backoff
from .clock import Clock

MAX_RETRY_AFTER_SECONDS: Final = 3600.0
"""Limit of a Retry-After: a request is sent after an hour even if the host names a longer time."""
MAX_BACKOFF_SECONDS: Final = 900.0
"""Limit of the backoff after a 429 without Retry-After."""
MAX_IN_FLIGHT: Final = 3
"""Concurrent requests per host; a Media Server that scans stalls with more (plex2netflix#28)."""
_INITIAL_BACKOFF_SECONDS: Final = 1.0
_MAX_IN_FLIGHT_HALF_OPEN: Final = 1


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header names, None if it names no usable time.

    Both forms are read: seconds, and an HTTP date relative to `now` in Unix seconds. Zero,
    negative, past and unreadable values are ignored (a Media Server's download queue sends
    -1); longer times are limited to MAX_RETRY_AFTER_SECONDS.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        if (date := parse_date(value)) is None:
            return None
        seconds = date - now
    if not math.isfinite(seconds) or seconds <= 0:
        return None
    return min(seconds, MAX_RETRY_AFTER_SECONDS)


def parse_date(value: str | None) -> float | None:
    """Return the Unix seconds of an HTTP date, None if it is none."""
    try:
        date = parsedate_to_datetime(value or "")
        if date.tzinfo is None:
            # The oldest form of HTTP dates names no time zone and means GMT.
            date = date.replace(tzinfo=UTC)
        return date.timestamp()
    except ValueError, OverflowError:
        return None


class HostRateLimiter:
    """Rate-limit state of one host, shared by all clients.

    Blocked after a 429, and after a 5xx with Retry-After: no request is sent. Then half-open:
    one request is sent, and the others follow after it succeeded.
    """

    min_interval: float
    """Minimum seconds between requests; 0 for Media Servers, 0.2 for plex.tv."""

    def __init__(self, clock: Clock) -> None:
        """Start unblocked."""
        self.min_interval = 0.0
        self._clock = clock
        self._backoff = Backoff(_INITIAL_BACKOFF_SECONDS, MAX_BACKOFF_SECONDS)
        self._limited_endpoint: str | None = None
        self._blocked_until = -math.inf
        self._blocked_until_time = 0.0
        self._is_half_open = False
        self._in_flight = 0
        self._next_send_at = -math.inf
        self._slot_freed: asyncio.Event | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def seconds_until_allowed(self) -> float:
        """Return the seconds until the host may be sent a request, 0 if it is not blocked."""
        return max(0.0, self._blocked_until - self._clock.monotonic())

    @property
    def blocked_until(self) -> float | None:
        """Return the Unix seconds until which the host is blocked, None if it is not."""
        return self._blocked_until_time if self.seconds_until_allowed else None

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever the host is blocked or allowed again; return the removal."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def block(self, retry_after: float | None, endpoint: str | None = None) -> float:
        """Block the host for `retry_after` seconds; return the seconds until it ends.

        Without a time the backoff doubles with each call, until the same endpoint succeeds.
        It does not double while the host is already blocked: such a response belongs to an earlier
        request.
        """
        if retry_after is None:
            self._limited_endpoint = endpoint
            retry_after = self.seconds_until_allowed or self._backoff.next()
        self._is_half_open = True
        until = self._clock.monotonic() + retry_after
        if until > self._blocked_until:
            self._blocked_until = until
            self._blocked_until_time = self._clock.time() + retry_after
        self._notify()
        return self.seconds_until_allowed

    def on_success(self, endpoint: str | None = None) -> None:
        """Allow all requests, unless the host has been blocked since.

        The backoff is reset by the endpoint that was rate limited without a Retry-After;
        other endpoints may work all the time.
        """
        is_unlimited = not self._is_half_open and self._limited_endpoint is None
        if is_unlimited or self.seconds_until_allowed:
            return
        if self._limited_endpoint in {None, endpoint}:
            self._backoff.reset()
            self._limited_endpoint = None
        if self._is_half_open:
            self._is_half_open = False
            self._notify()

    def on_failure_response(
        self, endpoint: str, kind: PlexErrorKind, headers: Mapping[str, str]
    ) -> float | None:
        """Update the limiter from a failed response: back off, or treat it like a success.

        A 429 blocks the host, and so does a 5xx with Retry-After. A 5xx without it changes
        nothing. Any other response shows that the host accepts requests.

        Return the seconds until the host may be sent another request, None if this response
        does not block it.
        """
        # A date counts against the host's own clock, ours may be hours off.
        now = parse_date(headers.get("Date")) or self._clock.time()
        seconds = parse_retry_after(headers.get("Retry-After"), now)
        is_server_error = kind is PlexErrorKind.SERVER
        if kind is PlexErrorKind.RATE_LIMIT or (is_server_error and seconds is not None):
            return self.block(seconds, endpoint)
        if not is_server_error:
            self.on_success(endpoint)
        return None

    async def acquire(
        self,
        endpoint: str,
        deadline: float,
        *,
        waits_for_limit: Callable[[float], bool] = lambda _: True,
    ) -> None:
        """Wait until a request may be sent, and take a slot; `release` must give it back.

        `waits_for_limit` returns whether a rate limit of that many more seconds is waited for.

        Raises:
            PlexApiError: RATE_LIMIT, BLOCKED at once if the host stays blocked until the
                deadline, or if the end of the rate limit is not waited for; NETWORK, BUSY at
                the deadline if no slot became free.

        """
        # The host is in one of four states, which is checked again after each wait, because
        # other requests change it:
        # 1. blocked: wait until it ends, or fail at once if that is after the deadline.
        # 2. too early after the last request: wait for the minimum interval.
        # 3. no slot is free: wait for one until the deadline.
        # 4. a slot is free: take it.
        while True:
            now = self._clock.monotonic()
            if now < self._blocked_until:
                seconds = self._blocked_until - now
                if self._blocked_until >= deadline or not waits_for_limit(seconds):
                    raise self._blocked_failure(endpoint, seconds)
                await self._clock.sleep(seconds)
            elif now < self._next_send_at:
                await self._clock.sleep(self._next_send_at - now)
            elif self._in_flight >= self._max_in_flight:
                await self._wait_for_slot(endpoint, deadline - now)
            else:
                self._in_flight += 1
                self._next_send_at = now + self.min_interval
                return

    def release(self) -> None:
        """Give a slot back, and let all waiting requests check the state again."""
        self._in_flight -= 1
        if self._slot_freed is not None:
            self._slot_freed.set()
            self._slot_freed = None

    @property
    def _max_in_flight(self) -> int:
        """Return how many requests may be in flight now."""
        return _MAX_IN_FLIGHT_HALF_OPEN if self._is_half_open else MAX_IN_FLIGHT

    async def _wait_for_slot(self, endpoint: str, seconds: float) -> None:
        """Wait for the next release.

        Raises:
            PlexApiError: NETWORK, BUSY after that many seconds.

        """
        if self._slot_freed is None:
            self._slot_freed = asyncio.Event()
        try:
            async with self._clock.timeout(seconds):
                await self._slot_freed.wait()
        except TimeoutError:
            raise PlexApiError(
                PlexErrorKind.NETWORK,
                "Earlier requests to the server left no time for this one",
                endpoint=endpoint,
                attempts=0,
                reason=PlexErrorReason.BUSY,
            ) from None

    def _blocked_failure(self, endpoint: str, seconds: float) -> PlexApiError:
        """Return the failure for a request that is not sent because the host is blocked."""
        return PlexApiError(
            PlexErrorKind.RATE_LIMIT,
            f"The server accepts no requests for {seconds:.0f} more seconds",
            endpoint=endpoint,
            retry_after=seconds,
            attempts=0,
            reason=PlexErrorReason.BLOCKED,
        )

    def _notify(self) -> None:
        """Call the listeners, of which one may remove itself."""
        for listener in tuple(self._listeners):
            listener()


class RateLimiterRegistry:
    """The rate limiters of all hosts; share one among all clients, and keep it over reloads."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start without any host; `clock` is used by the clients, too."""
        self.clock = clock or Clock()
        self._limiters: dict[tuple[str, str | None, int | None], HostRateLimiter] = {}

    def limiter_for(self, url: URL) -> HostRateLimiter:
        """Return the rate limiter of the URL's scheme, host and port."""
        return self._limiters.setdefault(
            (url.scheme, url.raw_host, url.port), HostRateLimiter(self.clock)
        )
