"""Playback events after a start, a reload or an outage."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import LIBRARY, PLAYBACK
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import BEDROOM, JUNIPER, PHONE

from .conftest import Advance
from .event_recorder import EventListener
from .helpers import set_up, state_of, state_value, use_shared_token


async def test_streams_that_play_at_startup_cause_no_started_event(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    playback_listener = EventListener(hass, PLAYBACK)
    await set_up(hass, entry)
    await advance(10)
    assert state_value(hass, PLAYBACK) == STATE_UNKNOWN
    assert playback_listener.new_events == []
    simulator.sessions.stop(session)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_a_reload_repeats_no_event(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    await advance(10)
    last_event = state_value(hass, PLAYBACK)
    assert playback_listener.new_events == [("started", film.title)]
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(10)
    assert playback_listener.new_events == []
    assert state_value(hass, PLAYBACK) == last_event
    simulator.sessions.pause(session)
    await advance(10)
    assert playback_listener.new_events == [("paused", film.title)]


async def test_a_reused_session_key_of_another_user_is_another_stream(
    hass: HomeAssistant,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    simulator.sessions.start(film)
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    await simulator.stop()
    await advance(10)
    assert state_value(hass, PLAYBACK) == STATE_UNAVAILABLE
    await simulator.start()
    again = simulator.sessions.start(film, user=JUNIPER)
    assert again.session_key == "1"
    await advance(10)
    assert [(event["event_type"], event["user"]) for event in playback_listener.events] == [
        ("stopped", "marlow"),
        ("started", "juniper"),
    ]


async def test_changes_during_an_outage_are_reported_after_it(
    hass: HomeAssistant,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    unchanged = simulator.sessions.start(film)
    paused = simulator.sessions.start(film, player=BEDROOM)
    stopped = simulator.sessions.start(film, user=JUNIPER, player=PHONE)
    await advance(10)
    assert len(playback_listener.new_events) == 3
    last_event = state_value(hass, PLAYBACK)

    simulator.faults.add("*", Fault.status(500), times=None)
    simulator.sessions.pause(paused)
    simulator.sessions.stop(stopped)
    for _ in range(3):
        await advance(10)
        assert state_value(hass, PLAYBACK) == STATE_UNAVAILABLE
    assert playback_listener.new_events == []

    simulator.faults.clear()
    await advance(10)
    assert [(event["event_type"], event["player"]) for event in playback_listener.events] == [
        ("stopped", "Juniper's phone"),
        ("paused", "Bedroom"),
    ]
    assert state_value(hass, PLAYBACK) > last_event
    assert playback_listener.new_events
    simulator.sessions.stop(unchanged)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_an_outage_without_changes_causes_no_event(
    hass: HomeAssistant,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    simulator.sessions.start(film, state="paused")
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    last_event = state_value(hass, PLAYBACK)
    simulator.faults.add("*", Fault.status(500), times=None)
    await advance(10)
    assert state_value(hass, PLAYBACK) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, PLAYBACK) == last_event
    assert playback_listener.new_events == []


async def test_a_shared_token_has_no_playback_entity(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    use_shared_token(hass, entry, simulator)
    await set_up(hass, entry)
    assert hass.states.get(PLAYBACK) is None
    assert state_of(hass, LIBRARY).state == STATE_UNKNOWN
