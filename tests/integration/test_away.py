"""What happened to the streams while Home Assistant was restarted."""

from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import LIBRARY, PLAYBACK
from tests.simulator import Item, PlexSimulator
from tests.simulator.users_and_players import BEDROOM

from .conftest import Wait
from .events import EventListener, add_film
from .support import set_up, settle

# A film of 88 minutes; 90 % of them are over after 79 minutes and 12 seconds.
LATE = 70 * 60_000
NEARLY_OVER = 86 * 60_000


@pytest.fixture
def listener(hass: HomeAssistant, loaded: MockConfigEntry) -> EventListener:
    """Return what receives the events of the streams."""
    return EventListener(hass, PLAYBACK)


async def test_a_stream_that_ended_during_a_restart_is_told_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    wait: Wait,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    await wait(10)
    assert listener.heard == [("started", film.title)]
    await hass.config_entries.async_unload(loaded.entry_id)
    simulator.sessions.stop(session)
    await set_up(hass, loaded)
    # Its beginning alone was seen: whatever the history says, it was not watched.
    assert [(event["event_type"], event["user"]) for event in listener.events] == [
        ("stopped", "marlow")
    ]
    assert listener.heard
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await settle(hass)
    await wait(10)
    assert listener.heard == []


@pytest.mark.parametrize("has_ended", [False, True])
async def test_what_was_watched_during_a_restart_is_told_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    wait: Wait,
    film: Item,
    has_ended: bool,
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.seek(session, LATE)
    await wait(10)
    assert listener.heard == [("started", film.title)]
    await hass.config_entries.async_unload(loaded.entry_id)
    simulator.sessions.seek(session, NEARLY_OVER)
    if has_ended:
        simulator.sessions.stop(session)
    await set_up(hass, loaded)
    kinds = ["stopped", "watched"] if has_ended else ["watched"]
    assert listener.heard == [(kind, film.title) for kind in kinds]
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await settle(hass)
    await wait(10)
    assert listener.heard == []


async def test_each_start_has_its_end_over_a_restart(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    wait: Wait,
    film: Item,
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    session = simulator.sessions.start(film, player=BEDROOM)
    await set_up(hass, loaded)
    assert listener.heard == [("started", film.title)]
    simulator.sessions.stop(session)
    await wait(10)
    assert listener.heard == [("stopped", film.title)]


async def test_the_state_is_written_soon_after_an_event_and_not_with_positions(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
    film: Item,
    hass_storage: dict[str, Any],
) -> None:
    """A Home Assistant that is killed keeps what it has reported."""
    simulator.sessions.start(film)
    await wait(10)
    await wait(10)
    key = f"plex_pulse.{loaded.entry_id}"
    written = hass_storage[key]["data"]
    assert len(written["playbacks"]) == 1
    assert "summary" in str(written)
    assert film.summary not in str(written)
    for _ in range(5):
        await wait(10)
    assert hass_storage[key]["data"] == written


async def test_events_wait_until_home_assistant_has_started(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    wait: Wait,
    film: Item,
) -> None:
    """Automations attach their triggers when Home Assistant has started."""
    session = simulator.sessions.start(film)
    await wait(10)
    await hass.config_entries.async_unload(loaded.entry_id)
    simulator.sessions.stop(session)
    add_film(simulator)
    hass.set_state(CoreState.starting)
    listeners = [EventListener(hass, PLAYBACK), EventListener(hass, LIBRARY)]
    await set_up(hass, loaded)
    await wait(10)
    assert [listener.heard for listener in listeners] == [[], []]
    before = clock.now
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle(hass)
    assert [listener.heard for listener in listeners] == [
        [("stopped", film.title)],
        [("added", "Fog")],
    ]
    assert clock.now - before >= 5
