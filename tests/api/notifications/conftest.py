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
from tests.api.conftest import IDENTITY
from tests.clocks import HeldClock
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator


class RecordingListener:
    """What a listener was told, and the task in which it listens."""

    def __init__(self) -> None:
        """Start without having heard a word."""
        self.notifications: list[Notification] = []
        self.connections: list[bool] = []
        self.failures: list[PlexApiError] = []
        self._changed = asyncio.Event()

    def on_notification(self, notification: Notification) -> None:
        """Hear a notification."""
        self.notifications.append(notification)
        self._changed.set()

    def on_connected(self, is_connected: bool) -> None:
        """Hear that the connection stands or ended."""
        self.connections.append(is_connected)
        self._changed.set()

    def on_refused(self, failure: PlexApiError) -> None:
        """Hear why there is no connection."""
        self.failures.append(failure)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what being told something makes true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()


class MakeWebsocket(Protocol):
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
def listener() -> RecordingListener:
    """Return who is told everything."""
    return RecordingListener()


@pytest.fixture
def make_websocket(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    listener: RecordingListener,
) -> MakeWebsocket:
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
            on_notification=on_notification or listener.on_notification,
            on_connected=on_connected or listener.on_connected,
            on_refused=listener.on_refused,
        )

    return make


@pytest.fixture
def websocket(make_websocket: MakeWebsocket) -> PlexWebsocket:
    """Return what the owner listens to."""
    return make_websocket()


@asynccontextmanager
async def listen(websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Listen while the block runs, whatever happens in it."""
    task = asyncio.create_task(websocket.run())
    yield
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


@pytest.fixture
async def listening(websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Listen from the beginning of a test to its end."""
    async with listen(websocket):
        yield


def playing_frame(session_key: str) -> dict[str, object]:
    """Return the frame that tells of a session."""
    entry = {"sessionKey": session_key, "state": "playing"}
    return {
        "NotificationContainer": {
            "type": "playing",
            "size": 1,
            "PlaySessionStateNotification": [entry],
        }
    }


async def assert_receives(
    simulator: PlexSimulator, listener: RecordingListener, session_key: str = "1"
) -> None:
    """See that the connection stands, and that the next notification is heard over it."""
    before = len(listener.notifications)
    await listener.until(lambda: listener.connections[-1:] == [True])
    await simulator.push.connection()
    simulator.push.send(playing_frame(session_key))
    await listener.until(lambda: len(listener.notifications) > before)
    notification = listener.notifications[-1]
    assert isinstance(notification, PlayingNotification)
    assert notification.session_key == session_key


async def assert_reconnects(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock, session_key: str = "2"
) -> None:
    """See that one pause after a refusal, or an end, all is as before."""
    await clock.until(lambda: clock.asleep == 1)
    assert listener.connections[-1:] != [True]
    clock.advance(clock.slept[-1])
    await assert_receives(simulator, listener, session_key)


async def advance(clock: HeldClock, seconds: float, *, waits: int) -> None:
    """Let time pass, and the listener begin so many times to wait for something."""
    seen = clock.timeouts_started
    clock.advance(seconds)
    await clock.until(lambda: clock.timeouts_started == seen + waits)


async def collect_delays(clock: HeldClock, count: int) -> list[float]:
    """Let so many pauses pass, and return how long they were."""
    found: list[float] = []
    for _ in range(count):
        await clock.until(lambda: clock.asleep == 1)
        found.append(clock.slept[-1])
        clock.advance(found[-1])
    return found
