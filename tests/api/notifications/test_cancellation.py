"""Listening ends where it stands and leaves nothing open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.plex_pulse.api import Notification, PlexServerClient, PlexWebsocket
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .conftest import (
    MakeWebsocket,
    RecordingListener,
    advance,
    assert_receives,
    listen,
    playing_frame,
)


@asynccontextmanager
async def cancelled_in(simulator: PlexSimulator, websocket: PlexWebsocket) -> AsyncIterator[None]:
    """Listen while the block runs, then end it and see that nothing of it is left."""
    before = asyncio.all_tasks()
    run = asyncio.create_task(websocket.run())
    yield
    assert not run.done()
    run.cancel()
    # Ending waits for nobody: neither for the server nor for a clock.
    for _ in range(5):
        await asyncio.sleep(0)
    assert run.cancelled()
    await simulator.push.disconnection()
    await simulator.faults.wait_released()
    await simulator.stop()
    assert asyncio.all_tasks() == before


async def test_it_ends_during_a_pause(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """No other connection is tried."""
    simulator.push.refuse(404)
    async with cancelled_in(simulator, websocket):
        await clock.until(lambda: clock.asleep == 1)
    clock.advance(300)
    assert len(simulator.requests) == 1
    assert not listener.connections


async def test_it_ends_while_the_host_wants_silence(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    client: PlexServerClient,
    clock: HeldClock,
) -> None:
    """Of which nothing is forgotten."""
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.status(429, headers={"Retry-After": "60"}))
    async with cancelled_in(simulator, websocket):
        await clock.until(lambda: clock.asleep == 1)
        clock.advance(0)
        await clock.until(lambda: clock.slept[-1] == 60)
    assert client.rate_limiter.seconds_until_allowed == 60


async def test_it_ends_while_an_upgrade_is_not_answered(
    simulator: PlexSimulator, websocket: PlexWebsocket, client: PlexServerClient
) -> None:
    """Its place is free again."""
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


async def test_it_ends_while_it_hears(
    simulator: PlexSimulator, websocket: PlexWebsocket, listener: RecordingListener
) -> None:
    """What it tells last is that there is no connection any more."""
    async with cancelled_in(simulator, websocket):
        await assert_receives(simulator, listener)
    assert listener.connections == [True, False]


@pytest.mark.parametrize("is_asked", [False, True])
async def test_it_ends_while_the_server_is_silent(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    is_asked: bool,
) -> None:
    """A farewell would wait for an answer that never comes."""
    async with cancelled_in(simulator, websocket):
        await assert_receives(simulator, listener)
        simulator.push.silence()
        if is_asked:
            await advance(clock, 15, waits=1)
    assert listener.connections == [True, False]


async def test_a_bug_in_a_listener_ends_it_and_closes_the_connection(
    simulator: PlexSimulator, make_websocket: MakeWebsocket, listener: RecordingListener
) -> None:
    """Whoever listens must not raise; what is raised all the same is not lost."""

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


async def test_a_bug_in_whoever_is_told_of_the_connection_closes_it_too(
    simulator: PlexSimulator, make_websocket: MakeWebsocket, listener: RecordingListener
) -> None:
    """Nothing stays open behind it."""

    def broken(is_connected: bool) -> None:
        listener.on_connected(is_connected)
        raise LookupError(is_connected)

    with pytest.raises(LookupError):
        await make_websocket(on_connected=broken).run()
    assert listener.connections == [True, False]
    await simulator.push.disconnection()
    async with listen(make_websocket()):
        await assert_receives(simulator, listener)
