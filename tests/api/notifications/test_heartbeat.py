"""The heartbeat of an idle connection."""

import asyncio

import aiohttp
import pytest

from tests.clocks import HeldClock
from tests.simulator import PlexSimulator

from .helpers import (
    RecordingListener,
    advance,
    assert_receives,
    assert_reconnects,
)


@pytest.mark.usefixtures("listening")
async def test_idle_connection_is_pinged_after_5_s_and_closed_after_9_s(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """Otherwise an unplugged server would look idle."""
    await assert_receives(simulator, listener)
    simulator.push.freeze()
    clock.advance(4.9)
    await advance(clock, 0.1, waits=1)
    clock.advance(3.9)
    assert listener.connections == [True]
    clock.advance(0.1)
    await listener.until(lambda: listener.connections == [True, False])
    await simulator.push.disconnection()
    await assert_reconnects(simulator, listener, clock)
    assert not listener.failures


@pytest.mark.usefixtures("listening")
async def test_connection_stays_open_while_pings_are_answered(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """A ping is sent after every five seconds without a frame."""
    await simulator.push.connection()
    await listener.until(lambda: listener.connections == [True])
    for _ in range(8):
        await advance(clock, 5, waits=2)
    assert listener.connections == [True]
    await assert_receives(simulator, listener)
    assert len(simulator.requests) == 1


@pytest.mark.usefixtures("listening")
async def test_pings_of_the_server_are_answered(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """The server would close the connection otherwise."""
    await simulator.push.connection()
    await simulator.push.wait_delivered()
    await assert_receives(simulator, listener)


@pytest.mark.usefixtures("listening")
async def test_no_ping_is_sent_while_the_server_sends_pings(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    await assert_receives(simulator, listener)
    for _ in range(5):
        clock.advance(4.9)
        # An own ping would be answered too, which would start one more timeout.
        seen = clock.timeouts_started
        await simulator.push.wait_delivered()
        assert clock.timeouts_started == seen + 1
    assert listener.connections == [True]


@pytest.mark.usefixtures("listening")
async def test_any_frame_answers_a_ping(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """The heartbeat timer restarts with it."""
    await assert_receives(simulator, listener)
    await advance(clock, 5, waits=2)
    clock.advance(4.9)
    await assert_receives(simulator, listener, "2")
    clock.advance(4.9)
    await assert_receives(simulator, listener, "3")
    assert listener.connections == [True]


@pytest.mark.usefixtures("listening")
async def test_answer_that_arrives_while_the_event_loop_is_blocked_counts(
    simulator: PlexSimulator,
    listener: RecordingListener,
    clock: HeldClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another integration may block the loop for longer than the timeout."""
    receive = aiohttp.ClientWebSocketResponse.receive
    kept: list[aiohttp.WSMessage] = []
    is_late = True

    async def receive_late(websocket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
        """Deliver the first pong only after the timeout."""
        nonlocal is_late
        if kept:
            return kept.pop()
        message = await receive(websocket)
        if message.type is aiohttp.WSMsgType.PONG and is_late:
            is_late = False
            kept.append(message)
            clock.advance(4)
            await asyncio.Event().wait()
        return message

    await assert_receives(simulator, listener)
    monkeypatch.setattr(aiohttp.ClientWebSocketResponse, "receive", receive_late)
    await assert_receives(simulator, listener, "2")
    await advance(clock, 5, waits=2)
    assert not is_late
    await assert_receives(simulator, listener, "3")
    assert listener.connections == [True]
