"""The diagnostic entities about the connection to the server."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import settle, state_value, update_entities

HEALTH = (
    "binary_sensor.harbour_connected",
    "sensor.harbour_api_status",
    "sensor.harbour_rate_limited_until",
    "sensor.harbour_poll_interval",
    "sensor.harbour_api_latency",
    "sensor.harbour_api_requests",
    "sensor.harbour_api_retries",
    "sensor.harbour_api_failures",
)


def _states(hass: HomeAssistant) -> list[str]:
    return [state_value(hass, entity_id) for entity_id in HEALTH]


async def test_only_connected_and_api_status_are_enabled_by_default(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    assert [entity_id for entity_id in HEALTH if hass.states.get(entity_id)] == list(HEALTH[:2])
    for entity_id in HEALTH:
        registered = entity_registry.async_get(entity_id)
        assert registered is not None
        assert registered.unique_id.startswith(f"{loaded_entry.unique_id}_")


def _enabled_states(hass: HomeAssistant) -> list[str]:
    return [state_value(hass, entity_id) for entity_id in HEALTH[:2]]


@pytest.mark.usefixtures("all_entities_enabled")
async def test_every_request_retry_and_failure_is_counted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    sent = len(simulator.requests)
    assert _states(hass) == [
        STATE_ON,
        "ok",
        STATE_UNKNOWN,
        "10.0",
        "0.0",
        str(sent),
        "0",
        "0",
    ]
    simulator.faults.add("/status/sessions", Fault.status(500), times=2)
    await advance(10)
    assert len(simulator.requests) == sent + 3
    assert _states(hass)[5:] == [str(sent + 3), "2", "2"]

    # A reload resets the counters.
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    assert _states(hass)[5:] == [str(sent), "0", "0"]


@pytest.mark.usefixtures("all_entities_enabled")
async def test_latency_is_a_moving_average_of_the_responses(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    # 29 bytes, one every 10 ms: a response after 290 ms, with a weight of one fifth.
    simulator.faults.add("/status/sessions", Fault.slow_drip(0.01))
    await advance(10)
    assert float(state_value(hass, "sensor.harbour_api_latency")) == pytest.approx(58)
    await advance(10)
    assert float(state_value(hass, "sensor.harbour_api_latency")) == pytest.approx(46.4)


@pytest.mark.usefixtures("all_entities_enabled")
async def test_health_entities_stay_available_during_an_outage(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    sent = len(simulator.requests)
    await simulator.stop()
    await advance(10)
    *states, requests, retries, failures = _states(hass)
    assert states == [STATE_OFF, "network", STATE_UNKNOWN, "10.0", "0.0"]
    # Four of the poll and two that check whether the server responds at all; one more if the
    # first of them used the connection just before it closed.
    assert int(requests) - sent in {6, 7}
    assert (retries, failures) == ("4", "6")
    await simulator.start()
    await advance(10)
    assert _states(hass)[:2] == [STATE_ON, "ok"]


async def test_updating_health_entities_sends_no_request(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.clear_requests()
    await update_entities(hass, *HEALTH[:2])
    assert not simulator.requests
    assert _enabled_states(hass) == [STATE_ON, "ok"]
    assert not [record for record in caplog.get_records("call") if record.exc_info]

    await simulator.stop()
    await advance(10)
    await update_entities(hass, *HEALTH[:2])
    assert _enabled_states(hass) == [STATE_OFF, "network"]
    await simulator.start()
    await advance(10)
    assert _enabled_states(hass) == [STATE_ON, "ok"]
