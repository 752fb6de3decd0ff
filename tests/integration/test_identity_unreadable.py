"""/identity fails while all other endpoints work."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, MOVIES, PUSH, STATUS, STREAMS
from tests.simulator import Fault, Item, PlexSimulator

from .config_flow_helpers import paths_with_token
from .conftest import Advance, RunFor
from .helpers import settle, state_of, state_value, wait_until

IDENTITY = "/identity"
READ = "/status/sessions"
EACH_FAILURE = pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.status(500), "server"),
        (Fault.status(403), "authentication"),
        (Fault.status(404), "client"),
        (Fault.html(), "protocol"),
        (Fault.hang(), "network"),
    ],
    ids=["500", "403", "404", "HTML", "hang"],
)


@pytest.fixture
async def polled(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    """Return after the websocket was closed, and is refused from now on."""
    await run_for(12)
    simulator.push.refuse(404)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(20)
    assert state_value(hass, CONNECTED) == STATE_ON


@pytest.mark.push
@pytest.mark.usefixtures("polled")
@EACH_FAILURE
@pytest.mark.timeout(120)
async def test_a_failure_of_identity_alone_is_no_outage_without_push(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    fault: Fault,
    status: str,
) -> None:
    connected_at = state_of(hass, CONNECTED).last_changed
    simulator.faults.add(IDENTITY, fault, times=None)
    simulator.clear_requests()
    await run_for(90)
    assert state_value(hass, STATUS) == status
    assert simulator.count(READ) >= 6
    # A stream that starts meanwhile is shown.
    session = simulator.sessions.start(film)
    await run_for(20)
    assert state_value(hass, STREAMS) == "1"
    assert simulator.count(IDENTITY) <= 30
    simulator.sessions.stop(session)
    simulator.faults.clear()
    await run_for(40)
    assert (state_value(hass, STATUS), state_value(hass, STREAMS)) == ("ok", "0")
    assert state_of(hass, CONNECTED).last_changed == connected_at
    assert state_value(hass, CONNECTED) == STATE_ON


@pytest.mark.push
@pytest.mark.usefixtures("polled")
async def test_a_server_that_answers_nothing_else_is_an_outage(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    simulator.faults.add(IDENTITY, Fault.status(500), times=None)
    await run_for(60)
    assert state_value(hass, CONNECTED) == STATE_ON
    simulator.faults.add(READ, Fault.status(500), times=None)
    await run_for(12)
    assert state_value(hass, CONNECTED) == STATE_OFF
    # After an outage the token is not sent before the server has proved its identity.
    simulator.faults.clear(READ)
    simulator.clear_requests()
    await run_for(30)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not paths_with_token(simulator)
    simulator.faults.clear()
    await run_for(10)
    assert (state_value(hass, CONNECTED), state_value(hass, STREAMS)) == (STATE_ON, "0")


async def test_another_server_is_recognized_although_identity_fails_at_times(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    simulator.faults.add(IDENTITY, Fault.status(500), times=None)
    for _ in range(9):
        await advance(10)
    assert (state_value(hass, CONNECTED), state_value(hass, STATUS)) == (STATE_ON, "server")
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)
    for _ in range(3):
        await advance(10)
    assert state_value(hass, CONNECTED) == STATE_OFF
    other_server.clear_requests()
    await advance(60)
    assert not paths_with_token(other_server)
    await other_server.stop()
    await simulator.start()
    simulator.faults.clear()
    await advance(10)
    assert (state_value(hass, CONNECTED), state_value(hass, STREAMS)) == (STATE_ON, "0")


@pytest.mark.push
@EACH_FAILURE
async def test_identity_is_requested_every_five_seconds_at_most_after_the_end_of_push(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    clock: HeldFreezerClock,
    fault: Fault,
    status: str,
) -> None:
    """A server without a certificate has to prove itself before it gets the token again."""
    await run_for(12)
    simulator.faults.add(IDENTITY, fault, times=None)
    simulator.clear_requests()
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(16, step=0.5)
    assert (state_value(hass, CONNECTED), state_value(hass, MOVIES)) == (
        STATE_OFF,
        STATE_UNAVAILABLE,
    )
    assert state_value(hass, STATUS) == status
    assert {request.path for request in simulator.requests} <= {IDENTITY}
    assert simulator.count(IDENTITY) <= 8
    simulator.clear_requests()
    await run_for(40, step=0.5)
    assert {request.path for request in simulator.requests} == {IDENTITY}
    assert 3 <= simulator.count(IDENTITY) <= 8
    simulator.faults.clear()
    await run_for(9, step=0.5)
    assert (state_value(hass, CONNECTED), state_value(hass, STREAMS)) == (STATE_ON, "0")
    await settle(hass)
    await run_for(2, step=0.5)
    assert state_value(hass, PUSH) == STATE_ON


@pytest.mark.push
@pytest.mark.usefixtures("polled")
async def test_a_slow_identity_is_no_failure_without_push(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    connected_at = state_of(hass, CONNECTED).last_changed
    simulator.faults.add(IDENTITY, Fault.slow(8), times=None)
    for _ in range(100):
        await run_for(1)
        assert state_value(hass, STATUS) == "ok"
    assert simulator.count(IDENTITY)
    assert state_of(hass, CONNECTED).last_changed == connected_at


@pytest.mark.push
async def test_a_lost_connection_does_not_delay_the_end_of_an_outage(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
) -> None:
    await run_for(12)
    simulator.faults.add(IDENTITY, Fault.status(500), times=None)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(30)
    assert state_value(hass, CONNECTED) == STATE_OFF
    simulator.faults.clear()
    simulator.faults.add(IDENTITY, Fault.disconnect(), times=1)
    simulator.clear_requests()
    for _ in range(12):
        await run_for(1)
        if simulator.count(IDENTITY):
            break
    assert (state_value(hass, CONNECTED), state_value(hass, STREAMS)) == (STATE_ON, "0")
