"""The heartbeat of an idle connection."""

import asyncio

import aiohttp
import pytest

from custom_components.plex_pulse.api import Notification, PlayingNotification, frame_reader
from tests.clocks import HeldClock
from tests.simulator import PlexSimulator

from .helpers import (
    MakeWebsocket,
    RecordingListener,
    advance,
    assert_receives,
    assert_reconnects,
    listen,
    playing_frame,
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
    await advance(clock, 5, waits=1)
    for pings in range(1, 9):
        await simulator.push.pinged(pings)
        # The timer for the pong is over; without the pong the connection would be closed.
        await advance(clock, 4, waits=1)
        await advance(clock, 5, waits=1)
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
        await simulator.push.wait_delivered()
    assert not simulator.push.pings
    assert listener.connections == [True]


@pytest.mark.usefixtures("listening")
async def test_any_frame_answers_a_ping(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """The heartbeat timer restarts with it."""
    simulator.push.ignores_pings = True
    await assert_receives(simulator, listener)
    await advance(clock, 5, waits=1)
    await simulator.push.pinged(1)
    clock.advance(3.9)
    await assert_receives(simulator, listener, "2")
    # The timer for the answer is over.
    await advance(clock, 0.1, waits=1)
    clock.advance(4.7)
    await assert_receives(simulator, listener, "3")
    assert simulator.push.pings == 1
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


async def test_timer_that_is_over_within_a_frame_loses_no_notification(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Handling a large frame takes time, and other tasks run in between."""
    monkeypatch.setattr(frame_reader, "_SLICE_SECONDS", 0.0)

    def handle(notification: Notification) -> None:
        listener.on_notification(notification)
        if len(listener.notifications) % 10 == 1:
            clock.advance(9)

    entries = [{"sessionKey": f"{number}", "state": "playing"} for number in range(40)]
    container = {"type": "playing", "size": 40, "PlaySessionStateNotification": entries}
    async with listen(make_websocket(on_notification=handle)):
        await simulator.push.connection()
        simulator.push.send({"NotificationContainer": container})
        await listener.until(lambda: len(listener.notifications) == 40)
        assert [
            notification.session_key
            for notification in listener.notifications
            if isinstance(notification, PlayingNotification)
        ] == [f"{number}" for number in range(40)]
        await assert_receives(simulator, listener)
        assert listener.connections == [True]


async def test_connection_is_opened_again_after_a_handler_has_timed_out(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    def handle(notification: Notification) -> None:
        if len(listener.connections) == 1:
            raise TimeoutError
        listener.on_notification(notification)

    async with listen(make_websocket(on_notification=handle)):
        await simulator.push.connection()
        simulator.push.send(playing_frame("1"))
        await listener.until(lambda: listener.connections == [True, False])
        await assert_reconnects(simulator, listener, clock)
