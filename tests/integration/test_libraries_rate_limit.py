"""Libraries are read once an hour; a server's wish for silence lasts no longer for that."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import MOVIES
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .support import reading

LIBRARIES = "/media/providers"
LATER = 30


@pytest.mark.parametrize(("silence", "seconds"), [(31, 150), (300, 330)])
async def test_libraries_are_back_soon_after_the_silence_that_the_server_asked_for(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    silence: int,
    seconds: int,
) -> None:
    simulator.faults.add(LIBRARIES, Fault.status(429, {"Retry-After": str(silence)}))
    await advance(3600)
    assert reading(hass, MOVIES) == STATE_UNAVAILABLE
    simulator.clear_requests()
    for _ in range(seconds // LATER):
        await advance(LATER)
    assert reading(hass, MOVIES) == "40"
    assert simulator.count(LIBRARIES) == 1
