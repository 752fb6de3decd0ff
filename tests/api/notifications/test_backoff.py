"""The reconnect backoff of the websocket."""

import asyncio

import pytest

from custom_components.plex_pulse.api import PlexWebsocket
from tests.api.helpers import MakeClient
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import (
    RecordingListener,
    advance,
    assert_receives,
    assert_reconnects,
    collect_delays,
    listen,
)

BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def backoff_after_immediate_close(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> float:
    """Connect, close the connection at once, and return the reconnect delay that follows."""
    await simulator.push.connection()
    simulator.push.close()
    await clock.until(lambda: clock.asleep == 1)
    assert not listener.connections[-1]
    clock.advance(clock.slept[-1])
    return clock.slept[-1]


@pytest.mark.parametrize("random_value", [0.0, 0.25, 0.75])
async def test_reconnect_backoff_doubles_to_five_minutes_with_full_jitter(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    random_value: float,
) -> None:
    """Full jitter keeps many installations from reconnecting at the same time."""
    clock.random_value = random_value
    simulator.push.refuse(404)
    async with listen(websocket):
        assert await collect_delays(clock, 12) == [random_value * bound for bound in BOUNDS]
        await clock.until(lambda: clock.asleep == 1)
        assert len(listener.failures) == simulator.count(NOTIFICATIONS_PATH) == 13
        simulator.push.accept()
        await assert_reconnects(simulator, listener, clock)


async def test_immediate_close_does_not_reset_the_reconnect_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """A proxy that accepts and closes would get hundreds of requests per second."""
    clock.random_value = 0.5
    async with listen(websocket):
        found = [await backoff_after_immediate_close(simulator, listener, clock) for _ in range(5)]
        assert found == [0.5, 1, 2, 4, 8]
        await assert_receives(simulator, listener)


async def test_reset_replaces_a_handshake_that_is_not_answered(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """It was sent while the server was frozen."""
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang(), times=1)
    async with listen(websocket):
        await simulator.faults.wait_reached()
        websocket.reset_backoff()
        await assert_receives(simulator, listener)
    assert simulator.count(NOTIFICATIONS_PATH) == 2
    assert listener.failures == []


async def test_unknown_frames_do_not_reset_the_reconnect_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """The other side is not a Media Server."""
    clock.random_value = 0.5
    async with listen(websocket):
        found: list[float] = []
        for _ in range(4):
            await simulator.push.connection()
            simulator.push.send("welcome to this network")
            found.append(await backoff_after_immediate_close(simulator, listener, clock))
        assert found == [0.5, 1, 2, 4]
        await assert_receives(simulator, listener)


async def test_notifications_do_not_reset_the_reconnect_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """A connection that delivers a frame and closes would be opened every second."""
    clock.random_value = 0.5
    async with listen(websocket):
        found: list[float] = []
        for _ in range(4):
            await assert_receives(simulator, listener)
            found.append(await backoff_after_immediate_close(simulator, listener, clock))
        assert found == [0.5, 1, 2, 4]


async def test_reset_ends_the_delay_and_the_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """Push must come back with the server, also after a long outage."""
    clock.random_value = 0.5
    simulator.push.refuse(503)
    async with listen(websocket):
        await collect_delays(clock, 12)
        await clock.until(lambda: clock.asleep == 1)
        simulator.push.accept()
        websocket.reset_backoff()
        await assert_receives(simulator, listener)
        found = [await backoff_after_immediate_close(simulator, listener, clock) for _ in range(3)]
        assert found == [0.5, 1, 2]


async def test_reset_while_connected_does_not_skip_the_next_delay(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    clock.random_value = 0.5
    async with listen(websocket):
        await assert_receives(simulator, listener)
        websocket.reset_backoff()
        assert await backoff_after_immediate_close(simulator, listener, clock) == 0.5
        await assert_receives(simulator, listener)


@pytest.mark.parametrize(("last", "found"), [(4.9, [2, 4]), (5, [0.5, 1])])
async def test_connection_of_one_minute_resets_the_reconnect_backoff(
    simulator: PlexSimulator,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    last: float,
    found: list[float],
) -> None:
    """No notification is needed; a shorter connection does not reset it."""
    clock.random_value = 0.5
    async with listen(websocket):
        assert [
            await backoff_after_immediate_close(simulator, listener, clock) for _ in range(2)
        ] == [0.5, 1]
        await simulator.push.connection()
        await listener.until(lambda: listener.connections[-1])
        for _ in range(11):
            clock.advance(5)
            await simulator.push.wait_delivered()
        clock.advance(last)
        assert [
            await backoff_after_immediate_close(simulator, listener, clock) for _ in range(2)
        ] == found


async def test_time_spent_connecting_does_not_reset_the_reconnect_backoff(
    simulator: PlexSimulator,
    make_client: MakeClient,
    websocket: PlexWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    clock.random_value = 0.5
    simulator.push.refuse(404, times=1)
    simulator.faults.add("/identity", Fault.hang(), times=3)
    client = make_client()
    async with listen(websocket):
        await clock.until(lambda: clock.asleep == 1)
        calls = [asyncio.create_task(client.get_identity()) for _ in range(3)]
        await simulator.fault_reached(3)
        await advance(clock, clock.slept[-1], waits=1)
        clock.advance(9)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        await simulator.push.connection()
        await listener.until(lambda: listener.connections == [True])
        for _ in range(11):
            clock.advance(5)
            await simulator.push.wait_delivered()
        clock.advance(4)
        assert await backoff_after_immediate_close(simulator, listener, clock) == 1
        await assert_receives(simulator, listener)
