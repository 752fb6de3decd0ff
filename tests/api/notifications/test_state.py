"""The phase that a websocket reports of itself."""

from custom_components.plex_pulse.api import ConnectionState, PlexWebsocket
from tests.api.held_clock import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .conftest import Ear, MakeNotifications, hears, listen


def _state_of(websocket: PlexWebsocket) -> ConnectionState:
    return websocket.state


async def test_the_state_follows_the_connection(
    simulator: PlexSimulator, make_notifications: MakeNotifications, ear: Ear, clock: HeldClock
) -> None:
    states: list[ConnectionState] = []

    def connected(is_connected: bool) -> None:
        states.append(websocket.state)
        ear.connected(is_connected)

    websocket: PlexWebsocket = make_notifications(on_connected=connected)
    assert _state_of(websocket) is ConnectionState.WAITING
    async with listen(websocket):
        await hears(simulator, ear)
        assert _state_of(websocket) is ConnectionState.CONNECTED
        simulator.push.close()
        await clock.until(lambda: clock.asleep == 1)
        assert _state_of(websocket) is ConnectionState.WAITING
    assert states == [ConnectionState.CONNECTED, ConnectionState.WAITING]


async def test_the_state_is_connecting_until_the_server_responds(
    simulator: PlexSimulator, make_notifications: MakeNotifications, ear: Ear, clock: HeldClock
) -> None:
    websocket = make_notifications()
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang())
    async with listen(websocket):
        await simulator.fault_reached()
        assert _state_of(websocket) is ConnectionState.CONNECTING
        clock.advance(10)
        await clock.until(lambda: clock.asleep == 1)
        assert _state_of(websocket) is ConnectionState.WAITING
        assert len(ear.refusals) == 1


async def test_the_state_is_waiting_again_after_a_cancellation(
    simulator: PlexSimulator, make_notifications: MakeNotifications, ear: Ear
) -> None:
    websocket = make_notifications()
    async with listen(websocket):
        await hears(simulator, ear)
    assert _state_of(websocket) is ConnectionState.WAITING
