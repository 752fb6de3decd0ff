"""Helpers of the tests of plex.tv."""

from typing import Final, Protocol

from custom_components.plex_pulse.api import (
    PlexAccountClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.secrets import EMAIL, TOKEN

ONCE: Final = RetryPolicy(max_retries=0)


ACCOUNT: Final = EMAIL.partition("@")[0]


SIGN_IN_LIFETIME: Final = 30


class MakeAccount(Protocol):
    """Create a client of plex.tv."""

    def __call__(
        self,
        token: str | None = TOKEN,
        policy: RetryPolicy | None = ONCE,
        rate_limiters: RateLimiterRegistry | None = None,
    ) -> PlexAccountClient:
        """Return the client; all clients of a test share the rate limiters by default."""
