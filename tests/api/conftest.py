"""Fixtures: a simulator on a loopback socket, a real session, a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
import logging
from typing import Final, Protocol

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    ClientIdentity,
    PlexApiError,
    PlexServerClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.state import Typing

IDENTITY: Final = ClientIdentity(
    client_identifier="1f6c0a52-client",
    product="Plex Pulse",
    version="0.0.1",
    platform="Home Assistant",
)


class MakeClient(Protocol):
    """Make a client of the simulator, or of another address."""

    def __call__(
        self,
        *,
        url: str | None = None,
        token: str | None = TOKEN,
        policy: RetryPolicy | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> PlexServerClient:
        """Return the client; all of a test's clients share the rate limiters."""


@pytest.fixture(autouse=True)
def leak_detector() -> Iterator[LeakDetector]:
    """Fail any test in whose logs a secret stands, whatever else it is about."""
    root = logging.getLogger()
    level = root.level
    watch = LeakDetector()
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    yield watch
    root.setLevel(level)
    root.removeHandler(watch)
    assert not watch.leaks


@pytest.fixture
def clock() -> ManualClock:
    """Return the time of everything in a test; sleeps pass at once."""
    return ManualClock()


@pytest.fixture
def rate_limiters(clock: ManualClock) -> RateLimiterRegistry:
    """Return the gates that all clients of a test share."""
    return RateLimiterRegistry(clock)


@pytest.fixture
def release_body() -> asyncio.Event:
    """Return what lets a slowly dripping answer of the simulator flow on."""
    return asyncio.Event()


@pytest.fixture
def session_typing() -> Typing:
    """Return how the simulator types sessions: as today, or strings alone as in 2022."""
    return "modern"


@pytest.fixture
async def simulator(
    socket_enabled: None,
    clock: ManualClock,
    release_body: asyncio.Event,
    session_typing: Typing,
    leak_detector: LeakDetector,
) -> AsyncIterator[PlexSimulator]:
    """Run a quiet Media Server on the test's time."""

    async def sleep(_: float) -> None:
        await release_body.wait()

    simulator = PlexSimulator(TOKEN, clock=clock.time, sleep=sleep, typing=session_typing)
    async with simulator:
        leak_detector.forbid_address(simulator.host, simulator.port)
        yield simulator


@pytest.fixture
async def session(
    socket_enabled: None,
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session as an application has it, with aiohttp's defaults."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def make_client(
    simulator: PlexSimulator, session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry
) -> MakeClient:
    """Return a factory of clients that share session and rate limiters."""
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

    When a whole exchange with it is over, whatever left for the first has arrived.
    """
    async with PlexSimulator(TOKEN, clock=clock.time) as other:
        assert other.port != simulator.port
        yield make_client(url=other.url)


async def failure(call: Awaitable[object]) -> PlexApiError:
    """Return what a call fails with."""
    with pytest.raises(PlexApiError) as caught:
        await call
    return caught.value
