"""Home Assistant stops while push is connected."""

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PUSH
from tests.simulator import PlexSimulator

from .conftest import RunFor
from .helpers import log_messages, state_value

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
