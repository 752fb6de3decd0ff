"""Playback events for changes during a restart of Home Assistant."""

from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import LIBRARY, PLAYBACK
from tests.simulator import Item, PlexSimulator
from tests.simulator.users_and_players import BEDROOM

from .conftest import Advance
from .event_recorder import EventListener, add_film
from .helpers import set_up, settle

# Of a movie of 88 minutes; 90 % of it is 79 minutes and 12 seconds.
LATE = 70 * 60_000
NEARLY_OVER = 86 * 60_000


async def test_a_stream_that_stopped_during_a_restart_is_reported_once(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.sessions.stop(session)
    await set_up(hass, loaded_entry)
    # Only its start was seen, so it was not watched, even if the history lists it.
    assert [(event["event_type"], event["user"]) for event in playback_listener.events] == [
        ("stopped", "marlow")
    ]
    assert playback_listener.new_events
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await advance(10)
    assert playback_listener.new_events == []


@pytest.mark.parametrize("has_ended", [False, True])
async def test_a_movie_watched_during_a_restart_is_reported_once(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    has_ended: bool,
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.seek(session, LATE)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.sessions.seek(session, NEARLY_OVER)
    if has_ended:
        simulator.sessions.stop(session)
    await set_up(hass, loaded_entry)
    kinds = ["stopped", "watched"] if has_ended else ["watched"]
    assert playback_listener.new_events == [(kind, film.title) for kind in kinds]
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await advance(10)
    assert playback_listener.new_events == []


async def test_a_stream_that_started_during_a_restart_has_start_and_stop(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    session = simulator.sessions.start(film, player=BEDROOM)
    await set_up(hass, loaded_entry)
    assert playback_listener.new_events == [("started", film.title)]
    simulator.sessions.stop(session)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_stored_state_is_written_after_an_event_but_not_for_positions(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    hass_storage: dict[str, Any],
) -> None:
    """After a crash of Home Assistant no event is repeated."""
    simulator.sessions.start(film)
    await advance(10)
    await advance(10)
    key = f"plex_pulse.{loaded_entry.entry_id}"
    written = hass_storage[key]["data"]
    assert len(written["playbacks"]) == 1
    assert "summary" in str(written)
    assert film.summary not in str(written)
    for _ in range(5):
        await advance(10)
    assert hass_storage[key]["data"] == written


async def test_events_wait_until_home_assistant_has_started(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
    film: Item,
) -> None:
    """Automations attach their triggers when Home Assistant has started."""
    session = simulator.sessions.start(film)
    await advance(10)
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.sessions.stop(session)
    add_film(simulator)
    hass.set_state(CoreState.starting)
    listeners = [EventListener(hass, PLAYBACK), EventListener(hass, LIBRARY)]
    await set_up(hass, loaded_entry)
    await advance(10)
    assert [listener.new_events for listener in listeners] == [[], []]
    before = clock.now
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle(hass)
    assert [listener.new_events for listener in listeners] == [
        [("stopped", film.title)],
        [("added", "Fog")],
    ]
    assert clock.now - before >= 5
