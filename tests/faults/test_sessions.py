"""Sessions that are told of too early, or are none like the others."""

from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from tests.integration.conftest import Live
from tests.integration.support import heard, state_of
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import LIVING_ROOM, OWNER, PHONE

from .listed import listing, playing
from .recovery import READ, STREAMS, Before, titles

SHOWN: Final = ("title", "type", "user", "location")


async def test_a_stream_that_is_told_of_before_it_is_listed_is_shown_within_seconds(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    simulator.push.list_sessions_late(3)
    session = simulator.sessions.start(film)
    await heard(hass, simulator)
    assert titles(hass) == []
    await live(8)
    assert titles(hass) == [film.title]
    assert simulator.count(READ) == 4
    simulator.push.list_sessions_late(0)
    simulator.sessions.stop(session)
    await heard(hass, simulator)
    assert titles(hass) == []
    before.assert_back()


async def test_a_film_after_paused_music_on_one_player_is_a_stream_of_its_own(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    music = simulator.sessions.start(track, player=LIVING_ROOM)
    await heard(hass, simulator)
    simulator.sessions.pause(music)
    await live(1)
    simulator.sessions.start(film, player=LIVING_ROOM)
    await heard(hass, simulator)
    await live(1)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [(stream["title"], stream["state"]) for stream in streams] == [
        (track.title, "paused"),
        (film.title, "playing"),
    ]
    simulator.sessions.stop(music)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    before.assert_back()


async def test_what_one_stream_lacks_is_missing_from_no_other(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
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
    await heard(hass, simulator)
    await live(1)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [tuple(stream[key] for key in SHOWN) for stream in streams] == [
        ("Tide tables", "live", OWNER.name, "lan"),
        ("Lights down", "clip", OWNER.name, "lan"),
        (photo.title, "photo", OWNER.name, None),
        (film.title, "movie", None, "lan"),
        (film.title, "movie", OWNER.name, None),
        (film.title, "movie", OWNER.name, "lan"),
    ]
    for session in odd:
        sessions.stop(session)
    await heard(hass, simulator)
    sessions.pause(plain)
    await heard(hass, simulator)
    (left,) = state_of(hass, STREAMS).attributes["streams"]
    assert (left["title"], left["state"], left["player"]) == (film.title, "paused", PHONE.title)
    before.assert_back()


@pytest.mark.parametrize(
    "key",
    [{"ratingKey": "tide-tables"}, {"ratingKey": ""}, {"ratingKey": None}, {}],
    ids=["words", "empty", "null", "missing"],
)
async def test_a_stream_whose_item_has_no_number_is_shown_and_followed(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    key: dict[str, str | None],
) -> None:
    # The server tells and lists what is written here, and no more.
    simulator.sessions.on_change = None
    session = simulator.sessions.start(film)
    tree = session_tree(session, simulator.clock())
    del tree["ratingKey"]
    plain = session_tree(simulator.sessions.start(film, player=PHONE), simulator.clock())
    simulator.faults.add(READ, listing({**tree, **key}, {**plain, "title": "Beside"}), times=None)
    told = {"sessionKey": session.session_key, "viewOffset": 0, **key}
    simulator.push.send(playing({**told, "state": "playing"}))
    await heard(hass, simulator)
    assert titles(hass) == [film.title, "Beside"]
    simulator.push.send(playing({**told, "state": "paused"}))
    await heard(hass, simulator)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [stream["state"] for stream in streams] == ["paused", "playing"]
    await live(12)
    assert simulator.count(READ) == 1
    simulator.push.send(playing({**told, "state": "stopped"}))
    await heard(hass, simulator)
    assert titles(hass) == ["Beside"]
    before.assert_back()
