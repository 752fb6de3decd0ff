"""A reverse proxy that adds a large header to each response."""

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.simulator import Item, PlexSimulator

from .helpers import deliver_push, set_up, settle, state_value
from .reverse_proxy import LARGE_HEADER, add_large_header


@pytest.mark.push
async def test_header_of_12_kb_in_each_response_is_accepted(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, film: Item
) -> None:
    """Requests, images and the upgrade to a websocket work as without it."""
    await add_large_header(simulator)
    await set_up(hass, entry)
    await simulator.push.connection()
    await deliver_push(hass, simulator)
    assert len(LARGE_HEADER) == 12_000
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, PUSH) == STATE_ON
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await settle(hass)
    assert state_value(hass, STREAMS) == "1"
