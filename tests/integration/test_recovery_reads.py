"""How many requests for the sessions the end of an interruption costs."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.simulator import Fault, Item, PlexSimulator

from .actions import get_response
from .conftest import Advance, RunFor
from .helpers import deliver_push, state_of, state_value, wait_until

READ = "/status/sessions"
NOTIFICATIONS = "/:/websockets/notifications"

pytestmark = pytest.mark.push


@pytest.fixture
async def streaming(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    """Play a film, with push connected for more than a minute."""
    await run_for(70, step=10)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.clear_requests()


async def _lose_server(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Stop the server and wait until the websocket has ended."""
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)


def _titles(hass: HomeAssistant) -> list[str]:
    """Return the titles of the streams."""
    return [stream["title"] for stream in state_of(hass, STREAMS).attributes["streams"]]


async def test_setup_with_push_costs_two_reads(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    """One of the set-up, and one after the connection of push."""
    await run_for(30)
    assert simulator.count(READ) == 2


@pytest.mark.usefixtures("streaming")
@pytest.mark.parametrize("outage", [4, 23, 600])
async def test_end_of_an_outage_costs_one_read(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor, outage: int
) -> None:
    await _lose_server(hass, simulator)
    await run_for(outage)
    await simulator.start()
    simulator.sessions.start_live_tv("Tide tables")
    simulator.clear_requests()
    await run_for(11)
    assert state_value(hass, PUSH) == STATE_ON
    assert _titles(hass) == ["Tide tables"]
    await run_for(30)
    assert simulator.count(READ) == 1
    # The request was sent after the connection: push reports what has changed since then.
    paths = [request.path for request in simulator.requests]
    assert paths.index(NOTIFICATIONS) < paths.index(READ)


@pytest.mark.usefixtures("streaming")
@pytest.mark.parametrize("delay", [0.0, 0.9])
async def test_websocket_that_reconnects_within_a_second_costs_one_read(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    run_for: RunFor,
    clock: HeldFreezerClock,
    delay: float,
) -> None:
    clock.random_value = delay
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.sessions.pause(next(iter(simulator.sessions.current())))
    await run_for(2)
    assert state_value(hass, PUSH) == STATE_ON
    assert [s["state"] for s in state_of(hass, STREAMS).attributes["streams"]] == ["paused"]
    await run_for(30)
    assert simulator.count(READ) == 1


@pytest.mark.usefixtures("streaming")
async def test_websocket_that_closes_soon_after_a_read_causes_no_further_read_at_once(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    """The poll follows ten seconds after that read."""
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(3)
    assert simulator.count(READ) == 1
    simulator.push.refuse(503)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.sessions.start_live_tv()
    await run_for(4)
    assert simulator.count(READ) == 1
    await run_for(5)
    assert simulator.count(READ) == 2
    assert len(_titles(hass)) == 2


@pytest.mark.usefixtures("streaming")
async def test_sessions_are_read_at_once_if_the_reconnect_is_refused(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    """They are read again when push is connected, because no request has been sent since then."""
    await _lose_server(hass, simulator)
    await run_for(20)
    await simulator.start()
    simulator.push.refuse(503)
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(11)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert _titles(hass) == ["Tide tables"]
    simulator.clear_requests()
    # After a poll the next one is not due for ten seconds.
    while not simulator.count(READ):
        await run_for(1)
    simulator.clear_requests()
    simulator.push.accept()
    simulator.sessions.start(film)
    await run_for(1)
    assert state_value(hass, PUSH) == STATE_ON
    assert simulator.count(READ) == 1
    assert _titles(hass) == ["Tide tables", film.title]


@pytest.mark.usefixtures("streaming")
async def test_sessions_are_read_after_two_seconds_if_the_reconnect_hangs(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    run_for: RunFor,
) -> None:
    await _lose_server(hass, simulator)
    await run_for(20)
    simulator.faults.add(NOTIFICATIONS, Fault.hang(), times=None)
    await simulator.start()
    while state_value(hass, CONNECTED) == STATE_OFF:
        await advance(1)
    await simulator.fault_reached()
    simulator.clear_requests()
    await advance(1)
    assert not simulator.count(READ)
    await advance(1)
    await wait_until(lambda: simulator.count(READ) == 1)
    await wait_until(lambda: state_value(hass, STREAMS) == "0")
    simulator.faults.clear()
    simulator.sessions.start(film)
    await run_for(60)
    assert state_value(hass, PUSH) == STATE_ON
    assert _titles(hass) == [film.title]


@pytest.mark.usefixtures("streaming")
async def test_callers_share_a_read_that_waits_for_push(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance, run_for: RunFor
) -> None:
    await _lose_server(hass, simulator)
    await run_for(20)
    await simulator.start()
    simulator.faults.add(NOTIFICATIONS, Fault.hang(), times=None)
    while state_value(hass, CONNECTED) == STATE_OFF:
        await advance(1)
    simulator.clear_requests()
    reading = hass.async_create_task(get_response(hass, "get_streams"))
    await advance(2)
    assert (await reading)["streams"] == []
    assert simulator.count(READ) == 1
    simulator.faults.clear()
    await run_for(60)
    assert state_value(hass, PUSH) == STATE_ON
