"""The gate per host: until when it asked for silence, and how many may ask at once."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
import math
from typing import Final

from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .clock import Clock

MAX_RETRY_AFTER: Final = 3600.0
"""Seconds; a host that asks for longer is asked again after an hour."""
MAX_BACKOFF: Final = 900.0
"""Seconds of silence at most for a 429 that names no time."""
MAX_IN_FLIGHT: Final = 3
"""A Media Server that scans slows to a crawl under more (plex2netflix#28)."""

_INITIAL_BACKOFF: Final = 1.0


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds a Retry-After header asks for, None where it makes no sense.

    Both forms are read, seconds and HTTP-date, the latter against `now` in Unix
    seconds. Zero, negative, past and unreadable values are no wish at all (a Media
    Server's download queue sends -1); absurd ones are cut to MAX_RETRY_AFTER.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        if (moment := parse_date(value)) is None:
            return None
        seconds = moment - now
    if math.isnan(seconds) or math.isinf(seconds) or seconds <= 0:
        return None
    return min(seconds, MAX_RETRY_AFTER)


def parse_date(value: str | None) -> float | None:
    """Return the Unix seconds of an HTTP-date, None where there is none."""
    try:
        moment = parsedate_to_datetime(value or "")
        if moment.tzinfo is None:
            # HTTP's oldest form of date names no zone and means GMT.
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    except ValueError, OverflowError:
        return None


class HostRateLimiter:
    """What one host asked of us, kept for every caller alike.

    While the host wants silence nobody passes. Afterwards one request goes first, and
    the others follow once a request on_success.
    """

    def __init__(self, clock: Clock) -> None:
        """Start open."""
        self._clock = clock
        self._blocked_until = -math.inf
        self._blocked_until_time = 0.0
        self._backoff = 0.0
        self._is_half_open = False
        self._in_flight = 0
        self._next_send_at = -math.inf
        self.min_interval = 0.0
        """Seconds kept between requests; 0 but for hosts that do not like a crowd."""
        self._slot_freed = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    @property
    def seconds_until_allowed(self) -> float:
        """Seconds until the next request may release, 0 when one may release now."""
        return max(0.0, self._blocked_until - self._clock.monotonic())

    @property
    def blocked_until(self) -> float | None:
        """Unix seconds until when the host asked for silence, None when it did not."""
        return self._blocked_until_time if self.seconds_until_allowed else None

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever the gate closes or opens wide; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def block(self, retry_after: float | None) -> float:
        """Keep everybody away; returns for how many seconds.

        Without a time named, the silence doubles with each refusal until a success.
        Answers to requests that were already under way do not double it again.
        """
        if retry_after is None and not (retry_after := self.seconds_until_allowed):
            self._backoff = min(max(_INITIAL_BACKOFF, self._backoff * 2), MAX_BACKOFF)
            retry_after = self._backoff
        self._is_half_open = True
        until = self._clock.monotonic() + retry_after
        if until > self._blocked_until:
            self._blocked_until = until
            self._blocked_until_time = self._clock.time() + retry_after
        self._notify()
        return self.seconds_until_allowed

    def on_success(self) -> None:
        """Let everybody through again, unless the host asked for silence meanwhile."""
        if self._is_half_open and not self.seconds_until_allowed:
            self._is_half_open = False
            self._backoff = 0.0
            self._notify()

    def on_failure_response(self, kind: PlexErrorKind, headers: Mapping[str, str]) -> float | None:
        """Update the limiter from a failed response.

        Block the host after a 429, and after a 5xx with Retry-After; reset the backoff after
        any other status below 500. Return the seconds until the host may be sent another
        request, None if it is not blocked by this response.
        """
        # A date counts against the host's own clock: ours may be hours off.
        now = parse_date(headers.get("Date")) or self._clock.time()
        seconds = parse_retry_after(headers.get("Retry-After"), now)
        is_server_error = kind is PlexErrorKind.SERVER
        if kind is PlexErrorKind.RATE_LIMIT or (is_server_error and seconds is not None):
            return self.block(seconds)
        if not is_server_error:
            self.on_success()
        return None

    async def acquire(self, endpoint: str, deadline: float) -> None:
        """Take one of the host's places, for which `leave` must be called in the end.

        Waits for the silence to end and a place to come free, whichever is later.

        Raises:
            PlexApiError: RATE_LIMIT at once when the silence outlasts the deadline,
                NETWORK when no place came free before it.

        """
        while True:
            now = self._clock.monotonic()
            if (silence := self._blocked_until - now) > 0:
                if now + silence >= deadline:
                    raise PlexApiError(
                        PlexErrorKind.RATE_LIMIT,
                        f"The server accepts no requests for {silence:.0f} more seconds",
                        endpoint=endpoint,
                        retry_after=silence,
                        attempts=0,
                        reason=PlexErrorReason.BLOCKED,
                    )
                await self._clock.sleep(silence)
            elif now < self._next_send_at:
                await self._clock.sleep(self._next_send_at - now)
            elif self._in_flight < (1 if self._is_half_open else MAX_IN_FLIGHT):
                self._in_flight += 1
                self._next_send_at = now + self.min_interval
                return
            else:
                try:
                    async with self._clock.timeout(deadline - now):
                        await self._slot_freed.wait()
                except TimeoutError:
                    raise PlexApiError(
                        PlexErrorKind.NETWORK,
                        "Earlier requests to the server left no time for this one",
                        endpoint=endpoint,
                        attempts=0,
                        reason=PlexErrorReason.BUSY,
                    ) from None

    def release(self) -> None:
        """Give the place back, and let whoever waits for one look again."""
        self._in_flight -= 1
        self._slot_freed.set()
        self._slot_freed = asyncio.Event()

    def _notify(self) -> None:
        """Tell the listeners; one may remove itself while being told."""
        for listener in tuple(self._listeners):
            listener()


class RateLimiterRegistry:
    """The gates of all hosts; share one among all clients, and keep it over reloads."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start without any host known."""
        self.clock = clock or Clock()
        self._limiters: dict[tuple[str, str | None, int | None], HostRateLimiter] = {}

    def limiter_for(self, url: URL) -> HostRateLimiter:
        """Return the one gate of the URL's scheme, host and port."""
        return self._limiters.setdefault(
            (url.scheme, url.raw_host, url.port), HostRateLimiter(self.clock)
        )
