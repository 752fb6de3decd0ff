"""Playback events: one for each change of a stream."""

import re

import pytest

from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, PHONE

from .conftest import Advance
from .event_recorder import EventListener

MINUTE = 60_000


@pytest.mark.smoke
async def test_an_event_has_item_user_player_and_location(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    simulator.sessions.start(episode, user=JUNIPER, player=PHONE, location="wan")
    await advance(10)
    (event,) = playback_listener.events
    assert {key: event[key] for key in event.keys() - {"event_types", "friendly_name"}} == {
        "event_type": "started",
        "title": "Chapter 1",
        "series": "Tidewrack Bay",
        "season": 1,
        "episode": 1,
        "aired": "2009-05-17",
        "artist": None,
        "album": None,
        "edition": None,
        "channel": None,
        "type": "episode",
        "user": "juniper",
        "player": "Juniper's phone",
        "player_id": event["player_id"],
        "product": "Plex for iOS",
        "location": "wan",
        "method": "direct_play",
        "library": "TV Shows",
        "rating_key": str(episode.rating_key),
    }
    assert re.fullmatch("[0-9a-f]{16}", event["player_id"])
    assert PHONE.machine_identifier not in str(event)
    assert event["event_types"] == ["started", "paused", "resumed", "stopped", "watched"]


@pytest.mark.smoke
async def test_each_change_of_a_stream_is_one_event(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    for kind, change in (
        ("paused", sessions.pause),
        ("resumed", sessions.resume),
        ("stopped", sessions.stop),
    ):
        change(session)
        await advance(10)
        await advance(10)
        assert playback_listener.new_events == [(kind, film.title)]


async def test_buffering_is_no_event(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film, state="buffering")
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    for change, expected in (
        (sessions.resume, []),
        (sessions.buffer, []),
        (sessions.resume, []),
        (sessions.buffer, []),
        (sessions.pause, [("paused", film.title)]),
        # A seek while paused.
        (sessions.buffer, []),
        (sessions.pause, []),
        (sessions.buffer, []),
        (sessions.resume, [("resumed", film.title)]),
    ):
        change(session)
        await advance(10)
        assert playback_listener.new_events == expected


async def test_a_movie_is_watched_once_at_90_percent(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film, state="paused", offset=0)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    nine_tenths = 79 * MINUTE + 12_000
    for offset, expected in (
        (nine_tenths - 1, []),
        (nine_tenths, [("watched", film.title)]),
        (0, []),
        (88 * MINUTE, []),
    ):
        sessions.seek(session, offset)
        await advance(10)
        assert playback_listener.new_events == expected
    sessions.stop(session)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_a_movie_that_starts_in_its_credits_is_not_watched(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    session = simulator.sessions.start(film, state="paused", offset=80 * MINUTE)
    await advance(10)
    simulator.sessions.seek(session, 81 * MINUTE)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]


async def test_a_movie_with_an_unknown_start_position_is_not_watched(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    known = {"sessionKey": "1", "title": "Fog", "type": "movie", "duration": 100}
    for offset in (None, 95, 20, 90):
        session = known if offset is None else known | {"viewOffset": offset}
        simulator.faults.add(
            "/status/sessions", Fault.wrong_json({"MediaContainer": {"Metadata": [session]}})
        )
        await advance(10)
    assert playback_listener.new_events == [("started", "Fog")]


@pytest.mark.smoke
async def test_live_tv_starts_and_stops_but_is_never_watched(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    session = simulator.sessions.start_live_tv("Tide tables")
    await advance(10)
    assert [event["type"] for event in playback_listener.events] == ["live"]
    await advance(24 * 3600)
    simulator.sessions.stop(session)
    await advance(10)
    assert playback_listener.new_events == [("started", "Tide tables"), ("stopped", "Tide tables")]


async def test_the_next_item_of_a_session_stops_the_previous_one(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    first, second, *_ = simulator.library.of_kind(Kind.EPISODE)
    session = simulator.sessions.start(first)
    await advance(10)
    assert playback_listener.new_events == [("started", "Chapter 1")]
    session.item = second
    await advance(10)
    assert playback_listener.new_events == [("stopped", "Chapter 1"), ("started", "Chapter 2")]


async def test_streams_that_start_together_have_one_event_each(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE)[:5]
    for film in films:
        simulator.sessions.start(film)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title) for film in films]


async def test_no_state_is_written_without_an_event(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    simulator.sessions.start(film)
    await advance(10)
    writes = playback_listener.writes
    for _ in range(5):
        await advance(10)
    await advance(3600)
    assert playback_listener.writes == writes == 1


async def test_a_title_is_truncated_to_255_characters(
    playback_listener: EventListener, simulator: PlexSimulator, advance: Advance, film: Item
) -> None:
    film.title = "Fog " * 100
    simulator.sessions.start(film, user=None)
    await advance(10)
    (event,) = playback_listener.events
    assert event["title"] == ("Fog " * 64)[:255]
    assert event["user"] is None
