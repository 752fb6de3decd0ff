"""Streams of before an outage, or of before a loss of push, reappear only with a read."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, MOVIES, PUSH, STREAMS, UPDATE
from tests.simulator import Fault, Item, PlexSimulator, Session

from .conftest import Advance, RunFor
from .helpers import (
    deliver_push,
    set_up,
    state_value,
    update_entities,
    wait_until,
)
from .scripted_sessions import SESSIONS_PATH


@pytest.fixture
def ending(simulator: PlexSimulator, films: list[Item]) -> Session:
    """Return the second of two streams, which ends during the outage."""
    simulator.sessions.start(films[0])
    return simulator.sessions.start(films[1])


@pytest.fixture
async def connected(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    ending: Session,
    simulator: PlexSimulator,
    run_for: RunFor,
) -> None:
    """Show both streams, with push."""
    await deliver_push(hass, simulator)
    await run_for(12)
    assert state_value(hass, STREAMS) == "2"


def _record(hass: HomeAssistant) -> list[str]:
    """Return the list to which each value of the number of streams is added from now on."""
    states: list[str] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        assert new is not None
        if not states or states[-1] != new.state:
            states.append(new.state)

    async_track_state_change_event(hass, STREAMS, changed)
    return states


@pytest.mark.push
@pytest.mark.usefixtures("connected")
async def test_ended_stream_does_not_reappear_after_an_outage(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    """The websocket may connect before the sessions are read; a restart has ended both."""
    states = _record(hass)
    await simulator.stop()
    await run_for(20)
    await simulator.start()
    await run_for(15)
    assert states == [STATE_UNAVAILABLE, "0"]


@pytest.mark.push
@pytest.mark.usefixtures("connected")
async def test_ended_stream_does_not_reappear_after_a_quick_restart(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance, run_for: RunFor
) -> None:
    """A second check ends the outage before any read of the sessions has failed."""
    states = _record(hass)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    for _ in range(20):
        if state_value(hass, CONNECTED) == STATE_OFF:
            break
        await advance(0.1)
    await simulator.start()
    await run_for(12)
    assert states == [STATE_UNAVAILABLE, "0"]


@pytest.mark.push
@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("is_ended", [True, False])
async def test_ended_stream_does_not_reappear_after_a_freeze(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    ending: Session,
    run_for: RunFor,
    is_ended: bool,
) -> None:
    """The check that ends the outage may be answered before the sessions are read."""
    states = _record(hass)
    simulator.push.refuse(503)
    simulator.faults.add("/*", Fault.hang(), times=None)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    if is_ended:
        simulator.sessions.stop(ending)
    await run_for(16, step=0.5)
    assert state_value(hass, CONNECTED) == STATE_OFF
    simulator.faults.clear()
    simulator.push.accept()
    await run_for(12, step=0.5)
    assert states == [STATE_UNAVAILABLE, "1" if is_ended else "2"]


@pytest.mark.parametrize("is_ended", [True, False])
async def test_ended_stream_does_not_reappear_after_an_outage_without_push(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    ending: Session,
    clock: FreezerClock,
    is_ended: bool,
) -> None:
    """Another poll notices the outage, and another one its end."""
    await set_up(hass, entry)
    states = _record(hass)
    simulator.faults.add("/*", Fault.reset(), times=None)
    await update_entities(hass, MOVIES)
    assert state_value(hass, CONNECTED) == STATE_OFF
    if is_ended:
        simulator.sessions.stop(ending)
    simulator.faults.clear()
    clock.advance(3)
    await update_entities(hass, UPDATE)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert states == [STATE_UNAVAILABLE, "1" if is_ended else "2"]


@pytest.mark.push
@pytest.mark.usefixtures("connected")
async def test_push_alone_does_not_show_streams_that_were_unavailable_without_it(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    ending: Session,
    run_for: RunFor,
) -> None:
    """Reads fail, so without push the streams are unknown; no end is reported meanwhile."""
    states = _record(hass)
    simulator.faults.add(SESSIONS_PATH, Fault.status(500), times=None)
    simulator.push.refuse(503)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(5)
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    simulator.sessions.stop(ending)
    simulator.push.accept()
    await run_for(20)
    assert state_value(hass, PUSH) == STATE_ON
    assert states == [STATE_UNAVAILABLE]
    simulator.faults.clear()
    await run_for(12)
    assert states == [STATE_UNAVAILABLE, "1"]
