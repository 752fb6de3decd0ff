"""Choosing how patient to be with a server."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Fault, PlexSimulator

from .clock import FreezerClock
from .conftest import Wait
from .flows import assert_error, prefilled

DEFAULTS = {
    "max_retries": 3,
    "base_delay": 0.1,
    "max_delay": 10.0,
    "attempt_timeout": 10.0,
    "total_timeout": 30.0,
}


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **changes: float) -> None:
    """Change the retry policy, and let the entry load again."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retry": DEFAULTS | changes}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_the_options_show_the_policy_that_is_in_force(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "init"
    assert prefilled(form) == {"retry": DEFAULTS}
    hass.config_entries.options.async_abort(form["flow_id"])

    await choose(hass, loaded, max_retries=5, base_delay=0.5)

    assert loaded.options == {"retry": DEFAULTS | {"max_retries": 5, "base_delay": 0.5}}
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    assert prefilled(form) == {"retry": DEFAULTS | {"max_retries": 5, "base_delay": 0.5}}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"base_delay": 5, "max_delay": 4.9}, "delay_above_maximum"),
        ({"attempt_timeout": 31}, "attempt_above_total"),
    ],
)
async def test_a_policy_that_contradicts_itself_is_refused_until_it_is_sound(
    hass: HomeAssistant, loaded: MockConfigEntry, changes: dict[str, float], key: str
) -> None:
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    typed = {"retry": DEFAULTS | changes}

    form = await hass.config_entries.options.async_configure(form["flow_id"], typed)

    assert_error(form, key)
    assert prefilled(form) == typed
    assert loaded.options == {}
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retry": DEFAULTS | {"base_delay": 10, "attempt_timeout": 30}}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "changes",
    [
        {"max_retries": 11},
        {"max_retries": -1},
        {"base_delay": 0},
        {"max_delay": 301},
        {"attempt_timeout": 0},
        {"total_timeout": 301},
    ],
)
async def test_a_number_out_of_all_bounds_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, changes: dict[str, float]
) -> None:
    form = await hass.config_entries.options.async_init(loaded.entry_id)

    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            form["flow_id"], {"retry": DEFAULTS | changes}
        )

    assert loaded.options == {}


async def test_the_chosen_repetitions_are_the_ones_made(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    simulator.clear_requests()
    await wait(10)
    assert simulator.count("/status/sessions") == 4
    simulator.faults.clear()

    await choose(hass, loaded, max_retries=0)

    assert loaded.state is ConfigEntryState.LOADED
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    simulator.clear_requests()
    await wait(10)
    assert simulator.count("/status/sessions") == 1


async def test_the_chosen_pauses_are_the_ones_made(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    wait: Wait,
) -> None:
    await choose(hass, loaded, base_delay=2, max_delay=3)
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    clock.slept.clear()

    await wait(10)

    assert clock.slept == [2, 3, 3]


async def test_the_options_open_while_the_server_is_away(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await simulator.start()

    await choose(hass, entry, max_retries=1)

    assert entry.state is ConfigEntryState.LOADED
    assert entry.options["retry"]["max_retries"] == 1
