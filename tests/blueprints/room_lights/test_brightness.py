"""Start, pause, resume and stop of a stream dim the lights, or run custom actions."""

from datetime import timedelta
from typing import Any

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
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import deliver_push, state_of, wait_until
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import LIVING_ROOM

from ..conftest import Automate
from .conftest import TakeBrightness

pytestmark = pytest.mark.smoke


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
