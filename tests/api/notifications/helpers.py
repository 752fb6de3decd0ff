"""Helpers of the websocket's tests: record its callbacks and wait for them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp

from custom_components.plex_pulse.api import (
    Notification,
    PlayingNotification,
    PlexApiError,
    PlexWebsocket,
)
from tests.clocks import HeldClock
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator


class RecordingListener:
    """Record the calls of a websocket's callbacks."""

    def __init__(self) -> None:
        """Start without any calls."""
        self.notifications: list[Notification] = []
        self.connections: list[bool] = []
        self.failures: list[PlexApiError] = []
        self._changed = asyncio.Event()

    def on_notification(self, notification: Notification) -> None:
        """Record a notification."""
        self.notifications.append(notification)
        self._changed.set()

    def on_connected(self, is_connected: bool) -> None:
        """Record that the connection was opened or closed."""
        self.connections.append(is_connected)
        self._changed.set()

    def on_refused(self, failure: PlexApiError) -> None:
        """Record why the connection failed."""
        self.failures.append(failure)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that a callback makes true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()


class MakeWebsocket(Protocol):
    """Create a websocket to the simulator, or to another address."""

    def __call__(
        self,
        *,
        url: str | None = None,
        token: str = TOKEN,
        session: aiohttp.ClientSession | None = None,
        on_notification: Callable[[Notification], None] | None = None,
        on_connected: Callable[[bool], None] | None = None,
    ) -> PlexWebsocket:
        """Return the websocket; it shares the rate limiters with the test's clients."""


@asynccontextmanager
async def listen(websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Run the websocket task during the block and assert that it does not end by itself."""
    task = asyncio.create_task(websocket.run())
    yield
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def playing_frame(session_key: str) -> dict[str, object]:
    """Return a frame with one playing session."""
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
    """Assert that the websocket is connected and receives the next notification."""
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
    """Assert that the websocket reconnects after one delay and receives notifications."""
    await clock.until(lambda: clock.asleep == 1)
    assert listener.connections[-1:] != [True]
    clock.advance(clock.slept[-1])
    await assert_receives(simulator, listener, session_key)


async def advance(clock: HeldClock, seconds: float, *, waits: int) -> None:
    """Advance the time and wait until the websocket has started `waits` more timeouts."""
    seen = clock.timeouts_started
    clock.advance(seconds)
    await clock.until(lambda: clock.timeouts_started == seen + waits)


async def collect_delays(clock: HeldClock, count: int) -> list[float]:
    """Advance past this many reconnect delays and return them in seconds."""
    found: list[float] = []
    for _ in range(count):
        await clock.until(lambda: clock.asleep == 1)
        found.append(clock.slept[-1])
        clock.advance(found[-1])
    return found
