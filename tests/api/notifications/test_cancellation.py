"""Cancelling the websocket task in each of its states."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.plex_pulse.api import Notification, PlexServerClient, PlexWebsocket
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import (
    MakeWebsocket,
    RecordingListener,
    advance,
    assert_receives,
    listen,
    playing_frame,
)


@asynccontextmanager
async def cancelled_in(simulator: PlexSimulator, websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Listen during the block, then cancel and assert that the connection is closed."""
    before = asyncio.all_tasks()
    run = asyncio.create_task(websocket.run())
    yield
    assert not run.done()
    run.cancel()
    # Cancelling must wait neither for the server nor for the clock.
    for _ in range(5):
        await asyncio.sleep(0)
    assert run.cancelled()
    await simulator.push.disconnection()
    await simulator.faults.wait_released()
    await simulator.stop()
    assert asyncio.all_tasks() == before


async def test_cancel_during_the_reconnect_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    simulator.push.refuse(404)
    async with cancelled_in(simulator, websocket):
        await clock.until(lambda: clock.asleep == 1)
    clock.advance(300)
    assert len(simulator.requests) == 1
    assert not listener.connections


async def test_cancel_during_a_rate_limit_keeps_the_rate_limit(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    client: PlexServerClient,
    clock: HeldClock,
) -> None:
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.status(429, headers={"Retry-After": "60"}))
    async with cancelled_in(simulator, websocket):
        await clock.until(lambda: clock.asleep == 1)
        clock.advance(0)
        await clock.until(lambda: clock.slept[-1] == 60)
    assert client.rate_limiter.seconds_until_allowed == 60


async def test_cancel_during_an_upgrade_frees_its_slot(
    simulator: PlexSimulator, websocket: PlexWebsocket, client: PlexServerClient
) -> None:
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang())
    async with cancelled_in(simulator, websocket):
        await simulator.fault_reached()
    await simulator.start()
    simulator.faults.clear()
    simulator.faults.add("/identity", Fault.hang(), times=3)
    calls = [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)


async def test_cancel_while_connected_reports_the_disconnect(
    simulator: PlexSimulator, websocket: PlexWebsocket, listener: RecordingListener
) -> None:
    async with cancelled_in(simulator, websocket):
        await assert_receives(simulator, listener)
    assert listener.connections == [True, False]


@pytest.mark.parametrize("is_asked", [False, True])
async def test_cancel_does_not_wait_for_an_unresponsive_server(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    is_asked: bool,
) -> None:
    """A close frame would wait for a response that never arrives."""
    async with cancelled_in(simulator, websocket):
        await assert_receives(simulator, listener)
        simulator.push.freeze()
        if is_asked:
            await advance(clock, 15, waits=1)
    assert listener.connections == [True, False]


async def test_exception_in_on_notification_is_raised_and_disconnects(
    simulator: PlexSimulator, make_websocket: MakeWebsocket, listener: RecordingListener
) -> None:
    """Callbacks must not raise; if one does, the exception is not lost."""

    def broken(notification: Notification) -> None:
        raise LookupError(notification)

    task = asyncio.create_task(make_websocket(on_notification=broken).run())
    await simulator.push.connection()
    simulator.push.send(playing_frame("1"))
    with pytest.raises(LookupError):
        await task
    assert listener.connections == [True, False]
    await simulator.push.disconnection()
    async with listen(make_websocket()):
        await assert_receives(simulator, listener)


async def test_exception_in_on_connected_is_raised_and_disconnects(
    simulator: PlexSimulator, make_websocket: MakeWebsocket, listener: RecordingListener
) -> None:
    def broken(is_connected: bool) -> None:
        listener.on_connected(is_connected)
        raise LookupError(is_connected)

    with pytest.raises(LookupError):
        await make_websocket(on_connected=broken).run()
    assert listener.connections == [True, False]
    await simulator.push.disconnection()
    async with listen(make_websocket()):
        await assert_receives(simulator, listener)
