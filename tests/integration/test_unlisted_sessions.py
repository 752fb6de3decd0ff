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
    # The first of several is read alone, and so is the first of several changes.
    assert reads[0] <= (5 if count == 1 else 7)
    assert sum(reads[1:]) <= 5
    assert max(reads[1:]) <= 2


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
