"""A stream whose session gets another key, with push: by a change of the quality or a restart."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.simulator import Fault, PlexSimulator

from .actions import call_action, get_response
from .conftest import RunFor
from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

JUNIPER: Final = [("juniper", "playing")]
TERMINATE: Final = "/status/sessions/terminate"

type Changes = Mapping[str, object]

NO_SESSION: Final[Changes] = {"Session": {}}
IDS: Final[dict[str, tuple[Changes, Changes]]] = {
    "same id": ({}, {}),
    "no id": (NO_SESSION, NO_SESSION),
    "new id": ({}, {"Session": {"id": "new"}}),
    "id only before": ({}, NO_SESSION),
    "id only afterwards": (NO_SESSION, {}),
}


async def _start(
    server: ScriptedSessions, listener: EventListener, changes: Changes | None = None
) -> None:
    """Start a stream under the key 12."""
    server.list_session("12", changes=changes)
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(1)
    assert listener.new_events == [("started", "Item 500")]


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
async def test_stream_with_another_key_is_the_same(
    server: ScriptedSessions, listener: EventListener, ids: tuple[Changes, Changes]
) -> None:
    before, after = ids
    await _start(server, listener, before)
    for key, offset in (("13", 72_000), ("14", 74_000)):
        server.unlist(str(int(key) - 1))
        server.list_session(key, offset=offset, changes=after)
        await server.report(key, "playing", ratingKey="500", viewOffset=offset)
        await server.run_for(2)
        assert server.streams == JUNIPER
    await server.report("14", "paused", ratingKey="500")
    assert listener.new_events == [("paused", "Item 500")]
    server.unlist("14")
    await server.report("14", "stopped", ratingKey="500")
    assert server.streams == []
    assert listener.new_events == [("stopped", "Item 500")]


@pytest.mark.parametrize("fields", [{}, {"clientIdentifier": "player of juniper"}])
@pytest.mark.parametrize("seconds", [0, 1, 20])
@pytest.mark.parametrize("ids", [IDS["same id"], IDS["no id"], IDS["new id"]])
async def test_late_stop_of_the_former_key_leaves_the_stream(
    server: ScriptedSessions,
    listener: EventListener,
    ids: tuple[Changes, Changes],
    seconds: int,
    fields: Changes,
) -> None:
    before, after = ids
    await _start(server, listener, before)
    server.unlist("12")
    server.list_session("13", offset=71_000, changes=after)
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(seconds, "13")
    await server.report("12", "stopped", ratingKey="500", **fields)
    assert server.streams == JUNIPER
    await server.run_for(30, "13")
    assert server.streams == JUNIPER
    assert not listener.new_events
    server.unlist("13")
    await server.report("13", "stopped", ratingKey="500")
    assert server.streams == []
    assert listener.new_events == [("stopped", "Item 500")]


async def test_stop_of_a_key_before_the_next_one_is_listed_leaves_the_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _start(server, listener)
    await server.report("13", "playing", ratingKey="500", clientIdentifier="player of juniper")
    await server.report("12", "stopped", ratingKey="500", clientIdentifier="player of juniper")
    server.unlist("12")
    server.list_session("13", offset=71_000)
    await server.run_for(30, "13")
    assert server.streams == JUNIPER
    assert not listener.new_events


async def test_stop_of_another_viewer_of_an_item_is_applied_at_once(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _start(server, listener)
    await server.report("13", "playing", ratingKey="500", clientIdentifier="player of marin")
    await server.report("12", "stopped", ratingKey="500", clientIdentifier="player of juniper")
    assert server.streams == []
    assert listener.new_events == [("stopped", "Item 500")]


async def test_stop_of_the_former_key_ends_a_stream_that_is_not_listed_anymore(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _start(server, listener)
    server.unlist("12")
    server.list_session("13", offset=71_000)
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(20, "13")
    await server.report("12", "stopped", ratingKey="500")
    await server.run_for(5)
    server.unlist("13")
    await server.run_for(14)
    assert server.streams == []
    assert listener.new_events == [("stopped", "Item 500")]


async def test_item_that_starts_again_after_a_stop_is_another_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await _start(server, listener, NO_SESSION)
    server.unlist("12")
    await server.report("12", "stopped", ratingKey="500")
    server.list_session("13", offset=71_000, changes=NO_SESSION)
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(1)
    assert server.streams == JUNIPER
    assert listener.new_events == [("stopped", "Item 500"), ("started", "Item 500")]


async def test_new_stream_does_not_have_the_former_keys_of_one_that_has_ended(
    server: ScriptedSessions, listener: EventListener
) -> None:
    """A stream gets the first key of one that has ended; then it gets the second one, too."""
    for _ in range(2):
        await _start(server, listener)
        server.unlist("12")
        server.list_session("13")
        await server.report("13", "playing", ratingKey="500")
        await server.report("12", "stopped", ratingKey="500")
        await server.run_for(2)
        assert server.streams == JUNIPER
        assert not listener.new_events
        server.unlist("13")
        await server.report("13", "stopped", ratingKey="500")
        assert listener.new_events == [("stopped", "Item 500")]


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
@pytest.mark.parametrize(
    ("before_keys", "after_keys"),
    [(("450", "451", "452"), ("3", "1", "2")), (("1", "2", "3"), ("2", "3", "1"))],
)
async def test_restart_of_the_server_ends_no_stream(
    server: ScriptedSessions,
    simulator: PlexSimulator,
    listener: EventListener,
    run_for: RunFor,
    before_keys: tuple[str, ...],
    after_keys: tuple[str, ...],
    ids: tuple[Changes, Changes],
) -> None:
    """Two of the viewers play the same item, and juniper two items."""
    before, after = ids
    streams = (("juniper", "500"), ("juniper", "600"), ("marin", "500"))
    for key, (user, item) in zip(before_keys, streams, strict=True):
        server.list_session(key, item=item, user=user, changes=before)
        await server.report(key, "playing", ratingKey=item)
    await server.run_for(1)
    assert len(listener.new_events) == len(streams)
    simulator.push.drop()
    server.unlist(*before_keys)
    for key, (user, item) in zip(after_keys, streams, strict=True):
        server.list_session(key, item=item, user=user, offset=68_000, changes=after)
    await run_for(20)
    assert sorted(server.streams) == [*JUNIPER, *JUNIPER, ("marin", "playing")]
    assert not listener.new_events
    # Reports are applied to the streams that have the keys now.
    await server.report(after_keys[2], "paused", ratingKey="500")
    assert ("marin", "paused") in server.streams
    assert listener.new_events == [("paused", "Item 500")]


async def test_new_stream_with_the_former_key_of_another_is_told_apart(
    server: ScriptedSessions, simulator: PlexSimulator, listener: EventListener, run_for: RunFor
) -> None:
    server.list_session("1")
    await server.report("1", "playing", ratingKey="500")
    await server.run_for(1)
    simulator.push.drop()
    server.unlist("1")
    server.list_session("2", offset=68_000)
    await run_for(20)
    assert listener.new_events == [("started", "Item 500")]
    # It has the key that the stream of juniper had before the restart.
    server.list_session("1", item="600", user="marin")
    await server.report("1", "paused", ratingKey="600")
    assert server.streams[0] == ("juniper", "playing")
    await server.run_for(1)
    assert sorted(server.streams) == [*JUNIPER, ("marin", "playing")]
    assert listener.new_events == [("started", "Item 600")]
    server.unlist("1")
    await server.report("1", "stopped", ratingKey="600")
    assert server.streams == JUNIPER
    assert listener.new_events == [("stopped", "Item 600")]


async def test_current_and_former_keys_are_shown_and_accepted(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    listener: EventListener,
) -> None:
    await _start(server, listener)
    server.unlist("12")
    server.list_session("13", offset=71_000)
    await server.report("13", "playing", ratingKey="500")
    await server.run_for(1)
    response = await get_response(hass, "get_streams")
    assert [stream["session_key"] for stream in response["streams"]] == ["13"]
    for key in ("13", "12"):
        simulator.faults.add(TERMINATE, Fault.status(200, body=b""))
        await call_action(hass, "terminate_stream", session_key=key)
    with pytest.raises(ServiceValidationError, match="no active stream with the session key 14"):
        await call_action(hass, "terminate_stream", session_key="14")
    # The former key belongs to another stream by now.
    server.list_session("12", user="marin")
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(1)
    response = await get_response(hass, "get_streams")
    assert [stream["session_key"] for stream in response["streams"]] == ["13", "12"]
    simulator.clear_requests()
    simulator.faults.add(TERMINATE, Fault.status(200, body=b""))
    await call_action(hass, "terminate_stream", session_key="12")
    assert [
        request.query["sessionId"] for request in simulator.requests if request.path == TERMINATE
    ] == ["session of marin"]
