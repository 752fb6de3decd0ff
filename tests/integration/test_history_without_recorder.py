"""Without the recorder there are no statistics, and diagnostics show the reason."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.simulator import PlexSimulator

from .actions import get_response
from .conftest import Advance
from .helpers import diagnostics_of


async def test_history_is_absent_without_the_recorder(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics["history"] == {"status": "off: no recorder"}
    await advance(3600)
    assert simulator.count("/status/sessions/history/all") == 0
    for action in ("get_top", "rebuild_statistics"):
        with pytest.raises(HomeAssistantError, match="recorder"):
            await get_response(hass, action)
    assert hass.states.get("sensor.harbour_watch_time") is not None
