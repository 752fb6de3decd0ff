"""Only streams of the selected players count, and the lights wait for the last of them."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.clocks import FreezerClock
from tests.entity_ids import PLAYBACK
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import state_of, wait_until
from tests.simulator import Item, PlexSimulator
from tests.simulator.users_and_players import BEDROOM, LIVING_ROOM

from ..conftest import Automate
from .conftest import TakeBrightness

pytestmark = pytest.mark.smoke


async def test_without_a_selected_player_every_room_counts(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    await automate("room_lights", **{**inputs, "players": []})
    simulator.sessions.start(film, player=BEDROOM)
    await advance(10)
    assert take_brightness() == [0]


async def test_lights_stay_dimmed_until_the_last_player_in_the_room_stops(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    await automate("room_lights", **{**inputs, "players": ["Living Room", "Bedroom"]})
    sessions = simulator.sessions
    first = sessions.start(film, player=LIVING_ROOM)
    second = sessions.start(film, player=BEDROOM)
    await advance(10)
    assert set(take_brightness()) == {0}
    sessions.pause(first)
    await advance(10)
    assert take_brightness() == []
    sessions.stop(second)
    await advance(10)
    assert take_brightness() == [30]
    sessions.stop(first)
    await advance(10)
    assert take_brightness() == [100]


async def test_the_end_of_a_stream_in_another_room_does_not_cancel_the_wait(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    clock: FreezerClock,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    automation = await automate("room_lights", **{**inputs, "stop_delay": 30})
    sessions = simulator.sessions
    room = sessions.start(film, player=LIVING_ROOM)
    other = sessions.start(film, player=BEDROOM)
    await advance(10)
    assert take_brightness() == [0]
    sessions.stop(room)
    sessions.stop(other)
    clock.advance(10)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=0.6))
    await wait_until(lambda: state_of(hass, automation).attributes["current"] == 1)
    await advance(31)
    assert take_brightness() == [100]


async def test_a_player_can_be_selected_by_its_id(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    session = simulator.sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    player_id = state_of(hass, PLAYBACK).attributes["player_id"]
    await automate("room_lights", **{**inputs, "players": [player_id.upper()]})
    simulator.sessions.pause(session)
    await advance(10)
    assert take_brightness() == [30]
    simulator.sessions.start(film, player=BEDROOM)
    await advance(10)
    assert take_brightness() == []
