"""The end of a stream: reported in any form, or not at all."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.simulator import Fault, PlexSimulator

from .actions import call_action
from .conftest import RunFor
from .event_recorder import EventListener
from .helpers import deliver_push, settle
from .scripted_sessions import SESSIONS_PATH, ScriptedSessions

pytestmark = pytest.mark.push

BOTH: Final = [("juniper", "playing"), ("marin", "playing")]
MARIN: Final = [("marin", "playing")]

STOPS: Final[dict[str, list[Mapping[str, object]]]] = {
    "known key without item": [{"sessionKey": "85", "ratingKey": "", "key": ""}],
    "other key": [{"sessionKey": "86", "ratingKey": "500"}],
    "other key without item": [{"sessionKey": "87", "ratingKey": "", "key": ""}],
    "item only": [{"ratingKey": "500"}],
    "path of the item only": [{"key": "/library/metadata/500"}],
    "nothing": [{}],
    "three": [
        {"sessionKey": "85", "ratingKey": "", "key": ""},
        {"sessionKey": "86", "ratingKey": "500"},
        {"sessionKey": "87", "ratingKey": "", "key": ""},
    ],
    "three in reverse": [
        {"sessionKey": "87", "ratingKey": "", "key": ""},
        {"sessionKey": "86", "ratingKey": "500"},
        {"sessionKey": "85", "ratingKey": "", "key": ""},
    ],
    "two under other keys": [
        {"sessionKey": "86", "ratingKey": "500"},
        {"sessionKey": "87", "ratingKey": "", "key": ""},
    ],
}


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server with two viewers of one item."""
    await run_for(12)
    server = ScriptedSessions(hass, simulator, run_for)
    server.list_session("85")
    server.list_session("90", user="marin")
    await server.report("85", "playing", ratingKey="500")
    await server.report("90", "playing", ratingKey="500")
    await run_for(1)
    assert server.streams == BOTH
    assert server.count_reads()
    return server


@pytest.mark.parametrize("listed_seconds", [0, 4, 15])
@pytest.mark.parametrize("stops", STOPS.values(), ids=STOPS)
async def test_stop_in_any_form_removes_the_stream_within_20_seconds(
    server: ScriptedSessions,
    listener: EventListener,
    stops: list[Mapping[str, object]],
    listed_seconds: int,
) -> None:
    if not listed_seconds:
        server.unlist("85")
    for stop in stops:
        await server.report(None, "stopped", **stop)
    if listed_seconds:
        await server.run_for(listed_seconds)
        server.unlist("85")
    await server.run_for(19 - listed_seconds)
    assert server.streams == MARIN
    assert server.count_reads() <= 8
    assert listener.new_events == [("stopped", "Item 500")]
    await server.run_for(60, "90")
    assert server.streams == MARIN
    assert not listener.new_events


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.parametrize("state", ["error", "STOPPED"])
async def test_end_with_another_state_removes_the_stream(
    server: ScriptedSessions, listener: EventListener, state: str, is_listed: bool
) -> None:
    """An app that fails to play an item reports no stop."""
    if not is_listed:
        server.unlist("85")
    await server.report("85", state, ratingKey="500")
    await server.run_for(19, "90")
    assert server.streams == MARIN
    assert listener.new_events == [("stopped", "Item 500")]
    await server.run_for(60, "90")
    assert server.streams == MARIN
    assert not listener.new_events


async def test_stream_that_plays_on_after_an_error_is_shown_again(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await server.report("85", "error", ratingKey="500")
    await server.report("85", "playing", ratingKey="500")
    await server.run_for(1)
    assert server.streams == BOTH
    assert listener.new_events == [("stopped", "Item 500"), ("started", "Item 500")]


async def test_stop_of_another_viewer_leaves_the_streams(
    server: ScriptedSessions, listener: EventListener
) -> None:
    """A third viewer started and stopped between two reads."""
    await server.report("91", "stopped", ratingKey="500")
    await server.run_for(30, "85", "90")
    assert server.streams == BOTH
    assert server.count_reads() <= 5
    assert not listener.new_events


async def test_stop_under_a_new_key_after_a_pause_removes_the_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    """Seen with Plex Web after a seek to the end: the former key is not reported again."""
    await server.report("85", "paused", ratingKey="500", viewOffset=3_672_758)
    server.unlist("85")
    await server.report("86", "stopped", ratingKey="500", viewOffset=3_672_758)
    await server.run_for(10)
    assert server.streams == MARIN
    assert listener.new_events == [("paused", "Item 500"), ("stopped", "Item 500")]


@pytest.mark.parametrize("state", ["playing", "paused", "buffering"])
async def test_unreported_stream_is_verified_after_45_seconds(
    server: ScriptedSessions, listener: EventListener, state: str
) -> None:
    await server.report("85", state, ratingKey="500")
    assert listener.new_events == ([("paused", "Item 500")] if state == "paused" else [])
    server.unlist("85")
    await server.run_for(40, "90")
    assert server.streams == [("juniper", state), *MARIN]
    assert not server.count_reads()
    await server.run_for(9, "90")
    assert server.streams == MARIN
    assert server.count_reads() == 1
    assert listener.new_events == [("stopped", "Item 500")]


async def test_one_read_verifies_all_unreported_streams(
    server: ScriptedSessions, simulator: PlexSimulator, listener: EventListener
) -> None:
    server.unlist("85", "90")
    await server.run_for(43)
    assert server.streams == BOTH
    assert not server.count_reads()
    await server.run_for(5)
    assert server.streams == []
    assert server.count_reads() == 1
    assert listener.new_events == [("stopped", "Item 500")] * 2


async def test_unreported_stream_that_is_listed_stays(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await server.run_for(300)
    assert server.streams == BOTH
    assert server.count_reads() <= 7
    assert not listener.new_events


async def test_reported_streams_cost_no_request(
    server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    await server.report("90", "paused", ratingKey="500")
    await server.run_for(300, "85")
    simulator.clear_requests()
    for _ in range(20):
        await server.run_for(10, "85")
        await server.report("90", "paused", ratingKey="500")
    assert server.streams == [("juniper", "playing"), ("marin", "paused")]
    assert not simulator.requests


@pytest.mark.parametrize("has_started_again", [False, True])
async def test_stopped_stream_that_is_still_listed_is_no_new_start(
    server: ScriptedSessions, listener: EventListener, has_started_again: bool
) -> None:
    """A read for another stream lists it with the position of its end."""
    server.list_session("85", offset=100_000)
    await server.report("85", "stopped", ratingKey="500", viewOffset=100_000)
    assert listener.new_events == [("stopped", "Item 500")]
    await server.run_for(15, "90")
    for key in ("91", "92"):
        if has_started_again and key == "92":
            server.list_session("85", offset=110_000)
        server.list_session(key, item="600", user=key)
        await server.report(key, "playing", ratingKey="600")
        await server.run_for(10, "90")
        await server.report("91", "playing", ratingKey="600")
    expected = [("started", "Item 600"), ("started", "Item 600")]
    if has_started_again:
        expected.insert(1, ("started", "Item 500"))
    assert sorted(listener.new_events) == sorted(expected)


@pytest.mark.parametrize("listed_seconds", [0, 5, 15])
async def test_terminated_stream_without_a_notification_is_removed(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    listener: EventListener,
    listed_seconds: int,
) -> None:
    simulator.faults.add("/status/sessions/terminate", Fault.wrong_json({}))
    await call_action(hass, "terminate_stream", session_key="85", message="Dinner")
    await server.report("85", "playing", ratingKey="500")
    await server.run_for(listed_seconds)
    server.unlist("85")
    await server.run_for(19 - listed_seconds)
    assert server.streams == MARIN
    assert listener.new_events == [("stopped", "Item 500")]


async def test_app_that_reports_only_its_transcode(
    server: ScriptedSessions, listener: EventListener
) -> None:
    """It is shown once listed, stays while the transcode is reported, and ends with it."""
    await server.report_transcode("97ec", "start")
    await server.run_for(3)
    server.list_session("95", item="700", user="reed", transcode="97ec")
    for _ in range(20):
        await server.run_for(3)
        await server.report_transcode("97ec", "update")
        await server.report("85", "playing")
        await server.report("90", "playing")
    assert server.streams == [*BOTH, ("reed", "playing")]
    assert listener.new_events == [("started", "Item 700")]
    assert server.count_reads() <= 5
    for _ in range(30):
        await server.run_for(3)
        await server.report_transcode("97ec", "update")
        await server.report("85", "playing")
        await server.report("90", "playing")
    assert not server.count_reads()
    await server.report_transcode("97ec", "end")
    await server.run_for(5)
    server.unlist("95")
    await server.run_for(14)
    assert server.streams == BOTH
    assert listener.new_events == [("stopped", "Item 700")]


async def test_late_reports_of_a_stopped_transcode_cost_no_request(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("95", item="700", user="reed", transcode="97ec")
    await server.report("95", "playing", ratingKey="700")
    await server.run_for(1)
    assert server.count_reads()
    await server.report("95", "stopped", ratingKey="700")
    await server.report_transcode("97ec", "update")
    await server.report_transcode("97ec", "end")
    await server.run_for(20, "85", "90")
    assert not server.count_reads()
    assert listener.new_events == [("started", "Item 700"), ("stopped", "Item 700")]


async def test_stop_is_applied_to_a_session_whose_item_is_listed_late(
    server: ScriptedSessions, listener: EventListener
) -> None:
    """With autoplay some servers list the first item for as long as the session lasts."""
    for state, kind in (("playing", None), ("paused", "paused"), ("playing", "resumed")):
        await server.report("85", state, ratingKey="501")
        assert server.streams[0] == ("juniper", state)
        assert listener.new_events == ([] if kind is None else [(kind, "Item 500")])
        await server.run_for(5)
    server.unlist("85")
    await server.report("85", "stopped", ratingKey="501")
    assert server.streams == MARIN
    assert listener.new_events == [("stopped", "Item 500")]


async def test_late_stop_of_the_previous_item_leaves_the_stream(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("85", item="501")
    await server.report("85", "playing", ratingKey="501")
    await server.run_for(1)
    assert listener.new_events == [("stopped", "Item 500"), ("started", "Item 501")]
    await server.report("85", "stopped", ratingKey="500")
    await server.run_for(1)
    await server.report("85", "playing", ratingKey="501")
    assert server.streams == BOTH
    assert server.count_reads() <= 3
    await server.run_for(20, "90")
    assert not server.count_reads()
    assert not listener.new_events


async def test_read_that_is_under_way_when_a_stream_stops_does_not_restore_it(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    listener: EventListener,
    clock: HeldFreezerClock,
) -> None:
    simulator.faults.clear(SESSIONS_PATH)
    simulator.faults.add(SESSIONS_PATH, Fault.hang(), times=1)
    await server.report("91", "playing", ratingKey="600")
    await simulator.fault_reached(1)
    await server.report("85", "stopped", ratingKey="500")
    assert server.streams == MARIN
    assert listener.new_events == [("stopped", "Item 500")]
    await deliver_push(hass, simulator)
    await settle(hass)
