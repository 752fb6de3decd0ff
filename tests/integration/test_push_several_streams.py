"""Push notifications of several streams at a time, also of unusual ones."""

from homeassistant.core import HomeAssistant
import pytest

from tests.clocks import HeldFreezerClock
from tests.entity_ids import STREAMS
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import LIVING_ROOM, PHONE

from .helpers import deliver_push, settle, state_value, streams

READ = "/status/sessions"

pytestmark = [pytest.mark.push, pytest.mark.smoke, pytest.mark.usefixtures("quiet")]


async def test_five_streams_that_start_together_are_read_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    for film in simulator.library.of_kind(Kind.MOVIE)[:5]:
        simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    assert state_value(hass, STREAMS) == "5"
    assert simulator.count(READ) == 1


async def test_streams_that_start_during_a_read_share_the_next_one(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    first, *others = simulator.library.of_kind(Kind.MOVIE)[:5]
    simulator.sessions.start(first)
    await deliver_push(hass, simulator)
    for film in others:
        simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"
    clock.advance(0.25)
    await settle(hass)
    assert state_value(hass, STREAMS) == "5"
    assert simulator.count(READ) == 2


async def test_two_streams_on_one_player_are_two(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    music = simulator.sessions.start(track, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    clock.advance(1)
    simulator.sessions.pause(music)
    simulator.sessions.start(film, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    assert [(stream["title"], stream["state"]) for stream in streams(hass)] == [
        (track.title, "paused"),
        (film.title, "playing"),
    ]
    simulator.sessions.stop(music)
    await deliver_push(hass, simulator)
    assert [stream["title"] for stream in streams(hass)] == [film.title]


async def test_ends_at_does_not_change_with_another_stream(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    other = simulator.sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    assert film.duration is not None
    # It ends two seconds before a minute does.
    remaining = 600 + (58 - clock.time()) % 60
    simulator.sessions.seek(session, film.duration - round(remaining * 1000))
    await deliver_push(hass, simulator)
    ends_at = streams(hass)[0]["ends_at"]
    clock.advance(5)
    simulator.sessions.pause(other)
    await deliver_push(hass, simulator)
    assert [stream["state"] for stream in streams(hass)] == ["playing", "paused"]
    assert streams(hass)[0]["ends_at"] == ends_at
    assert streams(hass)[1]["ends_at"] is None


async def test_unusual_streams_do_not_affect_others(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    (photo, *_) = simulator.library.of_kind(Kind.PHOTO)
    sessions = simulator.sessions
    odd = [
        sessions.start_live_tv("Tide tables"),
        sessions.start_preroll(),
        sessions.start(photo),
        sessions.start(film, user=None, with_session=False),
    ]
    plain = sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    shown = [stream["title"] for stream in streams(hass)]
    assert "Tide tables" in shown
    assert shown.count(film.title) == 2
    simulator.clear_requests()
    for session in odd:
        sessions.pause(session)
    sessions.pause(plain)
    await deliver_push(hass, simulator)
    assert {stream["state"] for stream in streams(hass)} == {"paused"}
    for session in odd:
        sessions.stop(session)
    await deliver_push(hass, simulator)
    assert [stream["title"] for stream in streams(hass)] == [film.title]
    assert state_value(hass, STREAMS) == "1"
