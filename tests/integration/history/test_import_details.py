"""What the import reads beside the plays: lengths, measured watch time, and names."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.history import watch_time_past
from tests.integration.actions import get_response
from tests.integration.conftest import Advance
from tests.integration.followed_users import follow_users
from tests.integration.helpers import log_messages
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER

from .conftest import ReadStatistics, imported, set_up, total

type ReadNames = Callable[[], Awaitable[dict[str, str | None]]]

MEASURED = "/statistics/media"
LENGTHS = "/library/metadata/*"


@pytest.mark.parametrize("path", [MEASURED, LENGTHS, "/accounts", "/devices"])
async def test_failed_detail_delays_no_play_and_is_read_again(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    read_names: ReadNames,
    plays: str,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    simulator.state.plex_pass = path == MEASURED
    simulator.faults.add(path, Fault.status(500), times=None)
    await set_up(hass, entry)
    assert total(await read_statistics(plays)) == len(simulator.sessions.history)
    past = plays.replace(
        "_plays", "_watch_time_plex" if path == MEASURED else "_watch_time_upper_bound"
    )
    assert past not in await read_names()
    simulator.faults.clear()
    await advance(31)
    await imported(hass)
    assert past in await read_names()
    lines = [text for _, text in log_messages(caplog)]
    assert len([text for text in lines if text.startswith("The history of Harbour")]) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_measured_watch_time_that_is_not_offered_is_no_failure(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_names: ReadNames,
    plays: str,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    simulator.faults.add(MEASURED, Fault.status(status), times=None)
    await set_up(hass, entry)
    names = await read_names()
    assert plays.replace("_plays", "_watch_time_plex") not in names
    assert plays.replace("_plays", "_watch_time_upper_bound") in names
    assert log_messages(caplog) == []


async def test_items_that_are_all_deleted_have_no_length(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A server answers 404 if none of the requested items exists."""
    simulator.state.plex_pass = False
    simulator.faults.add(LENGTHS, Fault.status(404), times=None)
    await set_up(hass, entry)
    assert await read_statistics(plays.replace("_plays", "_watch_time_upper_bound")) == []
    assert {
        row["duration"] for row in (await get_response(hass, "get_top", period="all"))["top"]
    } == {None}
    assert log_messages(caplog) == []


async def test_measured_watch_time_in_the_future_waits_until_its_hour(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
) -> None:
    hour = int(dt_util.utcnow().timestamp()) // 3600 * 3600
    rows = [
        {"accountID": JUNIPER.id, "timespan": 4, "at": at, "count": 1, "duration": 1800}
        for at in (hour - 3600, hour + 7200)
    ]
    body = {"MediaContainer": {"size": len(rows), "StatisticsMedia": rows}}
    simulator.faults.add(MEASURED, Fault.wrong_json(body), times=None)
    await set_up(hass, entry)
    await follow_users(hass, entry, JUNIPER)
    await imported(hass)
    series = plays.replace("_plays", "_watch_time_plex")
    of_juniper = plays.replace("_plays", f"_user_{JUNIPER.id}_watch_time_plex")
    for statistic_id in (series, of_juniper):
        assert [row["start"] for row in await read_statistics(statistic_id)] == [hour - 3600]
    for _ in range(3):
        await advance(3600)
        await imported(hass)
    for statistic_id in (series, of_juniper):
        assert [(row["start"], row["sum"]) for row in await read_statistics(statistic_id)] == [
            (hour - 3600, 0.5),
            (hour + 7200, 1.0),
        ]


async def test_lengths_that_were_read_before_an_error_are_written(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
    verify: Callable[[], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch_time_past, "_ITEMS_PER_REQUEST", 1)
    simulator.state.plex_pass = False
    await set_up(hass, entry)
    history = simulator.sessions.history
    played = {view.item.rating_key for view in history if view.item is not None}
    items = [
        item for item in simulator.library.of_kind(Kind.MOVIE) if item.rating_key not in played
    ]
    first, second = sorted(items, key=lambda item: item.rating_key)[:2]
    newest = history[-1]
    history += [
        replace(newest, item=item, title=item.title, viewed_at=newest.viewed_at + seconds)
        for item, seconds in ((first, 60), (second, 7200))
    ]
    failing = f"/library/metadata/{second.rating_key}"
    simulator.faults.add(failing, Fault.status(500), times=None)
    await verify()
    simulator.faults.clear()
    await advance(61)
    await imported(hass)
    rows = await read_statistics(plays.replace("_plays", "_watch_time_upper_bound"))
    expected = sum(
        view.item.duration // 1000
        for view in history
        if view.item is not None and view.item.duration is not None
    )
    assert rows[-1]["sum"] == pytest.approx(expected / 3600)
    assert sum(row["state"] for row in rows) == pytest.approx(expected / 3600)
