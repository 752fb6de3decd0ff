"""The statistics in the database: their metadata, and what a removed entry leaves."""

from dataclasses import dataclass, field
from threading import Event
from typing import Any, override

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from tests.integration.actions import get_response
from tests.integration.conftest import TOKEN
from tests.integration.followed_users import follow_users
from tests.integration.helpers import wait_until
from tests.simulator import Fault, PlexSimulator
from tests.simulator.users_and_players import JUNIPER

from .conftest import FailFrom, ReadStatistics, imported, reload, set_up, total


@dataclass(slots=True)
class _BlockedTask(RecorderTask):
    """A task of the recorder that ends when it is released."""

    released: Event = field(default_factory=Event)

    @override
    def run(self, instance: Recorder) -> None:
        self.released.wait(30)


async def _metadata(hass: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Return the metadata of all series of the integration by statistic id."""
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    return {each["statistic_id"]: each for each in found if each["source"] == "plex_pulse"}


@pytest.mark.parametrize("plex_pass", [True, False])
async def test_all_series_have_sums_a_unit_and_no_mean(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, plex_pass: bool
) -> None:
    simulator.state.plex_pass = plex_pass
    await set_up(hass, entry)
    await follow_users(hass, entry, JUNIPER)
    await imported(hass)
    series = await _metadata(hass)
    watch_times = {each for each in series if "_watch_time_" in each}
    assert len(watch_times) == 2
    for statistic_id, metadata in series.items():
        is_duration = statistic_id in watch_times
        assert metadata["has_sum"]
        assert metadata["mean_type"] is StatisticMeanType.NONE
        assert metadata["unit_class"] == ("duration" if is_duration else None)
        assert metadata["statistics_unit_of_measurement"] == ("h" if is_duration else "plays")
        # As Home Assistant requires it.
        assert statistic_id == statistic_id.lower()
        assert "-" not in statistic_id


async def test_statistics_stay_when_the_entry_is_removed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    hass_storage: dict[str, Any],
) -> None:
    await imported(hass)
    before = await read_statistics(plays)
    key = f"plex_pulse.history.{loaded_entry.entry_id}"
    assert key in hass_storage
    assert await hass.config_entries.async_remove(loaded_entry.entry_id)
    await hass.async_block_till_done()
    assert await read_statistics(plays) == before
    assert key not in hass_storage

    again = MockConfigEntry(
        domain="plex_pulse",
        title="Harbour",
        unique_id=loaded_entry.unique_id,
        data={"url": simulator.url, "token": TOKEN, "verify_ssl": True},
    )
    again.add_to_hass(hass)
    await set_up(hass, again)
    # Counted once, though the series existed.
    assert await read_statistics(plays) == before


async def test_shutdown_saves_what_an_import_has_read(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    fail_from: FailFrom,
    hass_storage: dict[str, Any],
) -> None:
    """Home Assistant unloads no entry when it stops."""
    fail_from(1_000, Fault.hang())
    assert await hass.config_entries.async_setup(entry.entry_id)
    await long_history.faults.wait_reached()
    key = f"plex_pulse.history.{entry.entry_id}"
    assert key not in hass_storage
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    saved = hass_storage[key]["data"]
    assert saved["columns"]["at"]
    # Hours whose rows are written after the restart.
    newest = max(saved["unwritten"])
    assert newest == long_history.sessions.history[998].viewed_at // 3600


async def test_series_have_only_hours_with_plays_after_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    fail_from: FailFrom,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    """The hours that a long read has found, and not written, are those of all series."""
    fail_from(1_000, Fault.hang())
    assert await hass.config_entries.async_setup(entry.entry_id)
    await long_history.faults.wait_reached()
    fail_from(1_000, None)
    await reload(hass, entry)
    now = dt_util.utcnow().timestamp()
    views = [view for view in long_history.sessions.history if view.viewed_at <= now]
    assert total(await read_statistics(plays)) == len(views)
    movies = await read_statistics(f"{plays}_movie")
    assert 0 < total(movies) < len(views)
    assert all(row["state"] > 0 for row in movies)


async def test_series_are_not_saved_as_written_while_they_are_only_queued(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    """What is queued in the recorder is lost if Home Assistant is killed."""
    await imported(hass)
    before = await read_statistics(plays)
    blocked = _BlockedTask()
    recorder = get_instance(hass)
    recorder.queue_task(blocked)
    answer = await get_response(hass, "rebuild_statistics")
    # Each series is cleared and written.
    await wait_until(lambda: recorder.backlog >= 2 * answer["series"])
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    saved = hass_storage[f"plex_pulse.history.{loaded_entry.entry_id}"]["data"]
    assert saved["written"] == {}
    blocked.released.set()
    await set_up(hass, loaded_entry)
    assert await read_statistics(plays) == before
