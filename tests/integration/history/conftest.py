"""Fixtures: Home Assistant with a recorder, set up before the integration."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
import logging
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from custom_components.plex_pulse.history.setup import DATA_HISTORY
from tests.fixtures.statistics import STATISTICS_ONLY
from tests.integration.conftest import Advance
from tests.integration.helpers import settle
from tests.simulator import Fault, PlexSimulator
from tests.simulator.made_up_history import made_up_history
from tests.simulator.users_and_players import USERS

type FailFrom = Callable[[int, Fault | None], None]
type ReadStatistics = Callable[[str], Awaitable[list[dict[str, Any]]]]
type Verify = Callable[[], Awaitable[None]]


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the database before Home Assistant is created."""


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Store statistics only."""
    return STATISTICS_ONLY


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Set up a recorder with an empty database."""


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


HISTORY_PATH = "/status/sessions/history/all"


@pytest.fixture(autouse=True)
def _storage_in_memory(hass_storage: dict[str, Any]) -> None:
    """Store data in memory instead of on the disk."""


@pytest.fixture
def plays(simulator: PlexSimulator) -> str:
    """Return the statistic id of all plays of the server."""
    return f"plex_pulse:{simulator.state.machine_identifier}_plays"


@pytest.fixture(autouse=True)
def _quiet_database() -> Iterator[None]:
    """Do not log database statements: there are thousands."""
    logger = logging.getLogger("sqlalchemy.engine")
    level = logger.level
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(level)


@pytest.fixture
def long_history(simulator: PlexSimulator) -> PlexSimulator:
    """Return the server with some days of generated history: several pages.

    Each hour of each user and library is a row of the database, whatever the number of plays.
    """
    simulator.sessions.history[:] = made_up_history(
        simulator.library,
        dt_util.utcnow().timestamp(),
        [user.id for user in USERS],
        years=0.03,
        plays_per_day=135,
    )
    return simulator


@pytest.fixture
def three_years(simulator: PlexSimulator) -> PlexSimulator:
    """Return the server with three years of generated history."""
    simulator.sessions.history[:] = made_up_history(
        simulator.library,
        dt_util.utcnow().timestamp(),
        [user.id for user in USERS],
        plays_per_day=1.8,
    )
    return simulator


@pytest.fixture
def fail_from(simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch) -> FailFrom:
    """Return a function that applies a fault to the history from a position on; None ends it."""
    take = simulator.faults.take
    first = 0
    applied: Fault | None = None

    def take_or_fail(path: str) -> Fault | None:
        if applied is not None and path == HISTORY_PATH:
            request = next(each for each in reversed(simulator.requests) if each.path == path)
            if int(request.query.get("X-Plex-Container-Start", "0")) >= first:
                return applied
        return take(path)

    def fail_from(position: int, fault: Fault | None) -> None:
        nonlocal first, applied
        first, applied = position, fault

    monkeypatch.setattr(simulator.faults, "take", take_or_fail)
    return fail_from


@pytest.fixture
def verify(hass: HomeAssistant, advance: Advance) -> Verify:
    """Return a function that advances the time by an hour, in which the history is verified."""

    async def verify() -> None:
        await advance(3600)
        await imported(hass)

    return verify


async def imported(hass: HomeAssistant) -> None:
    """Wait until the history was imported; the recorder writes in a thread of its own."""
    for _ in range(20_000):
        await async_wait_recording_done(hass)
        if not any(
            task.get_name().endswith(" history")
            for task in hass._background_tasks  # noqa: SLF001 - as Home Assistant's own tests do
            if isinstance(task, asyncio.Task)
        ):
            await settle(hass)
            return
    pytest.fail("The import never ended")


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an entry and wait until its history was imported."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await imported(hass)


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload an entry and set it up again, as a restart does."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.entry_id not in hass.data[DATA_HISTORY]
    await set_up(hass, entry)


def total(rows: list[dict[str, Any]]) -> float:
    """Return the plays of all hours, after checking that the sums fit."""
    counted = 0.0
    for row in rows:
        counted += row["state"]
        assert row["sum"] == counted
        assert row["state"] >= 0
    return counted
