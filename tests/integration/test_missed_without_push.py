"""Changes of libraries while only the websocket is away."""

import asyncio

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import MOVIES, PUSH
from tests.simulator import PlexSimulator
from tests.simulator.activities import Scan

from .conftest import RunFor
from .event_recorder import EventListener, add_film
from .helpers import deliver_push, state_value, wait_until

LIBRARIES = "/media/providers"

pytestmark = [pytest.mark.push, pytest.mark.usefixtures("entry_with_push")]


async def _close(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Close the websocket."""
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)


def _lists(simulator: PlexSimulator) -> set[str]:
    """Return the libraries of which counts or lists were read."""
    return {
        request.path
        for request in simulator.requests
        if request.path.startswith("/library/sections/")
    }


def _library_tasks() -> list[str]:
    """Return the names of the running tasks of the libraries."""
    names = [task.get_name() for task in asyncio.all_tasks()]
    return [name for name in names if "libraries - " in name or "activities - " in name]


@pytest.mark.parametrize("away", [0, 6, 25])
async def test_items_added_during_a_short_loss_of_push_are_added_once(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    library_listener: EventListener,
    run_for: RunFor,
    away: int,
) -> None:
    await run_for(70, step=10)
    simulator.push.refuse(503)
    await _close(hass, simulator)
    for number in range(4):
        add_film(simulator, f"Part {number}")
    await run_for(away)
    simulator.push.accept()
    simulator.clear_requests()
    await run_for(35)
    assert state_value(hass, PUSH) == STATE_ON
    assert library_listener.new_events == [("added", f"Part {n}") for n in range(4)]
    assert state_value(hass, MOVIES) == "44"
    # One read of all libraries, and what has changed of the one that has changed.
    assert simulator.count(LIBRARIES) == 1
    assert _lists(simulator) == {"/library/sections/1/all"}
    await run_for(60)
    assert library_listener.new_events == []


async def test_a_scan_that_runs_does_not_delay_what_push_missed(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    library_listener: EventListener,
    run_for: RunFor,
) -> None:
    await run_for(70, step=10)
    await _close(hass, simulator)
    add_film(simulator)
    await run_for(3)
    assert state_value(hass, PUSH) == STATE_ON
    scan = Scan(simulator.state, simulator.library.section_titled("Kids Movies"))
    await deliver_push(hass, simulator)
    await run_for(10)
    assert library_listener.new_events == [("added", "Fog")]
    scan.end()
    await run_for(10)
    assert library_listener.new_events == []


async def test_websocket_that_flaps_costs_one_read_of_the_libraries_a_minute(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    library_listener: EventListener,
    run_for: RunFor,
) -> None:
    await run_for(70, step=10)
    simulator.clear_requests()
    for _ in range(60):
        await _close(hass, simulator)
        await run_for(5)
    assert simulator.count("/:/websockets/notifications") >= 10
    assert 1 <= simulator.count(LIBRARIES) <= 6
    assert not _lists(simulator)
    # What was missed at last is found once the websocket is stable.
    await _close(hass, simulator)
    add_film(simulator)
    await run_for(130)
    assert state_value(hass, PUSH) == STATE_ON
    assert library_listener.new_events == [("added", "Fog")]
    simulator.clear_requests()
    await run_for(300, step=5)
    assert not simulator.count(LIBRARIES)


async def test_change_of_push_after_an_unload_starts_no_task(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, run_for: RunFor
) -> None:
    await run_for(70, step=10)
    libraries = entry_with_push.runtime_data.libraries
    libraries.async_push_changed(is_connected=True)
    assert _library_tasks()
    assert await hass.config_entries.async_unload(entry_with_push.entry_id)
    # The listener may report the end of push after the tasks of the libraries have ended.
    libraries.async_push_changed(is_connected=True)
    assert _library_tasks() == []


async def test_a_change_is_read_after_five_seconds_while_a_check_of_all_waits(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
) -> None:
    await run_for(70, step=10)
    for _ in range(2):
        await _close(hass, simulator)
        await run_for(8)
    assert state_value(hass, PUSH) == STATE_ON
    simulator.clear_requests()
    add_film(simulator)
    await deliver_push(hass, simulator)
    await run_for(8)
    assert state_value(hass, MOVIES) == "41"
    # The check of all libraries is done by the same read.
    await run_for(60)
    assert simulator.count(LIBRARIES) == 1
