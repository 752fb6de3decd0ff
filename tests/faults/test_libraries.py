"""Libraries that are added, renamed, removed, or fail during set-up."""

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import CONCERTS, KIDS_MOVIES, MOVIES
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import available_entities, deliver_push, state_value
from tests.simulator import Fault, PlexSimulator

from .assertions import HealthyBaseline, stream_titles

pytestmark = pytest.mark.push

HOUR = 3600


async def test_library_added_renamed_and_removed_while_a_stream_plays(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    device_registry: dr.DeviceRegistry,
) -> None:
    simulator.sessions.start_live_tv("Tide tables")
    section = simulator.library.add_section("Concerts", "movie")
    simulator.scan(section, items=["Rooted, live"])
    await deliver_push(hass, simulator)
    await run_for(10)
    assert state_value(hass, CONCERTS) == "1"
    with_concerts = available_entities(hass)

    simulator.library.rename_section(section, "Recitals")
    await run_for(HOUR, step=60)
    identifier = (DOMAIN, f"{baseline.entry.unique_id}_{section.uuid}")
    device = device_registry.async_get_device_by_identifier(identifier, baseline.entry.entry_id)
    assert device is not None
    assert device.name == "Harbour Recitals"
    assert available_entities(hass) == with_concerts

    simulator.library.remove_section(section)
    await run_for(HOUR, step=60)
    assert hass.states.get(CONCERTS) is None
    assert state_value(hass, MOVIES) == "40"
    assert stream_titles(hass) == ["Tide tables"]
    baseline.assert_recovered()


@pytest.mark.parametrize("fault", [Fault.status(404), Fault.html()], ids=["404", "HTML"])
async def test_library_that_fails_during_setup_is_read_again_within_a_minute(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    fault: Fault,
) -> None:
    simulator.faults.add("/library/sections/1/*", fault, times=None)
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(12)
    assert (state_value(hass, MOVIES), state_value(hass, KIDS_MOVIES)) == (STATE_UNKNOWN, "8")
    simulator.faults.clear()
    await run_for(60)
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)
