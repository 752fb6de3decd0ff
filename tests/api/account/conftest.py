"""Fixtures: a simulated plex.tv with one account, its clients, and a clock with planned actions."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexAccountClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.api.helpers import IDENTITY
from tests.clocks import EventfulClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import PlexTvSimulator

from .helpers import ACCOUNT, ONCE, SIGN_IN_LIFETIME, MakeAccount


@pytest.fixture
def clock() -> EventfulClock:
    """Return a clock that can run actions between two polls."""
    return EventfulClock()


@pytest.fixture
async def plextv(
    socket_enabled: None,
    clock: EventfulClock,
    leak_detector: LeakDetector,
) -> AsyncIterator[PlexTvSimulator]:
    """Run a plex.tv with one account on the test's clock."""
    async with PlexTvSimulator(clock=clock.time, pin_lifetime=SIGN_IN_LIFETIME) as plextv:
        leak_detector.forbid_address(plextv.host, plextv.port)
        plextv.add_account(ACCOUNT, TOKEN)
        yield plextv


@pytest.fixture
def make_account(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry
) -> MakeAccount:
    """Return a factory of clients that share the session and the rate limiters."""
    default_limiters = rate_limiters

    def make(
        token: str | None = TOKEN,
        policy: RetryPolicy | None = ONCE,
        rate_limiters: RateLimiterRegistry | None = None,
    ) -> PlexAccountClient:
        return PlexAccountClient(
            session,
            token,
            identity=IDENTITY,
            rate_limiters=rate_limiters or default_limiters,
            policy=policy,
            url=plextv.url,
            approval_page=plextv.approval_page,
        )

    return make


@pytest.fixture
def account(make_account: MakeAccount) -> PlexAccountClient:
    """Return a client of the account that does not retry."""
    return make_account()


@pytest.fixture
def signed_out_client(make_account: MakeAccount) -> PlexAccountClient:
    """Return a client without a token, with the default policy."""
    return make_account(token=None, policy=None)
