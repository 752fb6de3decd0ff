"""Fixtures: Home Assistant with a recorder, set up before the integration."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

type ReadStatistics = Callable[[str], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the database before Home Assistant is created."""


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Set up a recorder with a database of its own."""


@pytest.fixture
def read_statistics(hass: HomeAssistant) -> ReadStatistics:
    """Return a function that reads the hours of a series: start, state and sum."""

    async def read(statistic_id: str) -> list[dict[str, Any]]:
        await async_wait_recording_done(hass)
        found = await get_instance(hass).async_add_executor_job(
            statistics_during_period,
            hass,
            dt_util.utc_from_timestamp(0),
            None,
            {statistic_id},
            "hour",
            None,
            {"state", "sum"},
        )
        return [dict(row) for row in found.get(statistic_id, [])]

    return read


@pytest.fixture
def read_names(hass: HomeAssistant) -> Callable[[], Awaitable[dict[str, str | None]]]:
    """Return a function that reads the names of all series of the integration."""

    async def read() -> dict[str, str | None]:
        await async_wait_recording_done(hass)
        found = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
        return {
            each["statistic_id"]: each["name"] for each in found if each["source"] == "plex_pulse"
        }

    return read
