"""Fuzz websocket upgrades: a failure is reported and the upgrade is retried."""

import asyncio
from contextlib import suppress

import aiohttp
from hypothesis import event, example, given

from custom_components.plex_pulse.api import (
    Notification,
    PlexApiError,
    PlexWebsocket,
    RateLimiterRegistry,
)
from tests.api.helpers import IDENTITY
from tests.api.raw_server import raw_server
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN

from .error_contract import assert_contract
from .mutation import mangled
from .profiles import fuzz
from .responses import error_bodies, redirects, responses
from .type_conformance import conforms
from .websockets import CONVERSATIONS, PINGS, signing_server


async def _listen(session: aiohttp.ClientSession, url: str) -> list[Notification | PlexApiError]:
    """Return the callbacks until a connection has closed or an upgrade has failed."""
    received: list[Notification | PlexApiError] = []
    ended = asyncio.Event()

    def on_refused(err: PlexApiError) -> None:
        received.append(err)
        ended.set()

    def on_connected(is_connected: bool) -> None:
        event(f"connected: {is_connected}")
        if not is_connected:
            ended.set()

    notifications = PlexWebsocket(
        session,
        url,
        TOKEN,
        identity=IDENTITY,
        rate_limiters=RateLimiterRegistry(ManualClock()),
        label="harbour",
        on_notification=received.append,
        on_connected=on_connected,
        on_refused=on_refused,
    )
    listening = asyncio.create_task(notifications.run())
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert ended.is_set()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    return received


def _assert_contract(received: list[Notification | PlexApiError]) -> None:
    """Assert that the callbacks' arguments conform to their contract."""
    for each in received:
        if isinstance(each, PlexApiError):
            assert_contract(each)
        else:
            assert conforms(each, Notification)


@fuzz
@given(responses(error_bodies()) | redirects())
async def test_any_response_but_a_websocket_upgrade_is_reported_as_a_failure(
    session: aiohttp.ClientSession, leak_detector: LeakDetector, answer: bytes
) -> None:
    leak_detector.forget()
    async with raw_server(answer) as url:
        received = await _listen(session, url)
    _assert_contract(received)
    assert any(isinstance(each, PlexApiError) for each in received)
    assert not leak_detector.leaks


@fuzz
@example(PINGS)
@given(CONVERSATIONS | CONVERSATIONS.flatmap(mangled))
async def test_any_websocket_is_read_until_it_closes(
    session: aiohttp.ClientSession, leak_detector: LeakDetector, answer: bytes
) -> None:
    """Neither the upgrade nor the frames need to conform to RFC 6455."""
    leak_detector.forget()
    async with signing_server(answer) as url:
        received = await _listen(session, url)
    _assert_contract(received)
    assert not leak_detector.leaks
