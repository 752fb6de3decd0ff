"""The requests of an import: pages, repeated imports, retries and a rate limit."""

from itertools import pairwise

from homeassistant.components.recorder import get_instance
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from tests.clocks import FreezerClock
from tests.integration.conftest import Advance
from tests.integration.helpers import log_messages
from tests.simulator import Fault, PlexSimulator

from .conftest import HISTORY_PATH, ReadStatistics, Verify, imported, reload, set_up, total
from .helpers import now_seconds, plays_by_hour, rows_by_hour


async def test_history_is_read_in_pages_with_at_most_one_request_per_second(
    hass: HomeAssistant, entry: MockConfigEntry, long_history: PlexSimulator
) -> None:
    await set_up(hass, entry)
    reads = [request for request in long_history.requests if request.path == HISTORY_PATH]
    assert len(reads) == -(-len(long_history.sessions.history) // 500)
    times = [request.at for request in reads]
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))


async def test_second_import_changes_nothing_and_reads_only_the_end(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    await set_up(hass, entry)
    before = await read_statistics(plays)
    long_history.clear_requests()
    await reload(hass, entry)
    assert await read_statistics(plays) == before
    assert long_history.count(HISTORY_PATH) == 1


async def test_statistics_that_the_database_has_lost_are_written_again(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    await set_up(hass, entry)
    before = await read_statistics(plays)
    get_instance(hass).async_clear_statistics([plays])
    await async_wait_recording_done(hass)
    assert await read_statistics(plays) == []
    long_history.clear_requests()
    await reload(hass, entry)
    assert await read_statistics(plays) == before
    assert long_history.count(HISTORY_PATH) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_history_is_logged_once_and_counts_nothing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    simulator.faults.add(HISTORY_PATH, Fault.status(status), times=None)
    await set_up(hass, entry)
    await verify()
    await verify()
    assert entry.state is ConfigEntryState.LOADED
    assert await read_statistics(plays) == []
    lines = [text for _, text in log_messages(caplog)]
    assert len(lines) == 1
    assert lines[0].startswith("The history of Harbour cannot be read")
    simulator.faults.clear()
    await verify()
    assert total(await read_statistics(plays)) == len(simulator.sessions.history)


async def test_import_that_fails_halfway_continues_where_it_was(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
    clock: FreezerClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fail_at(long_history, monkeypatch, 1_000)
    await set_up(hass, entry)
    assert 0 < total(await read_statistics(plays)) <= 1_000
    long_history.clear_requests()
    monkeypatch.undo()
    long_history.faults.clear()
    await advance(31)
    await imported(hass)
    now = now_seconds()
    views = long_history.sessions.history
    assert rows_by_hour(await read_statistics(plays)) == plays_by_hour(views, now)
    first = next(request for request in long_history.requests if request.path == HISTORY_PATH)
    # Some known plays are read again.
    assert int(first.query["X-Plex-Container-Start"]) in range(890, 901)


async def test_import_continues_after_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fail_at(long_history, monkeypatch, 1_000)
    await set_up(hass, entry)
    long_history.clear_requests()
    monkeypatch.undo()
    long_history.faults.clear()
    await reload(hass, entry)
    views = long_history.sessions.history
    rows = await read_statistics(plays)
    assert rows_by_hour(rows) == plays_by_hour(views, now_seconds())
    assert total(rows) == sum(view.viewed_at <= now_seconds() for view in views)
    first = next(request for request in long_history.requests if request.path == HISTORY_PATH)
    # Some known plays are read again.
    assert int(first.query["X-Plex-Container-Start"]) in range(890, 901)


async def test_rate_limit_pauses_the_import(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
) -> None:
    history = long_history.sessions.history
    later, history[:] = history[:], history[:600]
    await set_up(hass, entry)
    history[:] = later
    long_history.clear_requests()
    long_history.faults.add(HISTORY_PATH, Fault.status(429, {"Retry-After": "120"}))
    await verify()
    times = [request.at for request in long_history.requests if request.path == HISTORY_PATH]
    assert times[1] - times[0] >= 120
    rows = await read_statistics(plays)
    assert rows_by_hour(rows) == plays_by_hour(history, now_seconds())


def _fail_at(simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch, start: int) -> None:
    """Make the server fail from this position of the history on."""
    take = simulator.faults.take

    def take_or_fail(path: str) -> Fault | None:
        position = simulator.requests[-1].query.get("X-Plex-Container-Start", "0")
        if path == HISTORY_PATH and int(position) >= start:
            return Fault.status(500)
        return take(path)

    monkeypatch.setattr(simulator.faults, "take", take_or_fail)
