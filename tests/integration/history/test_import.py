"""The import of the history into external statistics."""

from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
import logging
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from tests.clocks import FreezerClock
from tests.integration.conftest import Advance
from tests.integration.followed_users import follow_users
from tests.integration.helpers import log_messages
from tests.simulator import Fault, PlexSimulator
from tests.simulator.session import View
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER

from .conftest import HISTORY_PATH, ReadStatistics, imported, reload, set_up, total

type Verify = Callable[[], Awaitable[None]]


def _hours(views: list[View], wait_until: float) -> Counter[int]:
    """Return the number of plays by hour, without those in the future."""
    return Counter(view.viewed_at // 3600 for view in views if view.viewed_at <= wait_until)


def _now() -> float:
    """Return the time of Home Assistant in Unix seconds; the server's clock is behind it."""
    return dt_util.utcnow().timestamp()


def _as_counter(rows: list[dict[str, Any]]) -> Counter[int]:
    """Return the plays by hour of statistics, without the hours that have none."""
    return +Counter({int(row["start"]) // 3600: int(row["state"]) for row in rows})


async def test_history_becomes_hourly_statistics(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    rows = await read_statistics(plays)
    views = simulator.sessions.history
    assert total(rows) == len(views)
    assert _as_counter(rows) == _hours(views, _now())


@pytest.mark.timeout(180)  # the longest of all, on a machine that is busy
async def test_three_years_are_counted_by_kind_library_and_followed_user(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    three_years: PlexSimulator,
    read_statistics: ReadStatistics,
    read_names: Callable[[], Awaitable[dict[str, str | None]]],
    plays: str,
) -> None:
    await set_up(hass, entry)
    await follow_users(hass, entry, JUNIPER)
    now = _now()
    views = [view for view in three_years.sessions.history if view.viewed_at <= now]
    assert len(views) > 1_500

    assert _as_counter(await read_statistics(plays)) == _hours(views, now)
    kinds = 0.0
    for kind in ("movie", "episode", "track"):
        kinds += total(await read_statistics(f"{plays}_{kind}"))
    assert kinds == len(views)
    juniper = plays.replace("_plays", f"_user_{JUNIPER.id}_plays")
    rows = await read_statistics(juniper)
    assert total(rows) == sum(view.account_id == JUNIPER.id for view in views)
    for section in three_years.library.sections.values():
        library = plays.replace("_plays", f"_library_{section.uuid.replace('-', '')}_plays")
        expected = sum(view.section_key == section.key for view in views)
        assert total(await read_statistics(library)) == expected

    names = await read_names()
    assert names[plays] == "Harbour plays"
    assert names[f"{plays}_movie"] == "Harbour movies played"
    assert names[juniper] == "Harbour juniper plays"
    assert plays.replace("_plays", f"_user_{KESTREL.id}_plays") not in names


async def test_plays_dated_in_the_future_are_counted_later(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
) -> None:
    history = simulator.sessions.history
    known = len(history)
    history.append(
        View(
            title="Tomorrow",
            item=None,
            section_key=1,
            account_id=OWNER.id,
            viewed_at=int(_now()) + 90_000,
        )
    )
    await set_up(hass, entry)
    assert total(await read_statistics(plays)) == known
    for _ in range(24):
        await advance(3600)
    assert total(await read_statistics(plays)) == known
    await advance(3600)
    assert total(await read_statistics(plays)) == known + 1


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


async def test_older_play_that_appears_changes_the_sums_from_its_hour_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
) -> None:
    await set_up(hass, entry)
    before = total(await read_statistics(plays))
    history = long_history.sessions.history
    position = len(history) // 3
    late = history[position]
    history.insert(
        position,
        View(
            title="Found again",
            item=None,
            section_key=late.section_key,
            account_id=OWNER.id,
            viewed_at=late.viewed_at - 7_200,
        ),
    )
    await verify()
    rows = await read_statistics(plays)
    assert total(rows) == before + 1
    assert _as_counter(rows) == _hours(history, _now())


async def test_play_whose_time_changes_is_moved_and_not_counted_twice(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
) -> None:
    history = simulator.sessions.history
    view = history[5]
    history[5] = View(
        title=view.title,
        item=view.item,
        section_key=view.section_key,
        account_id=view.account_id,
        viewed_at=view.viewed_at - 2 * 3600,
    )
    await verify()
    rows = await read_statistics(plays)
    assert total(rows) == len(history)
    assert _as_counter(rows) == _hours(history, _now())


async def test_play_whose_user_changes_is_counted_for_the_new_user_only(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    history = simulator.sessions.history
    position = next(number for number, view in enumerate(history) if view.account_id == JUNIPER.id)
    view = history[position]
    history[position] = View(
        title=view.title,
        item=view.item,
        section_key=view.section_key,
        account_id=KESTREL.id,
        viewed_at=view.viewed_at,
    )
    await verify()
    for user in (JUNIPER, KESTREL):
        rows = await read_statistics(plays.replace("_plays", f"_user_{user.id}_plays"))
        assert total(rows) == sum(each.account_id == user.id for each in history)
    assert total(await read_statistics(plays)) == len(history)


@pytest.mark.parametrize("kept", [0, 10])
async def test_shrinking_history_lowers_no_sum_and_is_logged_once(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
    caplog: pytest.LogCaptureFixture,
    kept: int,
) -> None:
    before = await read_statistics(plays)
    history = list(simulator.sessions.history)
    simulator.sessions.history[:] = history[:kept]
    await verify()
    await verify()
    assert await read_statistics(plays) == before
    lines = [text for level, text in log_messages(caplog) if level == logging.INFO]
    assert lines == [
        f"Harbour deleted {len(history) - kept} plays from its history; they stay in the statistics"
    ]
    # Plays that return are not counted again.
    simulator.sessions.history[:] = history
    await verify()
    assert await read_statistics(plays) == before


async def test_plays_deleted_in_the_middle_of_a_long_history_stay_counted(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
) -> None:
    await set_up(hass, entry)
    before = await read_statistics(plays)
    history = long_history.sessions.history
    del history[700:900]
    await verify()
    assert await read_statistics(plays) == before
    # A new play after the known ones is still found.
    history.insert(
        -2,
        View(
            title="After it",
            item=None,
            section_key=1,
            account_id=OWNER.id,
            viewed_at=int(_now()),
        ),
    )
    await verify()
    assert total(await read_statistics(plays)) == total(before) + 1


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
    now = _now()
    views = long_history.sessions.history
    assert _as_counter(await read_statistics(plays)) == _hours(views, now)
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
    assert _as_counter(rows) == _hours(views, _now())
    assert total(rows) == sum(view.viewed_at <= _now() for view in views)
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
    assert _as_counter(rows) == _hours(history, _now())


async def test_play_is_counted_soon_after_it_has_ended(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
) -> None:
    before = total(await read_statistics(plays))
    film = simulator.library.of_kind(next(iter(simulator.library.items.values())).kind)[0]
    session = simulator.sessions.start(film)
    await advance(11)
    simulator.sessions.stop(session)
    await advance(11)
    await advance(61)
    rows = await read_statistics(plays)
    assert total(rows) == before + 1
    assert rows[-1]["start"] // 3600 == int(simulator.clock()) // 3600


async def test_shared_user_gets_the_plays_without_users(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_names: Callable[[], Awaitable[dict[str, str | None]]],
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    simulator.add_shared_token("canary-shared", [1])
    hass.config_entries.async_update_entry(
        entry,
        data={**entry.data, "token": "canary-shared"},
        options={"followed_users": {str(JUNIPER.id): "juniper"}},
    )
    await set_up(hass, entry)
    expected = sum(view.section_key == 1 for view in simulator.sessions.history)
    assert total(await read_statistics(plays)) == expected
    assert not any("_user_" in statistic_id for statistic_id in await read_names())


async def test_lengths_of_the_items_are_an_upper_bound_of_the_watch_time(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    # Only a server with Plex Pass measures the watch time.
    simulator.state.plex_pass = False
    await set_up(hass, entry)
    rows = await read_statistics(plays.replace("_plays", "_watch_time_upper_bound"))
    expected = sum(
        view.item.duration // 1000
        for view in simulator.sessions.history
        if view.item is not None and view.item.duration is not None
    )
    assert rows[-1]["sum"] == pytest.approx(expected / 3600)


async def test_watch_time_measured_by_plex_has_its_own_series(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    read_names: Callable[[], Awaitable[dict[str, str | None]]],
    plays: str,
    verify: Verify,
) -> None:
    hour = int(_now()) // 3600 * 3600
    measured = [
        {"accountID": 1, "timespan": 4, "at": hour - 7200, "count": 1, "duration": 1800},
        {"accountID": 2, "timespan": 4, "at": hour - 7200, "count": 1, "duration": 900},
        {"accountID": 1, "timespan": 4, "at": hour - 3600, "count": 2, "duration": 3600},
    ]

    def answer(rows: list[dict[str, int]]) -> None:
        simulator.faults.clear()
        simulator.faults.add(
            "/statistics/media",
            Fault.wrong_json({"MediaContainer": {"size": len(rows), "StatisticsMedia": rows}}),
            times=None,
        )

    answer(measured)
    await set_up(hass, entry)
    series = plays.replace("_plays", "_watch_time_plex")
    rows = await read_statistics(series)
    assert [(row["start"], row["state"], row["sum"]) for row in rows] == [
        (hour - 7200, 0.75, 0.75),
        (hour - 3600, 1.0, 1.75),
    ]
    assert plays.replace("_plays", "_watch_time_upper_bound") not in await read_names()
    # What Plex purges stays counted.
    answer(measured[2:])
    await verify()
    assert await read_statistics(series) == rows


def _fail_at(simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch, start: int) -> None:
    """Make the server fail from this position of the history on."""
    take = simulator.faults.take

    def take_or_fail(path: str) -> Fault | None:
        position = simulator.requests[-1].query.get("X-Plex-Container-Start", "0")
        if path == HISTORY_PATH and int(position) >= start:
            return Fault.status(500)
        return take(path)

    monkeypatch.setattr(simulator.faults, "take", take_or_fail)
