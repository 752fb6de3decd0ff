"""Helpers of the client's tests."""

from collections.abc import Awaitable
from typing import Final, Protocol

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    ClientIdentity,
    PlexApiError,
    PlexServerClient,
    RetryPolicy,
)
from tests.secrets import TOKEN

IDENTITY: Final = ClientIdentity(
    client_identifier="1f6c0a52-client",
    product="Plex Pulse",
    version="0.0.1",
    platform="Home Assistant",
)


class MakeClient(Protocol):
    """Create a client of the simulator, or of another address."""

    def __call__(
        self,
        *,
        url: str | None = None,
        token: str | None = TOKEN,
        policy: RetryPolicy | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> PlexServerClient:
        """Return the client; all of a test's clients share the rate limiters."""


async def failure(call: Awaitable[object]) -> PlexApiError:
    """Return the error of a call."""
    with pytest.raises(PlexApiError) as caught:
        await call
    return caught.value
