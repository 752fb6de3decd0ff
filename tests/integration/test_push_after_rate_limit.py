"""A server that restarts while push is connected, after a 429."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import RunFor
from .helpers import deliver_push, state_value, wait_until

pytestmark = pytest.mark.push

READ = "/status/sessions"


async def test_server_restart_after_a_429_is_detected_without_delay(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    simulator.faults.add(READ, Fault.status(429, {"Retry-After": "5"}))
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(10)
    await simulator.stop()
    await wait_until(lambda: not entry_with_push.runtime_data.health.data.push)
    await run_for(12)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await run_for(30)
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_streams_are_verified_by_push_while_429s_stretch_the_polls(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    await run_for(12)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.faults.add("*", Fault.status(429, {"Retry-After": "2"}), times=None)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(120, step=2)
    assert state_value(hass, PUSH) == STATE_OFF

    simulator.faults.clear()
    for _ in range(60):
        await run_for(5, step=1)
        if state_value(hass, PUSH) == STATE_ON:
            break
    # The simulator sends no reports of the stream, so reads must verify it.
    for _ in range(30):
        await run_for(10)
        assert state_value(hass, STREAMS) == "1"
