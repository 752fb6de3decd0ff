"""`watched` of a playback that reaches 90 % after its last report."""

import pytest

from .conftest import RunFor
from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

WATCHED = [("started", "Item 500"), ("watched", "Item 500"), ("stopped", "Item 500")]
NOT_WATCHED = [("started", "Item 500"), ("stopped", "Item 500")]


async def _play(server: ScriptedSessions, seconds: int, until: int, state: str = "playing") -> None:
    """Play an item of so many seconds, with a report every ten seconds until that time."""
    server.list_session(
        "12", offset=0, changes={"duration": 1000 * seconds, "type": "track", "viewOffset": 0}
    )
    await server.report("12", "playing", ratingKey="500", viewOffset=0)
    await server.run_for(1)
    for at in range(10, until + 1, 10):
        await server.run_for(10)
        await server.report(
            "12", state if at + 10 > until else "playing", ratingKey="500", viewOffset=1000 * at
        )


async def _stop(server: ScriptedSessions, after: float, **fields: object) -> None:
    """Stop after some seconds."""
    await server.run_for(after)
    server.unlist("12")
    await server.report("12", "stopped", **{"ratingKey": "500", **fields})
    await server.run_for(20)


@pytest.mark.parametrize("stop", [20_000, 18_000, 0, None])
async def test_a_clip_that_ends_between_two_reports_is_watched_once(
    server: ScriptedSessions, listener: EventListener, stop: int | None
) -> None:
    await _play(server, 20, 10)
    await _stop(server, 9.5, viewOffset=stop)
    assert listener.new_events == WATCHED


async def test_a_seek_right_before_the_stop_counts(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _play(server, 7200, 10)
    await _stop(server, 1, viewOffset=6_912_000)
    assert listener.new_events == WATCHED


@pytest.mark.parametrize(
    ("state", "after", "stop"),
    [
        ("playing", 3, None),
        ("playing", 3, 0),
        ("playing", 9.5, 12_000),
        ("playing", 9.5, 1_000),
        ("paused", 60, None),
        ("buffering", 30, None),
    ],
)
async def test_an_end_below_90_percent_is_not_watched(
    server: ScriptedSessions, listener: EventListener, state: str, after: float, stop: int | None
) -> None:
    await _play(server, 20, 10, state)
    await _stop(server, after, viewOffset=stop)
    kinds = [kind for kind, _ in listener.new_events]
    assert [kind for kind in kinds if kind not in {"paused", "resumed"}] == ["started", "stopped"]


async def test_a_reported_position_above_90_percent_is_watched_once(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _play(server, 30, 30)
    await _stop(server, 1, viewOffset=30_000)
    assert listener.new_events == WATCHED


@pytest.mark.parametrize("stop", [{"sessionKey": "77"}, {}], ids=["other key", "item only"])
async def test_a_stop_with_other_identifiers_has_the_position(
    server: ScriptedSessions, listener: EventListener, stop: dict[str, str]
) -> None:
    await _play(server, 35, 30)
    await server.run_for(5)
    server.unlist("12")
    await server.report(None, "stopped", ratingKey="500", **stop)
    await server.run_for(20)
    assert listener.new_events == WATCHED


async def test_an_end_that_is_not_reported_is_not_watched(
    server: ScriptedSessions, listener: EventListener, run_for: RunFor
) -> None:
    await _play(server, 35, 30)
    server.unlist("12")
    await run_for(65)
    assert listener.new_events == NOT_WATCHED


@pytest.mark.parametrize(("after", "expected"), [(4, WATCHED), (1, NOT_WATCHED)])
async def test_the_next_item_of_a_player_ends_the_former_one(
    server: ScriptedSessions,
    listener: EventListener,
    after: float,
    expected: list[tuple[str, str]],
) -> None:
    await _play(server, 35, 30)
    await server.run_for(after)
    server.list_session("12", item="501", offset=0)
    await server.report("12", "playing", ratingKey="501", viewOffset=0)
    await server.run_for(2)
    assert listener.new_events == [*expected, ("started", "Item 501")]


async def test_a_false_stop_does_not_count(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _play(server, 35, 10)
    await server.report("77", "stopped", ratingKey="500", viewOffset=34_000)
    await server.run_for(1)
    await server.report("12", "playing", ratingKey="500", viewOffset=11_000)
    await _stop(server, 1, viewOffset=12_000)
    assert listener.new_events == NOT_WATCHED
