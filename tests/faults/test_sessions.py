"""Sessions announced before they are listed, and sessions with unusual data."""

from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, state_of
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import LIVING_ROOM, OWNER, PHONE

from .assertions import SESSIONS_PATH, HealthyBaseline, stream_titles
from .payloads import playing_frame, sessions_response

pytestmark = pytest.mark.push

SHOWN_ATTRIBUTES: Final = ("title", "type", "user", "location")


async def test_stream_announced_before_it_is_listed_is_shown_after_retries(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.push.list_sessions_late(2)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    await run_for(8)
    assert stream_titles(hass) == [film.title]
    assert simulator.count(SESSIONS_PATH) == 3
    simulator.push.list_sessions_late(0)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    baseline.assert_recovered()


async def test_film_and_paused_music_on_one_player_are_two_streams(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    music = simulator.sessions.start(track, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    simulator.sessions.pause(music)
    await run_for(1)
    simulator.sessions.start(film, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    await run_for(1)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [(stream["title"], stream["state"]) for stream in streams] == [
        (track.title, "paused"),
        (film.title, "playing"),
    ]
    simulator.sessions.stop(music)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


async def test_missing_elements_of_a_session_do_not_affect_others(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    (photo, *_) = simulator.library.of_kind(Kind.PHOTO)
    sessions = simulator.sessions
    odd = [
        sessions.start_live_tv("Tide tables"),
        sessions.start_preroll(),
        sessions.start(photo),
        sessions.start(film, user=None),
        sessions.start(film, with_session=False),
    ]
    plain = sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    await run_for(1)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [tuple(stream[key] for key in SHOWN_ATTRIBUTES) for stream in streams] == [
        ("Tide tables", "live", OWNER.name, "lan"),
        # Without a `Session` element the player has the location; a preroll is no stream.
        (photo.title, "photo", OWNER.name, "lan"),
        (film.title, "movie", None, "lan"),
        (film.title, "movie", OWNER.name, "lan"),
        (film.title, "movie", OWNER.name, "lan"),
    ]
    for session in odd:
        sessions.stop(session)
    await deliver_push(hass, simulator)
    sessions.pause(plain)
    await deliver_push(hass, simulator)
    (left,) = state_of(hass, STREAMS).attributes["streams"]
    assert (left["title"], left["state"], left["player"]) == (film.title, "paused", PHONE.title)
    baseline.assert_recovered()


@pytest.mark.parametrize(
    "key",
    [{"ratingKey": "tide-tables"}, {"ratingKey": ""}, {"ratingKey": None}, {}],
    ids=["words", "empty", "null", "missing"],
)
async def test_stream_without_a_numeric_rating_key_is_updated_by_push(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    key: dict[str, str | None],
) -> None:
    # The server sends only the payloads of this test.
    simulator.sessions.on_change = None
    session = simulator.sessions.start(film)
    tree = session_tree(session, simulator.clock())
    del tree["ratingKey"]
    plain = session_tree(simulator.sessions.start(film, player=PHONE), simulator.clock())
    simulator.faults.add(
        SESSIONS_PATH, sessions_response({**tree, **key}, {**plain, "title": "Beside"}), times=None
    )
    fields = {"sessionKey": session.session_key, "viewOffset": 0, **key}
    simulator.push.send(playing_frame({**fields, "state": "playing"}))
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title, "Beside"]
    simulator.push.send(playing_frame({**fields, "state": "paused"}))
    await deliver_push(hass, simulator)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [stream["state"] for stream in streams] == ["paused", "playing"]
    await run_for(12)
    assert simulator.count(SESSIONS_PATH) == 1
    simulator.push.send(playing_frame({**fields, "state": "stopped"}))
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == ["Beside"]
    baseline.assert_recovered()
