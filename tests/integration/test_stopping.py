"""Home Assistant stops while push is connected."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PUSH
from tests.simulator import PlexSimulator

from .conftest import Advance, RunFor
from .helpers import entry_state, log_messages, set_up, state_value

pytestmark = pytest.mark.push


async def test_stop_sends_no_request_and_is_no_outage(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await run_for(12)
    simulator.clear_requests()
    await hass.async_stop(force=True)
    await simulator.push.disconnection()
    assert not simulator.requests
    assert state_value(hass, PUSH) == STATE_ON
    assert not log_messages(caplog)


async def test_setup_that_ends_while_home_assistant_stops_starts_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    """Tasks that start now would find the database and the sessions closed."""
    hass.set_state(CoreState.stopping)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert state_value(hass, PUSH) == STATE_OFF
    assert not simulator.count("/:/websockets/notifications")
    assert not simulator.count("/updater/status")
    hass.set_state(CoreState.running)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await simulator.push.connection()
    await advance(1)
    assert state_value(hass, PUSH) == STATE_ON
