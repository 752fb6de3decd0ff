"""Streams and events that do not change the lights."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import PLAYBACK
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import settle, state_of, state_value
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import BEDROOM, LIVING_ROOM

from ..conftest import Automate
from .conftest import TakeBrightness

pytestmark = pytest.mark.smoke


@pytest.mark.usefixtures("automation")
async def test_streams_of_other_rooms_and_types_are_ignored(
    simulator: PlexSimulator, advance: Advance, film: Item, take_brightness: TakeBrightness
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    simulator.sessions.start(film, player=BEDROOM)
    simulator.sessions.start(track, player=LIVING_ROOM)
    simulator.sessions.start_live_tv()
    await advance(10)
    assert take_brightness() == []


@pytest.mark.usefixtures("automation")
async def test_the_watched_event_does_not_change_the_lights(
    simulator: PlexSimulator, advance: Advance, film: Item, take_brightness: TakeBrightness
) -> None:
    assert film.duration is not None
    session = simulator.sessions.start(film, player=LIVING_ROOM, state="paused", offset=0)
    await advance(10)
    assert take_brightness() == [0]
    simulator.sessions.seek(session, film.duration - 1000)
    await advance(10)
    assert take_brightness() == []


@pytest.mark.usefixtures("automation")
async def test_the_end_of_an_outage_does_not_change_the_lights(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
) -> None:
    simulator.sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
    simulator.faults.add("/status/sessions", Fault.status(404), times=None)
    await advance(10)
    assert state_value(hass, PLAYBACK) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(60)
    assert state_value(hass, PLAYBACK) != STATE_UNAVAILABLE
    assert take_brightness() == []


@pytest.mark.usefixtures("automation")
async def test_the_next_item_and_a_renamed_entity_do_not_change_the_lights(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
    sessions.stop(session)
    sessions.start(simulator.library.of_kind(Kind.EPISODE)[0], player=LIVING_ROOM)
    await advance(10)
    # The stop of the movie comes first, but the episode is already playing.
    assert take_brightness() == [0]
    state = state_of(hass, PLAYBACK)
    hass.states.async_set(
        PLAYBACK, state.state, {**state.attributes, "friendly_name": "Renamed playback"}
    )
    await settle(hass)
    assert take_brightness() == []


@pytest.mark.usefixtures("automation")
async def test_a_previous_stream_that_ends_late_does_not_change_the_lights(
    simulator: PlexSimulator, advance: Advance, film: Item, take_brightness: TakeBrightness
) -> None:
    sessions = simulator.sessions
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    previous = sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    next_session = sessions.start(episode, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0, 0]
    sessions.stop(previous)
    await advance(10)
    assert take_brightness() == []
    sessions.stop(next_session)
    await advance(10)
    assert take_brightness() == [100]


async def test_a_preroll_does_not_change_the_lights(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    await automate("room_lights", **inputs, media_types=["movie", "clip"])
    preroll = simulator.sessions.start_preroll()
    await advance(10)
    assert take_brightness() == []
    simulator.sessions.stop(preroll)
    simulator.sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
