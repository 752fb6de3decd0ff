"""Library changes that are not reported yet when Home Assistant stops or the entry is unloaded."""

from typing import Any
from unittest.mock import patch

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.coordinator.library_changes import LibraryChangeTracker
from custom_components.plex_pulse.stored_state import StoredState
from tests.entity_ids import LIBRARY
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance, RunFor
from .event_recorder import CREATED, DELETED, DONE, EventListener, add_film, notify, timeline
from .helpers import set_up, settle, state_value


async def _stop(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop Home Assistant, which unloads no entry; the entry can then be set up again."""
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    with patch.object(StoredState, "async_save"), patch.object(LibraryChangeTracker, "async_flush"):
        await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.running)


async def _restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop Home Assistant, and set the entry up again."""
    await _stop(hass, entry)
    await set_up(hass, entry)


def _add_films(entry: MockConfigEntry, simulator: PlexSimulator, name: str, number: int) -> None:
    """Add films that push reports, all in the same second."""
    films = [add_film(simulator, f"{name} {part}") for part in range(number)]
    for film in films:
        notify(entry, film, CREATED, DONE)
        entry.runtime_data.libraries.async_handle_timeline(timeline(film, DONE))


def _counts(listener: EventListener) -> tuple[int, list[int]]:
    """Return the number of single events, and the counts of the summaries, since the last call."""
    events, listener.events = listener.events, []
    single = [event for event in events if event["event_type"] == "added"]
    return len(single), [event["count"] for event in events if event not in single]


@pytest.mark.parametrize("is_listed", [False, True])
async def test_rest_of_a_burst_is_reported_once_after_a_restart(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    library_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    is_listed: bool,
) -> None:
    await advance(60)
    for turn in range(2):
        _add_films(loaded_entry, simulator, f"Wave {turn}", 30)
        await advance(3)
        await advance(5 if is_listed else 0.1)
        assert _counts(library_listener) == (20, [])
        await _restart(hass, loaded_entry)
        await advance(70)
        assert _counts(library_listener) == (0, [10])
        await _restart(hass, loaded_entry)
        await advance(3600)
        assert _counts(library_listener) == (0, [])


async def test_rest_of_a_burst_is_reported_once_by_a_reload(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    library_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await advance(60)
    for turn in range(2):
        _add_films(loaded_entry, simulator, f"Wave {turn}", 30)
        await advance(3)
        await advance(5)
        assert _counts(library_listener) == (20, [])
        assert await hass.config_entries.async_reload(loaded_entry.entry_id)
        await settle(hass)
        assert _counts(library_listener) == (0, [10])
        await advance(3600)
        assert _counts(library_listener) == (0, [])


@pytest.mark.parametrize("damaged", [{"kind": "unknown"}, {}, 5, None])
async def test_stored_change_that_cannot_be_read_is_ignored(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    library_listener: EventListener,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    advance: Advance,
    damaged: object,
) -> None:
    await advance(60)
    _add_films(loaded_entry, simulator, "Wave", 30)
    await advance(3)
    await advance(5)
    assert _counts(library_listener) == (20, [])
    await _stop(hass, loaded_entry)
    stored = hass_storage[f"{DOMAIN}.{loaded_entry.entry_id}"]["data"]
    stored["unreported"].insert(0, damaged)
    await set_up(hass, loaded_entry)
    await advance(70)
    assert _counts(library_listener) == (0, [10])


async def test_rest_of_a_burst_is_reported_once_after_a_reload_during_an_outage(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    library_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await advance(60)
    _add_films(loaded_entry, simulator, "Wave", 30)
    await advance(8)
    await advance(1)
    assert _counts(library_listener) == (20, [])
    simulator.faults.add("*", Fault.status(500), times=None)
    await advance(10)
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.faults.clear()
    await set_up(hass, loaded_entry)
    assert _counts(library_listener) == (0, [10])
    await advance(3600)
    assert _counts(library_listener) == (0, [])


async def test_deletions_that_are_held_are_reported_once_after_a_restart(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    library_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    for film in [add_film(simulator, f"Wave {part}") for part in range(25)]:
        notify(loaded_entry, film, DELETED)
        simulator.library.remove_item(film)
    await advance(10)
    assert len(library_listener.new_events) == 20
    await _restart(hass, loaded_entry)
    (event,) = library_listener.events
    assert (event["event_type"], event["count"], event["library"]) == ("items_deleted", 5, "Movies")
    assert event["titles"] == [f"Wave {part}" for part in range(20, 25)]


@pytest.mark.push
async def test_items_that_wait_to_be_read_are_reported_once_after_a_restart(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
) -> None:
    await run_for(70, step=10)
    library_listener = EventListener(hass, LIBRARY)
    simulator.faults.add("/library/metadata/*", Fault.hang(), times=None)
    _add_films(entry_with_push, simulator, "Wave", 3)
    # The list is read while the items are not.
    await run_for(9)
    assert state_value(hass, "sensor.harbour_last_added").startswith("Wave")
    assert library_listener.new_events == []
    simulator.faults.clear()
    await _restart(hass, entry_with_push)
    expected = [("added", f"Wave {part}") for part in range(3)]
    assert sorted(library_listener.new_events) == expected
    await _restart(hass, entry_with_push)
    await run_for(70, step=10)
    assert library_listener.new_events == []
