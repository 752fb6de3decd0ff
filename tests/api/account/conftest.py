"""Fixtures: a plex.tv with one account, its clients, a clock on which things happen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol, override

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexAccountClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.api.canaries import EMAIL, TOKEN
from tests.api.conftest import IDENTITY
from tests.api.log_watch import LogWatch
from tests.clock import ManualClock
from tests.simulator import PlexTvSimulator

ONCE: Final = RetryPolicy(max_retries=0)
ACCOUNT: Final = EMAIL.partition("@")[0]
SIGN_IN_LIFETIME: Final = 30


class MakeAccount(Protocol):
    """Make a client of plex.tv."""

    def __call__(
        self,
        token: str | None = TOKEN,
        policy: RetryPolicy | None = ONCE,
        rate_limiters: RateLimiterRegistry | None = None,
    ) -> PlexAccountClient:
        """Return the client; all of a test's clients share the gates unless told."""


class EventfulClock(ManualClock):
    """Let the time of a sleep pass second by second, and do what is planned on the way."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        super().__init__()
        self._plans: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action."""
        self._plans.append((self.now + seconds, action))

    @override
    def advance(self, seconds: float) -> None:
        """Move the time on and do what is due."""
        super().advance(seconds)
        for plan in [plan for plan in self._plans if plan[0] <= self.now]:
            self._plans.remove(plan)
            plan[1]()

    @override
    async def sleep(self, seconds: float) -> None:
        """Let time-outs fire on the way, as a real sleep does."""
        due = self.now + seconds
        while self.now < due:
            self.advance(min(due - self.now, 1))
            await asyncio.sleep(0)


@pytest.fixture
def clock() -> EventfulClock:
    """Return a clock on which something may happen between two polls."""
    return EventfulClock()


@pytest.fixture
async def plextv(
    socket_enabled: None,
    clock: EventfulClock,
    log_watch: LogWatch,
) -> AsyncIterator[PlexTvSimulator]:
    """Run a plex.tv with one account, on the test's time."""
    async with PlexTvSimulator(clock=clock.time, pin_lifetime=SIGN_IN_LIFETIME) as plextv:
        log_watch.forbid_address(plextv.host, plextv.port)
        plextv.add_account(ACCOUNT, TOKEN)
        yield plextv


@pytest.fixture
def make_account(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry
) -> MakeAccount:
    """Return a factory of clients that share session and rate limiters."""
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
    """Return a client of the account that asks once."""
    return make_account()


@pytest.fixture
def visitor(make_account: MakeAccount) -> PlexAccountClient:
    """Return a client nobody has signed in with yet, with the default policy."""
    return make_account(token=None, policy=None)
