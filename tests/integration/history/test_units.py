"""Statistics of sensors whose unit has changed go on."""

from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
    statistics_during_period,
    validate_statistics,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from .conftest import set_up

SENSORS = ("sensor.harbour_active_streams", "sensor.harbour_transcodes")


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Record the states of these sensors: their statistics are made of them."""
    return {"include": {"entities": list(SENSORS)}}


@pytest.mark.parametrize("former_unit", ["streams", "Streams", "flux", "个串流"])
async def test_counts_of_streams_without_their_former_unit_go_on(
    hass: HomeAssistant, entry: MockConfigEntry, former_unit: str
) -> None:
    start = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    for sensor in SENSORS:
        async_import_statistics(
            hass,
            {
                "mean_type": StatisticMeanType.ARITHMETIC,
                "has_sum": False,
                "name": None,
                "source": "recorder",
                "statistic_id": sensor,
                "unit_class": None,
                "unit_of_measurement": former_unit,
            },
            [],
        )
    await set_up(hass, entry)
    await async_wait_recording_done(hass)
    for sensor in SENSORS:
        state = hass.states.get(sensor)
        assert state is not None
        assert "unit_of_measurement" not in state.attributes

    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)

    recorder = get_instance(hass)
    issues = await recorder.async_add_executor_job(validate_statistics, hass)
    assert not issues.keys() & set(SENSORS)
    rows = await recorder.async_add_executor_job(
        statistics_during_period, hass, start, None, set(SENSORS), "5minute", None, {"mean"}
    )
    assert {sensor: len(found) for sensor, found in rows.items()} == dict.fromkeys(SENSORS, 1)
    metadata = await recorder.async_add_executor_job(lambda: get_metadata(hass))
    assert {metadata[sensor][1]["unit_of_measurement"] for sensor in SENSORS} == {None}
