"""Verify that the server at the address is the expected one before its answers are used."""

import math
from typing import Final

from homeassistant.core import callback

from ..api import (
    Clock,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from .health import IDENTITY, HealthCoordinator

_IDENTITY_TTL_SECONDS: Final = 60.0
"""How long a verified identity is trusted."""
_ANSWER_TTL_SECONDS: Final = 30.0
"""Age of the last successful request up to which a failure of /identity concerns it alone."""
_EXTENSION_SECONDS: Final = 15.0
"""How long the identity is trusted further if it alone cannot be read, before the next attempt."""
_ANSWERING_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=5, total_timeout=5)
"""For a server that answers everything else: the poll must not wait for an endpoint that hangs."""
_FAILURES_OF_AN_ENDPOINT: Final = frozenset(
    {
        PlexErrorKind.AUTHENTICATION,
        PlexErrorKind.CLIENT,
        PlexErrorKind.PROTOCOL,
        PlexErrorKind.SERVER,
    }
)
_FAILURES_OF_A_HOST: Final = frozenset(
    {
        PlexErrorReason.REDIRECT,
        PlexErrorReason.SECURE_CONNECTION_REQUIRED,
        PlexErrorReason.WRONG_SERVER,
    }
)
"""After these the token must not be sent, whatever the server has answered before."""


class IdentityVerifier:
    """Remembers when the server proved its identity; shared by all coordinators of an entry.

    During an outage another server may get the address, and a token of the same owner is valid
    there as well. An open websocket proves that the server is still the same; without push only
    this check detects that another server took its place between two polls.

    /identity may fail alone. A server whose identity was verified, and that has answered every
    poll since, is trusted for as long as it does. After an outage, or the end of a websocket,
    it has to prove its identity before the token is sent again.
    """

    def __init__(
        self,
        client: PlexServerClient,
        health: HealthCoordinator,
        clock: Clock,
        machine_identifier: str,
    ) -> None:
        """Trust the identity for now: set-up reads it before anything else."""
        self._client = client
        self._health = health
        self._clock = clock
        self._machine_identifier = machine_identifier
        self._valid_until = clock.monotonic() + _IDENTITY_TTL_SECONDS
        self._needs_verification = False
        self._answered_at: dict[str, float] = {}
        self._is_failing = False
        health.async_add_listener(self._async_health_changed)

    @property
    def is_verified(self) -> bool:
        """Return whether the server is known to be the expected one."""
        is_recent = self._health.data.push or self._clock.monotonic() < self._valid_until
        return is_recent and not self._needs_verification and self._health.outage is None

    @callback
    def async_invalidate(self) -> None:
        """Require a verification before the next request."""
        self._needs_verification = True
        self._answered_at.clear()

    @callback
    def async_answered(self, poll: str) -> None:
        """Record that a poll has succeeded, by its name."""
        self._answered_at[poll] = self._clock.monotonic()

    @callback
    def async_not_answered(self, poll: str) -> None:
        """Record that a poll has failed: its earlier success shows nothing any more."""
        self._answered_at.pop(poll, None)

    def has_answered_within(self, seconds: float, *, poll: str | None = None) -> bool:
        """Return whether that poll, or any, has succeeded last, without an outage since.

        The end of push counts as an outage.
        """
        times = [at for name, at in self._answered_at.items() if poll in {None, name}]
        return self._clock.monotonic() - max(times, default=-math.inf) < seconds

    @callback
    def _async_health_changed(self) -> None:
        """Trust no earlier response after an outage."""
        if not self._health.data.connected:
            self._answered_at.clear()

    async def async_ensure(self) -> None:
        """Verify the identity unless it was verified in the last minute or push is connected.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        if self.is_verified:
            return
        if not self._is_answering:
            await self.async_verify()
            return
        try:
            await self.async_verify(policy=_ANSWERING_POLICY)
        except PlexApiError as err:
            if not (fails_alone(err) and self._is_answering):
                raise
            self._valid_until = self._clock.monotonic() + _EXTENSION_SECONDS
            if err.reason is not PlexErrorReason.TIMEOUT:
                # It may be slow only; a check of the liveness waits for longer.
                self.async_failed(err)

    @property
    def _is_answering(self) -> bool:
        """Return whether the server is the verified one, apart from a failure of /identity."""
        return (
            not self._needs_verification
            and self._health.outage is None
            and self.has_answered_within(_ANSWER_TTL_SECONDS)
        )

    @callback
    def async_failed(self, failure: PlexApiError) -> None:
        """Show that /identity fails alone."""
        self._is_failing = True
        self._health.async_record_poll(IDENTITY, failure)

    @callback
    def async_not_failing(self) -> None:
        """Show no failure of /identity: it can be read, or push is connected and needs none."""
        if self._is_failing:
            self._is_failing = False
            self._health.async_record_poll(IDENTITY, None)

    async def async_verify(self, *, policy: RetryPolicy | None = None) -> None:
        """Verify the identity (GET /identity) and remember when.

        `policy` replaces the client's own.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        await self._client.verify_identity(self._machine_identifier, policy=policy)
        self._needs_verification = False
        self._valid_until = self._clock.monotonic() + _IDENTITY_TTL_SECONDS
        self.async_not_failing()


def fails_alone(failure: PlexApiError) -> bool:
    """Return whether a failure of /identity may be that of the endpoint alone."""
    if failure.reason in _FAILURES_OF_A_HOST:
        return False
    return failure.kind in _FAILURES_OF_AN_ENDPOINT or failure.reason is PlexErrorReason.TIMEOUT
