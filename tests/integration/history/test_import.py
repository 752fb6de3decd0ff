"""The import of the history into external statistics."""

from collections.abc import Awaitable, Callable

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.conftest import Advance
from tests.integration.followed_users import follow_users
from tests.simulator import Fault, PlexSimulator
from tests.simulator.session import View
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER

from .conftest import ReadStatistics, Verify, set_up, total
from .helpers import now_seconds, plays_by_hour, rows_by_hour


async def test_history_becomes_hourly_statistics(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    rows = await read_statistics(plays)
    views = simulator.sessions.history
    assert total(rows) == len(views)
    assert rows_by_hour(rows) == plays_by_hour(views, now_seconds())


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
    now = now_seconds()
    views = [view for view in three_years.sessions.history if view.viewed_at <= now]
    assert len(views) > 1_500

    assert rows_by_hour(await read_statistics(plays)) == plays_by_hour(views, now)
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
            viewed_at=int(now_seconds()) + 90_000,
        )
    )
    await set_up(hass, entry)
    assert total(await read_statistics(plays)) == known
    for _ in range(24):
        await advance(3600)
    assert total(await read_statistics(plays)) == known
    await advance(3600)
    assert total(await read_statistics(plays)) == known + 1


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
    hour = int(now_seconds()) // 3600 * 3600
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
