"""A session that is listed twice or under another key is one stream."""

import pytest

from tests.simulator import PlexSimulator

from .conftest import RunFor
from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

JUNIPER = [("juniper", "playing")]


async def test_session_under_two_keys_is_one_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12")
    server.list_session("13")
    await server.report("12", "playing", ratingKey="500")
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(2)
    assert server.streams == JUNIPER
    assert listener.new_events == [("started", "Item 500")]
    assert server.count_reads() <= 3
    # Reports under either key are applied, and cost no request.
    for key, state, kind in (("13", "paused", "paused"), ("12", "playing", "resumed")):
        await server.report(key, state, ratingKey="500")
        assert server.streams == [("juniper", state)]
        assert listener.new_events == [(kind, "Item 500")]
    await server.run_for(60, "13")
    assert not server.count_reads()
    # It ends under one of the keys.
    server.unlist("12")
    await server.report("12", "stopped", ratingKey="500")
    await server.run_for(60, "13")
    assert server.streams == JUNIPER
    assert not listener.new_events
    server.unlist("13")
    await server.report("13", "stopped", ratingKey="500")
    await server.run_for(1)
    assert server.streams == []
    assert listener.new_events == [("stopped", "Item 500")]


async def test_session_that_changes_its_key_is_the_same_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12")
    await server.report("12", "playing", ratingKey="500")
    assert listener.new_events == [("started", "Item 500")]
    server.unlist("12")
    server.list_session("13")
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(30, "13")
    assert server.streams == JUNIPER
    assert not listener.new_events
    server.unlist("13")
    await server.report("13", "stopped", ratingKey="500")
    assert server.streams == []
    await server.run_for(60)
    assert listener.new_events == [("stopped", "Item 500")]


async def test_stream_that_ended_under_a_changed_key_does_not_return(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12")
    await server.report("12", "playing", ratingKey="500")
    server.unlist("12")
    server.list_session("13")
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(10, "13")
    await server.report("13", "stopped", ratingKey="500")
    server.list_session("14", user="marin")
    await server.report("14", "playing", ratingKey="500")
    await server.run_for(10, "14")
    assert server.streams == [("marin", "playing")]


@pytest.mark.parametrize("is_listed_first", [False, True])
@pytest.mark.parametrize("is_playing_on", [False, True])
@pytest.mark.parametrize("session", [{"id": "new"}, {}], ids=["new id", "no id"])
async def test_former_session_that_is_still_listed_is_no_further_stream(
    server: ScriptedSessions,
    listener: EventListener,
    session: dict[str, object],
    is_playing_on: bool,
    is_listed_first: bool,
) -> None:
    """The list has the former session for 15 s more, beside the one that continues it."""
    server.list_session("12")
    await server.report("12", "playing", ratingKey="500", viewOffset=60_000)
    await server.run_for(10, "12")
    assert listener.new_events == [("started", "Item 500")]
    for seconds in range(3):
        offset = 72_000 + 5_000 * seconds
        former = offset if is_playing_on else 72_000
        if is_listed_first:
            server.unlist("12")
        server.list_session("12", offset=former)
        server.list_session("13", offset=offset, changes={"Session": session})
        await server.report("13", "playing", ratingKey="500", viewOffset=offset)
        # A read for another session.
        server.list_session(f"2{seconds}", item="600", user="marin")
        await server.report(f"2{seconds}", "playing", ratingKey="600")
        await server.run_for(5)
        assert server.streams.count(("juniper", "playing")) == 1
        server.unlist(f"2{seconds}")
        await server.report(f"2{seconds}", "stopped", ratingKey="600")
    server.unlist("12")
    await server.report("12", "stopped", ratingKey="500")
    await server.run_for(20, "13")
    assert server.streams == JUNIPER
    server.unlist("13")
    await server.report("13", "stopped", ratingKey="500")
    assert server.streams == []
    assert [event for event in listener.new_events if event[1] == "Item 500"] == [
        ("stopped", "Item 500")
    ]


async def test_item_that_is_played_twice_at_other_positions_is_two_streams(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12")
    await server.report("12", "playing", ratingKey="500", viewOffset=60_000)
    await server.run_for(10, "12")
    server.list_session("13", offset=900_000, changes={"Session": {"id": "new"}})
    await server.report("13", "playing", ratingKey="500", viewOffset=900_000)
    await server.run_for(10, "12")
    assert server.streams == [*JUNIPER, *JUNIPER]


async def test_same_key_listed_twice_is_one_stream(
    server: ScriptedSessions, simulator: PlexSimulator, listener: EventListener
) -> None:
    server.list_session("12")
    server.list_session("12 again", changes={"sessionKey": "12"})
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(2)
    assert server.streams == JUNIPER
    assert listener.new_events == [("started", "Item 500")]


async def test_players_that_share_a_session_id_are_two_streams(
    server: ScriptedSessions, listener: EventListener
) -> None:
    shared = {"Session": {"id": "shared", "bandwidth": 8000, "location": "lan"}}
    server.list_session("12", changes=shared)
    server.list_session("13", user="marin", changes=shared)
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(2)
    assert server.streams == [("juniper", "playing"), ("marin", "playing")]
    await server.report("12", "stopped", ratingKey="500")
    assert server.streams == [("marin", "playing")]


async def test_restarted_server_with_keys_from_one_gives_balanced_events(
    server: ScriptedSessions, simulator: PlexSimulator, listener: EventListener, run_for: RunFor
) -> None:
    server.list_session("1")
    server.list_session("2", item="600", user="marin")
    await server.report("1", "playing", ratingKey="500")
    await server.run_for(1)
    assert server.streams == [*JUNIPER, ("marin", "playing")]
    simulator.push.drop()
    server.unlist("2")
    # Juniper goes on under the other key; another viewer has the first one.
    server.list_session("2")
    server.list_session("1", item="700", user="reed")
    await run_for(20)
    assert sorted(server.streams) == [("juniper", "playing"), ("reed", "playing")]
    simulator.push.drop()
    server.unlist("1", "2")
    await run_for(20)
    kinds = listener.new_events
    starts = sorted(title or "" for kind, title in kinds if kind == "started")
    ends = sorted(title or "" for kind, title in kinds if kind == "stopped")
    assert starts == ends
    assert {"Item 500", "Item 600", "Item 700"} == set(starts)
