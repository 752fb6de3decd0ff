"""Notifications of sessions that cannot be read: by a shared user, or during a fault."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PUSH, STREAMS
from tests.simulator import Fault, Item, PlexSimulator

from .conftest import RunFor
from .helpers import deliver_push, settle, state_value, use_shared_token, wait_until

READ = "/status/sessions"

pytestmark = pytest.mark.push


async def test_notifications_cause_no_read_with_a_shared_token(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    use_shared_token(hass, entry_with_push, simulator)
    await hass.config_entries.async_reload(entry_with_push.entry_id)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_ON)
    await settle(hass)
    simulator.clear_requests()
    session = simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    simulator.sessions.pause(session)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    await run_for(10)
    assert simulator.count(READ) == 0
    assert state_value(hass, PUSH) == STATE_ON


@pytest.mark.usefixtures("entry_with_push")
async def test_stream_that_ends_while_sessions_cannot_be_read_is_not_shown_afterwards(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    session = simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    await run_for(2)
    assert state_value(hass, STREAMS) == "1"
    simulator.faults.add(READ, Fault.status(500), times=None)
    simulator.push.refuse(503)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(90)
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    simulator.push.accept()
    await run_for(300, step=5)
    assert state_value(hass, PUSH) == STATE_ON
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE

    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await run_for(12)
    assert state_value(hass, STREAMS) == "0"
