"""Fixtures: a simulator on a loopback socket, a real aiohttp session and a manual clock."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexServerClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.state import Typing

from .helpers import IDENTITY, MakeClient


@pytest.fixture(autouse=True)
def _no_leaks(leak_detector: LeakDetector) -> Iterator[None]:
    """Fail every test that logs a secret."""
    yield
    assert not leak_detector.leaks


@pytest.fixture
def clock() -> ManualClock:
    """Return the clock of the client and the simulator; sleeps return at once."""
    return ManualClock()


@pytest.fixture
def rate_limiters(clock: ManualClock) -> RateLimiterRegistry:
    """Return the rate limiters that all clients of a test share."""
    return RateLimiterRegistry(clock)


@pytest.fixture
def release_body() -> asyncio.Event:
    """Return an event that releases the rest of a slow response body."""
    return asyncio.Event()


@pytest.fixture
def session_typing() -> Typing:
    """Return how the simulator types session fields: "modern", or "strings" as in 2022."""
    return "modern"


@pytest.fixture
async def simulator(
    socket_enabled: None,
    clock: ManualClock,
    release_body: asyncio.Event,
    session_typing: Typing,
    leak_detector: LeakDetector,
) -> AsyncIterator[PlexSimulator]:
    """Run an idle Media Server on the test's clock."""

    async def sleep(_: float) -> None:
        await release_body.wait()

    simulator = PlexSimulator(TOKEN, clock=clock.time, sleep=sleep, typing=session_typing)
    async with simulator:
        leak_detector.forbid_address(simulator.host, simulator.port)
        yield simulator


@pytest.fixture
def make_client(
    simulator: PlexSimulator, session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry
) -> MakeClient:
    """Return a factory of clients that share the session and the rate limiters."""
    default_session = session

    def make(
        *,
        url: str | None = None,
        token: str | None = TOKEN,
        policy: RetryPolicy | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> PlexServerClient:
        return PlexServerClient(
            session or default_session,
            url or simulator.url,
            token,
            identity=IDENTITY,
            rate_limiters=rate_limiters,
            policy=policy,
            label="harbour",
        )

    return make


@pytest.fixture
def client(make_client: MakeClient) -> PlexServerClient:
    """Return the owner's client with the default policy."""
    return make_client()


@pytest.fixture
async def other_host(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> AsyncIterator[PlexServerClient]:
    """Return the client of a second server.

    After a complete request to it, every earlier request to the first server has arrived.
    """
    async with PlexSimulator(TOKEN, clock=clock.time) as other:
        assert other.port != simulator.port
        yield make_client(url=other.url)
