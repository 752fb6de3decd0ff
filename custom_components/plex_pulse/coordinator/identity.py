"""Verify that the server at the address is the expected one before its answers are used."""

from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlexServerClient, RetryPolicy
from .health import HealthCoordinator

_IDENTITY_TTL_SECONDS: Final = 60.0
"""How long a verified identity is trusted."""


class IdentityVerifier:
    """Remembers when the server proved its identity; shared by all coordinators of an entry.

    During an outage another server may get the address, and a token of the same owner is valid
    there as well. An open websocket proves that the server is still the same; without push only
    this check detects that another server took its place between two polls.
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

    @property
    def is_verified(self) -> bool:
        """Return whether the server is known to be the expected one."""
        is_recent = self._health.data.push or self._clock.monotonic() < self._valid_until
        return is_recent and not self._needs_verification and self._health.outage is None

    @callback
    def async_invalidate(self) -> None:
        """Require a verification before the next request."""
        self._needs_verification = True

    async def async_ensure(self) -> None:
        """Verify the identity unless it was verified in the last minute or push is connected.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        if not self.is_verified:
            await self.async_verify()

    async def async_verify(self, *, policy: RetryPolicy | None = None) -> None:
        """Verify the identity (GET /identity) and remember when.

        `policy` replaces the client's own.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        await self._client.verify_identity(self._machine_identifier, policy=policy)
        self._needs_verification = False
        self._valid_until = self._clock.monotonic() + _IDENTITY_TTL_SECONDS
