"""Whatever is answered to the wish for a websocket, it is tried again, and why is told."""

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
from tests.api.conftest import IDENTITY
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
    """Return what is told until a connection has ended, or until none came about."""
    told: list[Notification | PlexApiError] = []
    ended = asyncio.Event()

    def refuse(err: PlexApiError) -> None:
        told.append(err)
        ended.set()

    def connect(is_connected: bool) -> None:
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
        on_notification=told.append,
        on_connected=connect,
        on_refused=refuse,
    )
    listening = asyncio.create_task(notifications.run())
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert ended.is_set()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    return told


def _assert_contract(told: list[Notification | PlexApiError]) -> None:
    """Hold that what is told is what is promised."""
    for each in told:
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
        told = await _listen(session, url)
    _assert_contract(told)
    assert any(isinstance(each, PlexApiError) for each in told)
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
        told = await _listen(session, url)
    _assert_contract(told)
    assert not leak_detector.leaks
