"""A stream whose session gets another key between two polls, without push."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import STREAMS
from tests.simulator import Item, PlexSimulator

from .conftest import Advance, RunFor
from .event_recorder import EventListener
from .helpers import set_up, state_of
from .scripted_sessions import ScriptedSessions

type Changes = Mapping[str, object]

IDS: Final[dict[str, tuple[Changes, Changes]]] = {
    "same id": ({}, {}),
    "no id": ({"Session": {}}, {"Session": {}}),
    "new id": ({}, {"Session": {"id": "new"}}),
}
NO_SESSION: Final[Changes] = {"Session": {}}
ENDED_AND_STARTED: Final = [("stopped", "Item 500"), ("started", "Item 500")]


@pytest.fixture
async def server(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server without sessions."""
    return ScriptedSessions(hass, simulator, run_for)


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
@pytest.mark.parametrize(
    ("before_keys", "after_keys"),
    [(("12", "13", "14"), ("15", "16", "17")), (("1", "2", "3"), ("2", "3", "1"))],
)
async def test_streams_with_other_keys_are_the_same(
    server: ScriptedSessions,
    advance: Advance,
    listener: EventListener,
    before_keys: tuple[str, ...],
    after_keys: tuple[str, ...],
    ids: tuple[Changes, Changes],
) -> None:
    before, after = ids
    streams = (("juniper", "500"), ("juniper", "600"), ("marin", "500"))
    for key, (user, item) in zip(before_keys, streams, strict=True):
        server.list_session(key, item=item, user=user, changes=before)
    await advance(10)
    assert len(listener.new_events) == len(streams)
    server.unlist(*before_keys)
    for key, (user, item) in zip(after_keys, streams, strict=True):
        server.list_session(key, item=item, user=user, offset=69_000, changes=after)
    await advance(10)
    assert len(server.streams) == len(streams)
    assert not listener.new_events
    server.unlist(*after_keys)
    await advance(10)
    assert [kind for kind, _ in listener.new_events] == ["stopped"] * len(streams)


@pytest.mark.parametrize(
    ("before", "after"),
    [(600_000, 0), (600_000, 3_000_000), (20_000, 4_000), (600_000, 580_000), (8_000, 1_000)],
)
async def test_item_that_is_played_elsewhere_is_another_stream(
    server: ScriptedSessions, advance: Advance, listener: EventListener, before: int, after: int
) -> None:
    """It was started again, or another app with the same data plays it."""
    server.list_session("12", offset=before, changes=NO_SESSION)
    await advance(10)
    assert listener.new_events == [("started", "Item 500")]
    server.unlist("12")
    server.list_session("13", offset=after, changes=NO_SESSION)
    await advance(10)
    assert listener.new_events == ENDED_AND_STARTED


@pytest.mark.parametrize("position", [None, 0])
async def test_stream_without_a_position_that_changes_its_key_is_the_same(
    server: ScriptedSessions, advance: Advance, listener: EventListener, position: int | None
) -> None:
    """Live TV has no position, and photos stay at its beginning."""
    changes = {**NO_SESSION, "viewOffset": position, "duration": None}
    server.list_session("12", changes=changes)
    await advance(10)
    server.unlist("12")
    server.list_session("13", changes=changes)
    await advance(10)
    assert listener.new_events == [("started", "Item 500")]


@pytest.mark.parametrize("difference", ["User", "Player"])
async def test_key_of_another_viewer_or_player_is_another_stream(
    server: ScriptedSessions, advance: Advance, listener: EventListener, difference: str
) -> None:
    other: dict[str, Changes] = {
        "User": {"User": {"id": "marin", "title": "marin"}},
        "Player": {"Player": {"machineIdentifier": "other", "state": "playing"}},
    }
    server.list_session("12", changes=NO_SESSION)
    await advance(10)
    server.unlist("12")
    server.list_session("13", offset=69_000, changes={**NO_SESSION, **other[difference]})
    await advance(10)
    assert listener.new_events == [("started", "Item 500"), *ENDED_AND_STARTED]


@pytest.mark.parametrize("is_same_id", [False, True])
async def test_two_tabs_of_a_browser_stay_two_streams(
    hass: HomeAssistant,
    server: ScriptedSessions,
    advance: Advance,
    listener: EventListener,
    is_same_id: bool,
) -> None:
    """Both play the same item; only their positions distinguish them."""
    first, second = NO_SESSION, NO_SESSION
    if is_same_id:
        first, second = ({"Session": {"id": "tabs", "location": name}} for name in ("lan", "wan"))
    server.list_session("12", offset=60_000, changes=first)
    server.list_session("13", offset=900_000, changes=second)
    await advance(10)
    assert listener.new_events == [("started", "Item 500")] * 2
    server.unlist("12", "13")
    server.list_session("14", offset=909_000, changes=second)
    server.list_session("15", offset=69_000, changes=first)
    await advance(10)
    assert len(server.streams) == 2
    assert not listener.new_events
    # Neither position is a seek: they are computed from those before.
    assert sorted(
        stream["position"] for stream in state_of(hass, STREAMS).attributes["streams"]
    ) == [60, 900]
    server.unlist("14")
    await advance(10)
    assert listener.new_events == [("stopped", "Item 500")]


@pytest.mark.parametrize("with_session", [False, True])
async def test_restart_of_server_and_home_assistant_repeats_no_event(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    clock: FreezerClock,
    with_session: bool,
) -> None:
    simulator.sessions.start_preroll()
    session = simulator.sessions.start(film, with_session=with_session)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    position = session.view_offset(clock.time())
    simulator.sessions.clear()
    again = simulator.sessions.start(film, with_session=with_session, offset=position)
    assert again.session_key != session.session_key
    await set_up(hass, loaded_entry)
    await advance(10)
    assert playback_listener.new_events == []
    simulator.sessions.stop(again)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]
