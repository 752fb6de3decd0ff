"""Fuzz frames: later notifications are still received."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp import web
from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.plex_pulse.api import (
    Notification,
    PlexWebsocket,
    RateLimiterRegistry,
    StatusNotification,
)
from tests.api.helpers import IDENTITY
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN

from .frames import NOTIFICATIONS
from .mutation import mangled, mutated
from .profiles import fuzz
from .type_conformance import conforms

_LAST: Final = StatusNotification(name="LAST", title=None)
_LAST_FRAME: Final = (
    '{"NotificationContainer":{"type":"status","StatusNotification":[{"notificationName":"LAST"}]}}'
)
_FRAMES: Final = st.sampled_from(list(NOTIFICATIONS.values())).flatmap(
    lambda document: mutated(document) | mangled(orjson.dumps(document)).flatmap(mangled)
)


@dataclass(slots=True, kw_only=True)
class OddWebsocketServer:
    """A websocket server that sends unusual frames once and then a valid one."""

    url: str = ""
    odd: list[bytes] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Send the frames, then read until the client closes."""
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        odd, self.odd = self.odd, []
        with suppress(ConnectionError):
            for frame in odd:
                # Frames may be binary, and text may be invalid UTF-8.
                await websocket.send_frame(frame, aiohttp.WSMsgType.TEXT)
            await websocket.send_str(_LAST_FRAME)
            await websocket.receive()
        return websocket


@pytest.fixture
async def websocket_server(socket_enabled: None) -> AsyncIterator[OddWebsocketServer]:
    """Return a server on a loopback socket."""
    websocket_server = OddWebsocketServer()
    app = web.Application()
    app.router.add_get("/:/websockets/notifications", websocket_server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    websocket_server.url = f"http://{host}:{port}"
    yield websocket_server
    await runner.cleanup()


@fuzz
@given(st.lists(_FRAMES, min_size=1, max_size=4))
async def test_any_frame_is_a_notification_or_skipped(
    session: aiohttp.ClientSession,
    websocket_server: OddWebsocketServer,
    leak_detector: LeakDetector,
    odd: list[bytes],
) -> None:
    """A frame that breaks the connection is followed by a reconnect."""
    received: list[Notification] = []
    last = asyncio.Event()

    def on_notification(notification: Notification) -> None:
        received.append(notification)
        if notification == _LAST:
            last.set()

    websocket_server.odd = odd
    notifications = PlexWebsocket(
        session,
        websocket_server.url,
        TOKEN,
        identity=IDENTITY,
        rate_limiters=RateLimiterRegistry(ManualClock()),
        label="harbour",
        on_notification=on_notification,
        on_connected=lambda _: None,
        on_refused=lambda _: None,
    )
    listening = asyncio.create_task(notifications.run())
    waiting = asyncio.create_task(last.wait())
    await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert last.is_set()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    assert all(conforms(notification, Notification) for notification in received)
    assert not leak_detector.leaks
