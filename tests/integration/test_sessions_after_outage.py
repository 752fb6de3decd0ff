"""Streams of before an outage are not shown again until the server lists them."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import STREAMS
from tests.simulator import Item, PlexSimulator

from .conftest import RunFor
from .helpers import deliver_push, state_value


@pytest.mark.push
async def test_ended_stream_does_not_reappear_after_an_outage(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    """The websocket may connect before the sessions are read."""
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(5)
    assert state_value(hass, STREAMS) == "1"
    states: list[str] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        assert new is not None
        if not states or states[-1] != new.state:
            states.append(new.state)

    async_track_state_change_event(hass, STREAMS, changed)
    await simulator.stop()
    await run_for(20)
    simulator.sessions.stop(session)
    await simulator.start()
    await run_for(15)
    assert states == [STATE_UNAVAILABLE, "0"]
