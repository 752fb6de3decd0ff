"""Fixtures: somebody who listens to the simulator, on a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    Notification,
    PlayingNotification,
    PlexApiError,
    PlexWebsocket,
    RateLimiterRegistry,
)
from tests.api.canaries import TOKEN
from tests.api.conftest import IDENTITY
from tests.api.held_clock import HeldClock
from tests.simulator import PlexSimulator


class Ear:
    """What a listener was told, and the task in which it listens."""

    def __init__(self) -> None:
        """Start without having heard a word."""
        self.notifications: list[Notification] = []
        self.connections: list[bool] = []
        self.refusals: list[PlexApiError] = []
        self._told = asyncio.Event()

    def notified(self, notification: Notification) -> None:
        """Hear a notification."""
        self.notifications.append(notification)
        self._told.set()

    def connected(self, is_connected: bool) -> None:
        """Hear that the connection stands or ended."""
        self.connections.append(is_connected)
        self._told.set()

    def refused(self, failure: PlexApiError) -> None:
        """Hear why there is no connection."""
        self.refusals.append(failure)
        self._told.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what being told something makes true."""
        while not condition():
            self._told.clear()
            await self._told.wait()


class MakeNotifications(Protocol):
    """Make a listener to the simulator, or to another address."""

    def __call__(
        self,
        *,
        url: str | None = None,
        token: str = TOKEN,
        session: aiohttp.ClientSession | None = None,
        on_notification: Callable[[Notification], None] | None = None,
        on_connected: Callable[[bool], None] | None = None,
    ) -> PlexWebsocket:
        """Return what tells the ear; it shares its gates with the test's clients."""


@pytest.fixture
def clock() -> HeldClock:
    """Hold sleepers, so that pauses can be looked into."""
    return HeldClock()


@pytest.fixture
def ear() -> Ear:
    """Return who is told everything."""
    return Ear()


@pytest.fixture
def make_notifications(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    ear: Ear,
) -> MakeNotifications:
    """Return a factory of listeners that share session, gates and ear."""
    default_session = session

    def make(
        *,
        url: str | None = None,
        token: str = TOKEN,
        session: aiohttp.ClientSession | None = None,
        on_notification: Callable[[Notification], None] | None = None,
        on_connected: Callable[[bool], None] | None = None,
    ) -> PlexWebsocket:
        return PlexWebsocket(
            session or default_session,
            url or simulator.url,
            token,
            identity=IDENTITY,
            rate_limiters=rate_limiters,
            label="harbour",
            on_notification=on_notification or ear.notified,
            on_connected=on_connected or ear.connected,
            on_refused=ear.refused,
        )

    return make


@pytest.fixture
def notifications(make_notifications: MakeNotifications) -> PlexWebsocket:
    """Return what the owner listens to."""
    return make_notifications()


@asynccontextmanager
async def listen(notifications: PlexWebsocket) -> AsyncIterator[None]:
    """Listen while the block runs, whatever happens in it."""
    task = asyncio.create_task(notifications.run())
    yield
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


@pytest.fixture
async def listening(notifications: PlexWebsocket) -> AsyncIterator[None]:
    """Listen from the beginning of a test to its end."""
    async with listen(notifications):
        yield


def playing(session_key: str) -> dict[str, object]:
    """Return the frame that tells of a session."""
    entry = {"sessionKey": session_key, "state": "playing"}
    return {
        "NotificationContainer": {
            "type": "playing",
            "size": 1,
            "PlaySessionStateNotification": [entry],
        }
    }


async def hears(simulator: PlexSimulator, ear: Ear, session_key: str = "1") -> None:
    """See that the connection stands, and that the next notification is heard over it."""
    before = len(ear.notifications)
    await ear.until(lambda: ear.connections[-1:] == [True])
    await simulator.push.connection()
    simulator.push.send(playing(session_key))
    await ear.until(lambda: len(ear.notifications) > before)
    told = ear.notifications[-1]
    assert isinstance(told, PlayingNotification)
    assert told.session_key == session_key


async def hears_again(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, session_key: str = "2"
) -> None:
    """See that one pause after a refusal, or an end, all is as before."""
    await clock.until(lambda: clock.asleep == 1)
    assert ear.connections[-1:] != [True]
    clock.advance(clock.slept[-1])
    await hears(simulator, ear, session_key)


async def passes(clock: HeldClock, seconds: float, *, waits: int) -> None:
    """Let time pass, and the listener begin so many times to wait for something."""
    seen = clock.time_limits
    clock.advance(seconds)
    await clock.until(lambda: clock.time_limits == seen + waits)


async def pauses(clock: HeldClock, count: int) -> list[float]:
    """Let so many pauses pass, and return how long they were."""
    found: list[float] = []
    for _ in range(count):
        await clock.until(lambda: clock.asleep == 1)
        found.append(clock.slept[-1])
        clock.advance(found[-1])
    return found
