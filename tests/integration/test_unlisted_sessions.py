"""Sessions that are reported before the server lists them, or never listed."""

from itertools import pairwise
from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PLAYBACK
from tests.simulator import PlexSimulator

from .conftest import RunFor
from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

CHANGES: Final = {39: "paused", 49: "playing", 79: "paused", 89: "paused", 100: "playing"}
"""Seconds after the start at which the state of the session is reported."""


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server without sessions."""
    await run_for(12)
    server = ScriptedSessions(hass, simulator, run_for)
    assert server.count_reads()
    return server


def _reported_state(second: int, *, has_changes: bool) -> str | None:
    """Return the state that is reported in a second, None if none is."""
    if has_changes and second in CHANGES:
        return CHANGES[second]
    if second % 10:
        return None
    former = [state for change, state in CHANGES.items() if has_changes and change < second]
    return former[-1] if former else "playing"


@pytest.mark.parametrize("has_changes", [False, True])
@pytest.mark.parametrize("listed_at", [3, 9, 20, 40, 90])
async def test_session_that_is_listed_late_is_shown(
    hass: HomeAssistant,
    server: ScriptedSessions,
    listed_at: int,
    has_changes: bool,
) -> None:
    """It appears within ten seconds after its next change of state, at most after a minute."""
    listener = EventListener(hass, PLAYBACK)
    changes = [second for second in CHANGES if second >= listed_at]
    limit = min(changes) + 10 if has_changes else listed_at + 60
    shown_at = None
    for second in range(limit + 1):
        if second == listed_at:
            server.list_session("3", item="13")
        if state := _reported_state(second, has_changes=has_changes):
            await server.report("3", state, ratingKey="13")
        if server.streams and shown_at is None:
            shown_at = second
        await server.run_for(1)
    assert shown_at is not None
    assert [kind for kind, _ in listener.new_events].count("started") == 1


@pytest.mark.parametrize("has_changes", [False, True])
@pytest.mark.parametrize("count", [1, 10])
async def test_sessions_that_are_never_listed_share_few_reads(
    server: ScriptedSessions, count: int, has_changes: bool
) -> None:
    reads: list[int] = []
    for start, end in pairwise((0, 59, 119, 179, 239, 299, 359)):
        for second in range(start, end):
            if state := _reported_state(second, has_changes=has_changes):
                for key in range(count):
                    await server.report(str(key), state, ratingKey=str(key))
            await server.run_for(1)
        reads.append(server.count_reads())
    assert reads[0] <= 5
    # The second change of the state in a minute may cost a read more.
    assert sum(reads[1:]) <= 5 + has_changes
    assert max(reads[1:]) <= 2


async def test_sessions_that_appear_one_after_the_other_share_few_reads(
    server: ScriptedSessions,
) -> None:
    reads: list[int] = []
    for start, end in pairwise((0, 60, 120, 180)):
        for second in range(start, end):
            for key in range(6):
                if second >= key and (second - key) % 10 == 0:
                    await server.report(str(key), "playing", ratingKey=str(key))
            await server.run_for(1)
        reads.append(server.count_reads())
    assert reads[0] <= 5
    assert max(reads[1:]) <= 1


async def test_a_new_unlisted_session_every_ten_seconds_costs_few_reads(
    server: ScriptedSessions,
) -> None:
    """Each of them plays for 15 seconds."""
    reads: list[int] = []
    for start, end in pairwise((0, 60, 120, 180, 240, 300)):
        for second in range(start, end, 5):
            number, is_end = divmod(second, 10)
            if is_end and number:
                await server.report(str(number - 1), "stopped", ratingKey=str(number - 1))
            elif not is_end:
                await server.report(str(number), "playing", ratingKey=str(number))
            await server.run_for(5)
        reads.append(server.count_reads())
    assert reads[0] <= 5
    assert sum(reads[1:]) <= 5
    assert max(reads[1:]) <= 2


async def test_state_that_changes_all_the_time_costs_few_reads(server: ScriptedSessions) -> None:
    reads: list[int] = []
    for _ in range(4):
        for _ in range(10):
            for state in ("playing", "paused"):
                await server.report("3", state, ratingKey="13")
                await server.run_for(3)
        reads.append(server.count_reads())
    assert reads[0] <= 5
    assert max(reads[1:]) <= 3


@pytest.mark.parametrize("gap", [0, 1, 10])
@pytest.mark.parametrize("after_read", [1, 20, 45])
async def test_state_change_among_unlisted_sessions_is_read(
    server: ScriptedSessions, gap: int, after_read: int
) -> None:
    """Six of them play for four minutes; then one is listed."""
    for second in range(240):
        for key in range(6):
            if second >= key * gap and (second - key * gap) % 10 == 0:
                await server.report(str(key), "playing", ratingKey=str(key))
        await server.run_for(1)
    server.count_reads()
    while not server.count_reads():
        await server.run_for(1)
    await server.run_for(after_read)
    server.list_session("5", item="5", state="paused")
    await server.report("5", "paused", ratingKey="5")
    await server.run_for(9)
    assert server.streams == [("juniper", "paused")]
    assert server.count_reads() <= 2


@pytest.mark.parametrize("count", [1, 6])
async def test_stream_that_starts_beside_unlisted_sessions_is_shown_at_once(
    server: ScriptedSessions, count: int
) -> None:
    for _ in range(30):
        for number in range(count):
            await server.report(str(number), "playing", ratingKey=str(number))
        await server.run_for(10)
    for key in ("20", "21", "22", "23"):
        server.list_session(key, item=key, user=key)
        await server.report(key, "playing", ratingKey=key)
        await server.run_for(1)
        assert (key, "playing") in server.streams


async def test_sessions_that_are_listed_after_a_second_are_shown_soon(
    server: ScriptedSessions,
) -> None:
    """Reads for them do not count as reads for sessions that are never listed."""
    for number in range(20, 40):
        key = str(number)
        await server.report(key, "playing", ratingKey=key)
        await server.run_for(0.5)
        server.list_session(key, item=key)
        await server.run_for(2.5)
        assert len(server.streams) == 1
        server.unlist(key)
        await server.report(key, "stopped", ratingKey=key)


async def test_session_that_is_no_longer_reported_is_dropped(
    server: ScriptedSessions,
) -> None:
    await server.report("3", "playing", ratingKey="13")
    await server.run_for(420)
    assert server.count_reads() <= 11
    await server.run_for(180)
    # The poll every ten minutes is allowed.
    assert server.count_reads() <= 1


async def test_session_with_the_former_item_costs_few_reads(
    hass: HomeAssistant, server: ScriptedSessions
) -> None:
    """With autoplay some servers list the first item for as long as the session lasts."""
    server.list_session("12", item="100")
    await server.report("12", "playing", ratingKey="100")
    await server.run_for(1)
    assert server.count_reads() == 1
    await server.run_for(60, "12", item="101")
    assert server.count_reads() <= 5
    await server.run_for(300, "12", item="101")
    assert server.count_reads() <= 5
    await server.report("12", "paused", ratingKey="101")
    assert server.streams == [("juniper", "paused")]


async def test_reports_without_a_key_confirm_the_only_stream_of_the_item(
    server: ScriptedSessions,
) -> None:
    """Servers send such reports to shared users."""
    server.list_session("12", item="100")
    await server.report(None, "playing", ratingKey="100")
    await server.run_for(1)
    assert server.streams == [("juniper", "playing")]
    assert server.count_reads() == 1
    for state in ("paused", "playing") * 10:
        await server.report(None, state, ratingKey="100")
        assert server.streams == [("juniper", state)]
        await server.run_for(10)
    assert not server.count_reads()


async def test_reports_without_a_key_of_an_item_with_two_streams_cost_few_reads(
    server: ScriptedSessions,
) -> None:
    server.list_session("12", item="100")
    server.list_session("13", item="100", user="marin")
    await server.report("12", "playing", ratingKey="100")
    await server.run_for(1)
    assert server.count_reads() == 1
    for _ in range(12):
        await server.report(None, "playing", ratingKey="100")
        await server.run_for(10)
    # Neither is confirmed, so that both are verified every 45 s.
    assert server.count_reads() <= 3
