"""Libraries are polled once an hour; a 429 must not add another hour."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import MOVIES
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import state_value

LIBRARIES = "/media/providers"
STEP = 30


@pytest.mark.parametrize(("retry_after", "seconds"), [(31, 150), (300, 330)])
async def test_libraries_are_read_soon_after_retry_after_has_passed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    retry_after: int,
    seconds: int,
) -> None:
    simulator.faults.add(LIBRARIES, Fault.status(429, {"Retry-After": str(retry_after)}))
    await advance(3600)
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    simulator.clear_requests()
    for _ in range(seconds // STEP):
        await advance(STEP)
    assert state_value(hass, MOVIES) == "40"
    assert simulator.count(LIBRARIES) == 1
