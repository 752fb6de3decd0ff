"""Plays that appear, change or are deleted in a history that was imported."""

import logging

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.followed_users import follow_users
from tests.integration.helpers import log_messages
from tests.simulator import PlexSimulator
from tests.simulator.session import View
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER

from .conftest import ReadStatistics, Verify, set_up, total
from .helpers import now_seconds, plays_by_hour, rows_by_hour


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
    assert rows_by_hour(rows) == plays_by_hour(history, now_seconds())


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
    assert rows_by_hour(rows) == plays_by_hour(history, now_seconds())


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
            viewed_at=int(now_seconds()),
        ),
    )
    await verify()
    assert total(await read_statistics(plays)) == total(before) + 1
