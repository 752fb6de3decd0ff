"""Whether the server answers: a check of its own, independent of any one endpoint.

| situation | what shows that the server is alive | cost |
|---|---|---|
| push is connected | the open websocket; its heartbeat ends it within 9 s | nothing |
| during a Retry-After | a TCP connection that is opened and closed | no request |
| a poll succeeded in the last 12 s | its response | nothing |
| otherwise | GET /identity, every 12 s (62 s with a shared user's token) | 1 request, no token |

A failure of GET /identity that may be one of the endpoint alone is no outage while polls
succeed: `api_status` shows it. In an outage it is sent at most once in 5 s.

A reverse proxy in front of the server accepts TCP connections while the server is down, so
an outage during a Retry-After stays unnoticed behind one.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
import math
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..const import SESSIONS_INTERVAL
from .health import SESSIONS, HealthCoordinator
from .identity import IdentityVerifier, fails_alone
from .liveness_requests import LivenessRequests

_MARGIN_SECONDS: Final = 2.0
"""A check is due this long after a poll should have shown that the server is alive."""
_FIRST_CHECK_GAP_SECONDS: Final = 2.0
"""How long polls use the result of a check when an outage begins."""
_CHECK_GAP_SECONDS: Final = 5.0
"""The same afterwards."""
_FAILING_INTERVAL_SECONDS: Final = 6.0
"""Time between two checks of a server that answers with failures: it may work again soon."""
_FIRST_SECONDS: Final = 5.0
"""How long an outage counts as one that begins."""
_MAX_UNCONFIRMED_SECONDS: Final = 30.0
"""Time without a response after which a server whose requests all hang is an outage."""


class LivenessMonitor:
    """Checks regularly whether the server answers, and reports the result to health."""

    def __init__(
        self,
        client: PlexServerClient,
        health: HealthCoordinator,
        identity: IdentityVerifier,
        clock: Clock,
    ) -> None:
        """Start as alive: set-up has just read the server."""
        self._requests = LivenessRequests(client, identity, clock)
        self._health = health
        self._identity = identity
        self._clock = clock
        self._is_push_connected = False
        self._interval = SESSIONS_INTERVAL.total_seconds() + _MARGIN_SECONDS
        self._alive_at = clock.monotonic()
        self._check_lock = asyncio.Lock()
        self._checked_at = -math.inf
        self._outage_at = -math.inf
        self._wake = asyncio.Event()
        self._is_quick = False

    @callback
    def async_set_poll_interval(self, interval: timedelta) -> None:
        """Adapt the checks to the interval of the poll that shows whether the server is alive."""
        self._interval = interval.total_seconds() + _MARGIN_SECONDS

    async def async_run(self) -> None:
        """Check until cancelled."""
        while True:
            self._wake.clear()
            await self._async_wait()
            await self.async_check(min_gap=self._check_gap if self._is_failing_server else 0.0)

    @callback
    def async_answered(self, poll: str) -> None:
        """Record that a poll succeeded, by its name."""
        self._identity.async_answered(poll)
        self.async_confirmed()

    @callback
    def async_confirmed(self) -> None:
        """Record that the server is alive."""
        self._alive_at = self._clock.monotonic()
        self._health.async_set_connected(None)

    @callback
    def async_poll_failed(self, poll: str, failure: PlexApiError) -> None:
        """Check at once unless it was a timeout: the poll with that name failed."""
        if failure.reason is not PlexErrorReason.TIMEOUT:
            self._identity.async_not_answered(poll)
        self.async_suspect(failure)

    @callback
    def async_suspect(self, failure: PlexApiError | None = None) -> None:
        """Check at once: a poll failed, or the websocket ended.

        A timeout alone is no reason: the endpoint may be slow, and the next regular check
        shows whether the whole server is.
        """
        if failure is None or failure.reason is not PlexErrorReason.TIMEOUT:
            self._alive_at = -math.inf
            self._wake.set()

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Trust the websocket while it is connected, and check at once when it ends."""
        self._is_push_connected = is_connected
        if is_connected:
            self._identity.async_not_failing()
            self.async_confirmed()
        else:
            self._identity.async_invalidate()
            self.async_suspect()

    @callback
    def async_expect_outage(self) -> None:
        """Make the next check a quick one: a ping of the websocket was not answered."""
        self._is_quick = True

    async def async_ensure_connected(self) -> None:
        """Check a server that counts as away, unless that was done a moment ago.

        Raises:
            PlexApiError: it is still away.

        """
        if self._health.outage is not None:
            await self.async_check(min_gap=self._check_gap)
            if (outage := self._health.outage) is not None:
                raise outage.replace(attempts=0)

    async def async_ensure_verified(self) -> None:
        """Verify the identity, sharing the requests of the checks, before push connects.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        if not self._identity.is_verified:
            async with self._check_lock:
                # A check that runs has the same request under way.
                pass
            await self.async_ensure_connected()
        await self._identity.async_ensure()

    async def async_verify_connected(self) -> None:
        """Check a server that counts as away, for a user who does not want to wait.

        Raises:
            PlexApiError: it is still away.

        """
        if self._health.outage is not None:
            await self.async_check()
            if (outage := self._health.outage) is not None:
                raise outage

    async def async_check(self, *, min_gap: float = 0.0) -> None:
        """Find out whether the server is alive, unless that is known already.

        `min_gap` is the time in seconds since the last check within which it is not repeated.
        """
        async with self._check_lock:
            if self._is_alive or self._clock.monotonic() - self._checked_at < min_gap:
                return
            is_quick, self._is_quick = self._is_quick, False
            started_at = self._clock.monotonic()
            try:
                await self._requests.async_send(
                    is_quick=is_quick, is_failing_server=self._is_failing_server
                )
            except PlexApiError as err:
                self._record(err, started_at)
            else:
                self.async_confirmed()
            self._checked_at = self._clock.monotonic()

    def _record(self, failure: PlexApiError, started_at: float) -> None:
        """Report a failed check, unless it says nothing about the server.

        A poll that has succeeded since it began says more.
        """
        if self._is_push_connected:
            # The websocket was opened, or has proved alive, during the check.
            return
        if failure.kind is PlexErrorKind.RATE_LIMIT and failure.attempts:
            self.async_confirmed()
        elif failure.reason is PlexErrorReason.BLOCKED:
            # Another request was rate limited meanwhile; the next check probes by TCP.
            self._wake.set()
        elif fails_alone(failure) and self._is_answering_since(started_at):
            self._identity.async_failed(failure)
        elif failure.reason is not PlexErrorReason.BUSY or self._is_unconfirmed:
            if self._health.outage is None:
                self._outage_at = self._clock.monotonic()
            self._health.async_set_connected(failure)

    def _is_answering_since(self, started_at: float) -> bool:
        """Return whether a poll succeeded since a time, or that of the sessions lately.

        Others succeed too rarely to say something about now.
        """
        elapsed = self._clock.monotonic() - started_at
        return self._identity.has_answered_within(elapsed) or self._identity.has_answered_within(
            self._interval, poll=SESSIONS
        )

    @property
    def _check_gap(self) -> float:
        """Return the minimum time between two checks for polls during an outage."""
        has_begun = self._clock.monotonic() - self._outage_at >= _FIRST_SECONDS
        return _CHECK_GAP_SECONDS if has_begun else _FIRST_CHECK_GAP_SECONDS

    @property
    def _is_failing_server(self) -> bool:
        """Return whether the outage is that of a server that answers with failures."""
        outage = self._health.outage
        return (
            outage is not None
            and outage.status is not None
            and outage.reason is not PlexErrorReason.WRONG_SERVER
        )

    @property
    def _is_alive(self) -> bool:
        """Return whether the server is known to be alive without a check."""
        is_recent = self._clock.monotonic() - self._alive_at < self._interval
        return self._is_push_connected or (is_recent and self._health.outage is None)

    @property
    def _is_unconfirmed(self) -> bool:
        """Return whether no response came for so long that hanging requests are an outage."""
        return self._clock.monotonic() - self._alive_at >= _MAX_UNCONFIRMED_SECONDS

    async def _async_wait(self) -> None:
        """Wait until the server was not known to be alive for the time of an interval."""
        last = max(self._alive_at, self._checked_at)
        interval = _FAILING_INTERVAL_SECONDS if self._is_failing_server else self._interval
        seconds = last + interval - self._clock.monotonic()
        with suppress(TimeoutError):
            async with self._clock.timeout(max(0.1, seconds) if math.isfinite(last) else 0.1):
                await self._wake.wait()
