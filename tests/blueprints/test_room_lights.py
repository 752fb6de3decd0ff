"""The blueprint that dims the lights of a room during playback."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from tests.clocks import FreezerClock
from tests.entity_ids import PLAYBACK
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import deliver_push, settle, state_of, state_value, wait_until
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import BEDROOM, LIVING_ROOM

from .conftest import Automate

pytestmark = pytest.mark.smoke

LAMP = "light.living_room"

type TakeBrightness = Callable[[], list[int]]


@pytest.fixture
def take_brightness(hass: HomeAssistant) -> TakeBrightness:
    """Return a function that returns the percentages set for the lamp since its last call."""
    calls = async_mock_service(hass, "light", "turn_on")

    def take_brightness() -> list[int]:
        percentages = [call.data["brightness_pct"] for call in calls]
        assert all(call.data["entity_id"] == [LAMP] for call in calls)
        calls.clear()
        return percentages

    return take_brightness


@pytest.fixture
def inputs() -> dict[str, Any]:
    """Return inputs for a lamp in the living room."""
    return {
        "playback": PLAYBACK,
        "players": [" living room "],
        "lights": {"entity_id": LAMP},
        "stop_delay": 0,
    }


@pytest.fixture
async def automation(
    automate: Automate, take_brightness: TakeBrightness, inputs: dict[str, Any]
) -> str:
    """Return the automation with these inputs."""
    return await automate("room_lights", **inputs)


@pytest.mark.usefixtures("automation")
async def test_start_pause_resume_and_stop_set_the_brightness(
    simulator: PlexSimulator, advance: Advance, film: Item, take_brightness: TakeBrightness
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
    for change, percentage in ((sessions.pause, 30), (sessions.resume, 0), (sessions.stop, 100)):
        change(session)
        await advance(10)
        await advance(10)
        assert take_brightness() == [percentage]


@pytest.mark.push
@pytest.mark.usefixtures("automation")
async def test_pushed_changes_set_the_brightness_immediately(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    take_brightness: TakeBrightness,
) -> None:
    session = simulator.sessions.start(film, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    assert take_brightness() == [0]
    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    assert take_brightness() == [30]


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


@pytest.mark.push
@pytest.mark.usefixtures("automation")
async def test_the_last_of_a_burst_of_changes_sets_the_brightness(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    take_brightness: TakeBrightness,
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    take_brightness()
    for _ in range(5):
        sessions.pause(session)
        sessions.resume(session)
    await deliver_push(hass, simulator)
    assert take_brightness()[-1] == 0
    sessions.resume(session)
    sessions.pause(session)
    await deliver_push(hass, simulator)
    assert take_brightness()[-1] == 30


async def test_without_the_streams_sensor_the_events_set_the_brightness(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
    entity_registry: er.EntityRegistry,
) -> None:
    entity_registry.async_update_entity(
        "sensor.harbour_active_streams", disabled_by=er.RegistryEntryDisabler.USER
    )
    await automate("room_lights", **inputs)
    sessions = simulator.sessions
    session = sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    for change, percentage in ((sessions.pause, 30), (sessions.resume, 0), (sessions.stop, 100)):
        take_brightness()
        change(session)
        await advance(10)
        assert take_brightness() == [percentage]


async def test_the_stop_delay_bridges_the_gap_to_the_next_episode(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    clock: FreezerClock,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    automation = await automate("room_lights", **{**inputs, "stop_delay": 30})
    first, second, *_ = simulator.library.of_kind(Kind.EPISODE)

    async def start_waiting() -> None:
        """Run the next poll, after which the automation waits for its delay."""
        clock.advance(10)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=0.6))
        await wait_until(lambda: state_of(hass, automation).attributes["current"] == 1)

    session = simulator.sessions.start(first, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
    simulator.sessions.stop(session)
    await start_waiting()
    assert take_brightness() == []

    session = simulator.sessions.start(second, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == [0]
    simulator.sessions.stop(session)
    await start_waiting()
    await advance(31)
    assert take_brightness() == [100]


async def test_custom_actions_run_with_or_without_lights(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    calls: list[ServiceCall] = async_mock_service(hass, "scene", "turn_on")

    def scene(name: str) -> list[dict[str, Any]]:
        return [{"action": "scene.turn_on", "target": {"entity_id": f"scene.{name}"}}]

    del inputs["lights"]
    await automate(
        "room_lights",
        **inputs,
        play_actions=scene("cinema"),
        pause_actions=scene("break"),
        stop_actions=scene("evening"),
    )
    sessions = simulator.sessions
    session = sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    for change in (sessions.pause, sessions.resume, sessions.stop):
        change(session)
        await advance(10)
    assert [call.data["entity_id"] for call in calls] == [
        ["scene.cinema"],
        ["scene.break"],
        ["scene.cinema"],
        ["scene.evening"],
    ]
    assert take_brightness() == []


async def test_a_custom_condition_prevents_changes_of_the_lights(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    take_brightness: TakeBrightness,
    inputs: dict[str, Any],
) -> None:
    dark = {"condition": "state", "entity_id": "input_boolean.dark", "state": "on"}
    hass.states.async_set("input_boolean.dark", "off")
    await automate("room_lights", **inputs, extra_conditions=[dark])
    session = simulator.sessions.start(film, player=LIVING_ROOM)
    await advance(10)
    assert take_brightness() == []
    hass.states.async_set("input_boolean.dark", "on")
    simulator.sessions.stop(session)
    await advance(10)
    assert take_brightness() == [100]
