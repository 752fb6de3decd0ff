"""Streams as real servers list them: extras, live TV, compilations, players without a name."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import PLAYBACK, USER_NOW_PLAYING
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, OWNER

from .conftest import Advance
from .event_recorder import EventListener
from .followed_users import follow_users
from .helpers import deliver_push, diagnostics_of, state_of, state_value

ACTIVE_STREAMS = "sensor.harbour_active_streams"

type Fields = dict[str, Any]
type Listed = Callable[..., None]


def listed_session(**fields: object) -> Fields:
    """Return a session as /status/sessions lists it, changed in these fields."""
    return {
        "sessionKey": "89",
        "ratingKey": "23",
        "key": "/library/metadata/23",
        "type": "movie",
        "title": "Fog horn",
        "duration": 6_000_000,
        "viewOffset": 0,
        "librarySectionID": "1",
        "User": {"id": "1", "title": "marlow"},
        "Player": {
            "title": "Living Room",
            "product": "Plex Web",
            "machineIdentifier": "aaaa1111",
            "state": "playing",
            "local": True,
        },
        "Session": {"id": "aaaa1111", "bandwidth": 8000, "location": "lan"},
    } | fields


@pytest.fixture
def listed(loaded_entry: MockConfigEntry, simulator: PlexSimulator) -> Listed:
    """Return a function that makes the server list the given sessions."""

    def listed(*sessions: Fields) -> None:
        simulator.faults.clear()
        answer = {"MediaContainer": {"size": len(sessions), "Metadata": list(sessions)}}
        simulator.faults.add("/status/sessions", Fault.wrong_json(answer), times=None)

    return listed


async def shown_stream(hass: HomeAssistant, advance: Advance) -> Fields:
    """Return the attributes of the only stream after the next poll."""
    await advance(10)
    (stream,) = state_of(hass, ACTIVE_STREAMS).attributes["streams"]
    return dict(stream)


async def test_a_track_of_a_compilation_has_its_own_artist(
    hass: HomeAssistant, listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    track = {"type": "track", "parentTitle": "Sea songs", "grandparentTitle": "Various Artists"}
    listed(listed_session(**track, originalTitle="Marlow & the Tides"))
    stream = await shown_stream(hass, advance)
    assert (stream["artist"], stream["album"]) == ("Marlow & the Tides", "Sea songs")
    (event,) = playback_listener.events
    assert (event["artist"], event["album"]) == ("Marlow & the Tides", "Sea songs")


async def test_edition_and_player_without_a_name_are_shown(
    hass: HomeAssistant, listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    player = {"title": "", "product": "Plex for LG", "device": "LG TV", "state": "playing"}
    listed(listed_session(editionTitle="Director's Cut", Player=player))
    stream = await shown_stream(hass, advance)
    assert (stream["edition"], stream["player"]) == ("Director's Cut", "Plex for LG")
    assert stream["player_id"] is None
    assert playback_listener.events[0]["player"] == "Plex for LG"


async def test_live_tv_has_channel_program_and_end_time(
    hass: HomeAssistant, listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    media = {
        "origin": "livetv",
        "channelCallSign": "KTDE",
        "channelTitle": "7.1 KTDE (Tide TV)",
        "beginsAt": 1763668800,
        "endsAt": 1763672400,
    }
    listed(
        listed_session(
            type="episode",
            title="Tide tables",
            grandparentTitle="Tide tables",
            librarySectionID="-4",
            live=True,
            sourceTitle="Tide TV",
            Media=[media],
        )
    )
    stream = await shown_stream(hass, advance)
    assert (stream["type"], stream["channel"]) == ("live", "7.1 KTDE (Tide TV)")
    assert stream["ends_at"] == "2025-11-20T13:00:00-08:00"
    assert (stream["method"], stream["hardware"]) == (None, None)
    assert playback_listener.events[0]["channel"] == "7.1 KTDE (Tide TV)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bart!2017", "bart!2017"),
        ("X & Y", "X & Y"),
        ("name@", "name@"),
        ("@name", "@name"),
        ("me @ home", "me @ home"),
        ("Øyvind Åse", "Øyvind Åse"),
        ("heron@mail.example", "heron"),
        ("Heron <heron@mail.example>", "Heron <heron>"),
    ],
)
async def test_a_name_is_shown_unchanged_unless_it_is_an_email_address(
    hass: HomeAssistant, listed: Listed, advance: Advance, name: str, shown: str
) -> None:
    listed(listed_session(User={"id": "7", "title": name}))
    assert (await shown_stream(hass, advance))["user"] == shown


async def test_players_that_are_not_signed_in_are_separate_viewers(
    hass: HomeAssistant, listed: Listed, advance: Advance
) -> None:
    listed(
        *(
            listed_session(
                sessionKey=str(number),
                User={"id": "0", "title": " "},
                Player={"title": name, "machineIdentifier": name, "userID": 0},
            )
            for number, name in enumerate(("Living Room", "Bedroom"))
        )
    )
    await advance(10)
    assert state_value(hass, "sensor.harbour_viewers") == "2"


TRAILER = listed_session(
    sessionKey="90", ratingKey="4711", type="clip", title="Fog (trailer)", extraType="1"
)
PREROLL = listed_session(
    sessionKey="91", ratingKey="12", type="clip", title="Lights down", librarySectionID=-2
)


async def test_extras_count_only_in_bandwidth_and_their_own_attribute(
    hass: HomeAssistant,
    all_entities_enabled: None,
    listed: Listed,
    playback_listener: EventListener,
    loaded_entry: MockConfigEntry,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    await follow_users(hass, loaded_entry, OWNER)
    paused = {"title": "Bedroom", "state": "paused", "machineIdentifier": "b", "local": False}
    trailer = TRAILER | {"Player": paused, "User": {"id": "9"}, "thumb": "/library/thumb/1"}
    listed(trailer, PREROLL | {"thumb": "/library/thumb/2"})
    await advance(10)
    state = state_of(hass, ACTIVE_STREAMS)
    assert (state.state, state.attributes["streams"]) == ("0", [])
    assert state.attributes["extras"] == 2
    for key in ("direct_plays", "viewers", "paused_streams", "hardware_transcodes"):
        assert state_value(hass, f"sensor.harbour_{key}") == "0"
    assert state_value(hass, "sensor.harbour_bandwidth") == "16.0"
    assert state_value(hass, "image.harbour_now_playing") == STATE_UNKNOWN
    assert state_value(hass, USER_NOW_PLAYING.format("marlow")) == "idle"
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics["sessions"]["by_method"] == {}
    assert diagnostics["sessions"]["extras"] == 2
    response = await hass.services.async_call(
        DOMAIN,
        "get_streams",
        {"config_entry_id": loaded_entry.entry_id},
        blocking=True,
        return_response=True,
    )
    assert response == {"streams": []}

    # The preroll ends, and the film starts under its key.
    listed(trailer, listed_session(sessionKey="91", viewOffset=5_500_000))
    await advance(10)
    assert state_value(hass, ACTIVE_STREAMS) == "1"
    assert state_of(hass, ACTIVE_STREAMS).attributes["extras"] == 1
    assert state_value(hass, USER_NOW_PLAYING.format("marlow")) == "Fog horn"
    listed()
    await advance(10)
    assert playback_listener.new_events == [("started", "Fog horn"), ("stopped", "Fog horn")]


async def test_a_trailer_played_to_its_end_is_not_watched(
    listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    for offset in (1_000, 95_000):
        listed(TRAILER | {"duration": 100_000, "viewOffset": offset})
        await advance(10)
    assert playback_listener.new_events == []


async def test_each_repeat_of_a_track_is_a_playback(
    listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    track = {"type": "track", "title": "Fog horn", "duration": 100_000}
    for offset in (0, 50_000, 97_000, 4_000, 60_000, 86_000, 2_000, 99_000):
        listed(listed_session(**track, viewOffset=offset))
        await advance(10)
    listed()
    await advance(10)
    assert [kind for kind, _ in playback_listener.new_events] == [
        "started",
        "watched",
        "stopped",
        "started",
        # The last position before the repeat was below 90 %.
        "watched",
        "stopped",
        "started",
        "watched",
        "stopped",
    ]


async def test_a_seek_back_is_no_repeat(
    listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    for kind, duration, offsets in (
        ("movie", 6_000_000, (5_700_000, 0, 5_000_000, 0)),
        ("track", 200_000, (100_000, 0, 150_000, 60_000)),
    ):
        for offset in offsets:
            listed(listed_session(ratingKey=kind, type=kind, duration=duration, viewOffset=offset))
            await advance(10)
        listed()
        await advance(10)
        assert playback_listener.new_events == [("started", "Fog horn"), ("stopped", "Fog horn")]


async def test_a_new_key_of_the_same_stream_is_no_event(
    listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    listed(listed_session(sessionKey="450"))
    await advance(10)
    # The server has restarted, or has listed the stream under another key.
    listed(listed_session(sessionKey="1", viewOffset=20_000))
    await advance(10)
    listed()
    await advance(10)
    assert playback_listener.new_events == [("started", "Fog horn"), ("stopped", "Fog horn")]


async def test_an_event_names_the_library_by_its_number(
    hass: HomeAssistant, listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    listed(listed_session())
    await advance(10)
    (event,) = playback_listener.events
    assert event["library"] == "Movies"


async def test_events_distinguish_players_and_locations(
    listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    def player(identifier: str, **fields: object) -> Fields:
        return {"title": "TV", "machineIdentifier": identifier, "state": "playing"} | fields

    listed(
        listed_session(sessionKey="1", Player=player("one", local=True), Session={}),
        listed_session(sessionKey="2", Player=player("two", local=False), Session={}),
        listed_session(sessionKey="3", Player=player("three", relayed=True)),
    )
    await advance(10)
    events = playback_listener.events
    assert [event["location"] for event in events] == ["lan", "wan", "relay"]
    assert len({event["player_id"] for event in events}) == 3
    assert {event["method"] for event in events} == {"direct_play"}


async def test_a_daily_show_keeps_date_and_season(
    hass: HomeAssistant, listed: Listed, playback_listener: EventListener, advance: Advance
) -> None:
    listed(
        listed_session(
            type="episode",
            title="Episode 11-15",
            grandparentTitle="Late Tide",
            parentIndex=2011,
            originallyAvailableAt="2011-11-15",
        )
    )
    stream = await shown_stream(hass, advance)
    assert (stream["season"], stream["episode"], stream["aired"]) == (2011, None, "2011-11-15")
    assert playback_listener.events[0]["aired"] == "2011-11-15"


async def test_a_direct_play_without_a_session_element_counts_in_lan_or_wan(
    hass: HomeAssistant, listed: Listed, advance: Advance
) -> None:
    film = listed_session(Media=[{"bitrate": 58_000}])
    del film["Session"]
    unlimited = {"id": "u", "bandwidth": 10_000_000, "location": "wan"}
    listed(film, listed_session(sessionKey="2", Media=[{"bitrate": 12_000}], Session=unlimited))
    await advance(10)
    assert state_value(hass, "sensor.harbour_bandwidth") == "70.0"
    assert state_value(hass, "sensor.harbour_lan_bandwidth") == "58.0"
    assert state_value(hass, "sensor.harbour_wan_bandwidth") == "12.0"


@pytest.mark.push
async def test_an_event_is_written_after_the_list_of_streams(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator
) -> None:
    found: list[tuple[str, list[str]]] = []

    @callback
    def read_streams(event: Event[EventStateChangedData]) -> None:
        """Note the states of the listed streams at the moment of an event."""
        state = event.data["new_state"]
        if state is not None and state.state != STATE_UNAVAILABLE:
            streams = state_of(hass, ACTIVE_STREAMS).attributes["streams"]
            kind = state.attributes["event_type"]
            found.append((kind, [stream["state"] for stream in streams]))

    unsubscribe = async_track_state_change_event(hass, PLAYBACK, read_streams)
    session = simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], user=JUNIPER)
    await deliver_push(hass, simulator)
    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    unsubscribe()
    assert found == [("started", ["playing"]), ("paused", ["paused"]), ("stopped", [])]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"grandparentTitle": "The Long Quiz"}, "The Long Quiz"),
        ({"Media": [{"selected": True, "channelTitle": "5 Quiz"}]}, "5 Quiz"),
        ({"Media": [{"selected": True, "channelCallSign": "KQED"}]}, "KQED"),
        ({}, STATE_UNKNOWN),
    ],
    ids=["series", "channel", "call sign", "nothing"],
)
async def test_live_tv_without_a_title_is_shown_by_its_series_or_channel(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    listed: Listed,
    advance: Advance,
    fields: Fields,
    shown: str,
) -> None:
    await follow_users(hass, loaded_entry, OWNER)
    listed(listed_session(live="1", title=None, **fields))
    await advance(10)
    assert state_value(hass, USER_NOW_PLAYING.format("marlow")) == shown
