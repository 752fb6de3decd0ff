"""A 401 starts reauthentication only if the previous poll failed with a 401 as well."""

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import STREAMS
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import state_value


@pytest.mark.parametrize(
    "between",
    [Fault.status(500), Fault.reset(), Fault.html(), Fault.status(404)],
    ids=["500", "reset", "HTML", "404"],
)
async def test_reauth_starts_only_after_consecutive_401s(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    between: Fault,
) -> None:
    def has_reauth_flow() -> bool:
        return any(loaded_entry.async_get_active_flows(hass, {SOURCE_REAUTH}))

    refusal = Fault.status(401)
    for fault in (refusal, between, refusal):
        simulator.faults.clear()
        for path in ("/status/sessions", "/library/sections"):
            simulator.faults.add(path, fault, times=None)
        await advance(10)
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert not has_reauth_flow()

    await advance(10)
    assert has_reauth_flow()
    simulator.faults.clear()
    await advance(600)
    assert state_value(hass, STREAMS) == "0"
    assert not has_reauth_flow()
