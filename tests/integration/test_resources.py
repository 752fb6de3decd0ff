"""The CPU and memory sensors of the server, polled only while one is enabled."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import diagnostics_of, set_up, settle, state_of, state_value

KEYS = ("host_cpu", "process_cpu", "host_memory", "process_memory")
HOST_CPU = "sensor.harbour_host_cpu"
READ = "/statistics/resources"


@pytest.fixture
def host_cpu_enabled(entry: MockConfigEntry, entity_registry: er.EntityRegistry) -> None:
    """Enable one of the four sensors."""
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{entry.unique_id}_host_cpu",
        suggested_object_id="harbour_host_cpu",
        disabled_by=None,
        config_entry=entry,
    )


async def test_resources_are_not_polled_while_all_sensors_are_disabled(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    advance: Advance,
) -> None:
    await advance(3600)
    assert not simulator.count(READ)
    for key in KEYS:
        entry = entity_registry.async_get(f"sensor.harbour_{key}")
        assert entry is not None
        assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION


@pytest.mark.usefixtures("all_entities_enabled")
async def test_all_four_sensors_share_one_request_every_30_seconds(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    newest = {
        "at": 20,
        "hostCpuUtilization": 0.0,
        "processCpuUtilization": 12.25,
        "hostMemoryUtilization": "41.5",
        "processMemoryUtilization": 3,
    }
    older = newest | {"at": 15, "processCpuUtilization": 99.0}
    answer = {"MediaContainer": {"size": 2, "StatisticsResources": [newest, older]}}
    simulator.faults.add(READ, Fault.wrong_json(answer))
    await set_up(hass, entry)
    assert simulator.count(READ) == 1
    assert [float(state_value(hass, f"sensor.harbour_{key}")) for key in KEYS] == [
        0,
        12.25,
        41.5,
        3,
    ]
    assert state_of(hass, HOST_CPU).attributes["unit_of_measurement"] == "%"
    assert "state_class" not in state_of(hass, HOST_CPU).attributes
    # Home Assistant schedules polls from the last full second.
    await advance(28)
    assert simulator.count(READ) == 1
    await advance(2)
    assert simulator.count(READ) == 2
    assert float(state_value(hass, "sensor.harbour_process_cpu")) < 10


@pytest.mark.usefixtures("host_cpu_enabled")
async def test_the_sensors_recover_after_a_failed_poll(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert state_value(hass, HOST_CPU) != STATE_UNAVAILABLE
    simulator.faults.add(READ, Fault.status(500), times=4)
    await advance(30)
    assert state_value(hass, HOST_CPU) == STATE_UNAVAILABLE
    assert state_value(hass, "sensor.harbour_active_streams") == "0"
    await advance(30)
    assert state_value(hass, HOST_CPU) != STATE_UNAVAILABLE


@pytest.mark.usefixtures("host_cpu_enabled")
async def test_a_401_after_earlier_success_does_not_start_reauth(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add(READ, Fault.status(401), times=3)
    for _ in range(3):
        await advance(30)
        assert state_value(hass, HOST_CPU) == STATE_UNAVAILABLE
    assert not hass.config_entries.flow.async_progress()
    await advance(30)
    assert state_value(hass, HOST_CPU) != STATE_UNAVAILABLE


@pytest.mark.usefixtures("all_entities_enabled")
async def test_without_plex_pass_there_are_no_sensors_until_the_owner_gets_one(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    simulator.state.plex_pass = False
    await set_up(hass, entry)
    assert hass.states.get(HOST_CPU) is None
    features = (await diagnostics_of(hass, hass_client, entry))["features"]
    assert features["resources"] == "off: the server's owner has no Plex Pass"
    await advance(3600)
    assert not simulator.count(READ)

    simulator.state.plex_pass = True
    await advance(3600)
    await settle(hass)
    assert state_value(hass, HOST_CPU) != STATE_UNAVAILABLE


@pytest.mark.usefixtures("host_cpu_enabled")
async def test_a_404_stops_the_polling_of_resources(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    simulator.faults.add(READ, Fault.status(404), times=None)
    await set_up(hass, entry)
    await advance(600)
    assert simulator.count(READ) == 1
    assert state_value(hass, HOST_CPU) == STATE_UNAVAILABLE
    assert state_value(hass, "sensor.harbour_api_status") == "ok"
    features = (await diagnostics_of(hass, hass_client, entry))["features"]
    assert features["resources"] == "off: the server does not offer it"
