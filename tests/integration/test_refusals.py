"""Only refusals in a row start reauthentication, also while Home Assistant sets up the entry."""

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import STREAMS
from tests.simulator import Fault, PlexSimulator

from .conftest import TOKEN, Advance
from .helpers import entry_state, state_value


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


async def test_refusals_of_two_reloads_do_not_count_together(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    for _ in range(3):
        simulator.revoke(TOKEN)
        await hass.config_entries.async_reload(loaded_entry.entry_id)
        assert entry_state(loaded_entry) is ConfigEntryState.SETUP_RETRY
        simulator.tokens.add_owner(TOKEN)
        await advance(6)
        assert entry_state(loaded_entry) is ConfigEntryState.LOADED
        await advance(30)
    assert not any(loaded_entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
