"""The phase that a websocket reports of itself."""

from custom_components.plex_pulse.api import ConnectionState, PlexWebsocket
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import MakeWebsocket, RecordingListener, assert_receives, listen


def _state_of(websocket: PlexWebsocket) -> ConnectionState:
    return websocket.state


async def test_the_state_follows_the_connection(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    states: list[ConnectionState] = []

    def connected(is_connected: bool) -> None:
        states.append(websocket.state)
        listener.on_connected(is_connected)

    websocket: PlexWebsocket = make_websocket(on_connected=connected)
    assert _state_of(websocket) is ConnectionState.WAITING
    async with listen(websocket):
        await assert_receives(simulator, listener)
        assert _state_of(websocket) is ConnectionState.CONNECTED
        simulator.push.close()
        await clock.until(lambda: clock.asleep == 1)
        assert _state_of(websocket) is ConnectionState.WAITING
    assert states == [ConnectionState.CONNECTED, ConnectionState.WAITING]


async def test_the_state_is_connecting_until_the_server_responds(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    websocket = make_websocket()
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang())
    async with listen(websocket):
        await simulator.fault_reached()
        assert _state_of(websocket) is ConnectionState.CONNECTING
        clock.advance(10)
        await clock.until(lambda: clock.asleep == 1)
        assert _state_of(websocket) is ConnectionState.WAITING
        assert len(listener.failures) == 1


async def test_the_state_is_waiting_again_after_a_cancellation(
    simulator: PlexSimulator, make_websocket: MakeWebsocket, listener: RecordingListener
) -> None:
    websocket = make_websocket()
    async with listen(websocket):
        await assert_receives(simulator, listener)
    assert _state_of(websocket) is ConnectionState.WAITING
