"""Fixtures: a websocket to the simulator whose callbacks are recorded, on a held clock."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    Notification,
    PlexWebsocket,
    RateLimiterRegistry,
)
from tests.api.helpers import IDENTITY
from tests.clocks import HeldClock
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator

from .helpers import MakeWebsocket, RecordingListener, listen


@pytest.fixture
def clock() -> HeldClock:
    """Return a clock that blocks sleeping tasks, so that delays can be inspected."""
    return HeldClock()


@pytest.fixture
def listener() -> RecordingListener:
    """Return the recorder of all callbacks."""
    return RecordingListener()


@pytest.fixture
def make_websocket(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    listener: RecordingListener,
) -> MakeWebsocket:
    """Return a factory of websockets that share session, rate limiters and listener."""
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
    """Return the owner's websocket."""
    return make_websocket()


@pytest.fixture
async def listening(websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Run the websocket task during the whole test."""
    async with listen(websocket):
        yield
