"""What happens to the streams while nobody looks."""

from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import LIBRARY, PLAYBACK
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import BEDROOM, JUNIPER, PHONE

from .conftest import Advance
from .events import EventListener
from .support import reading, set_up, state_of


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return a film of 88 minutes; 90 % of them are over after 79 minutes and 12 seconds."""
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    return film


async def test_what_plays_at_the_start_is_old_news(
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
    assert reading(hass, PLAYBACK) == STATE_UNKNOWN
    assert playback_listener.new_events == []
    simulator.sessions.stop(session)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_a_reload_tells_nothing_again(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    await advance(10)
    told = reading(hass, PLAYBACK)
    assert playback_listener.new_events == [("started", film.title)]
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(10)
    assert playback_listener.new_events == []
    assert reading(hass, PLAYBACK) == told
    simulator.sessions.pause(session)
    await advance(10)
    assert playback_listener.new_events == [("paused", film.title)]


async def test_a_session_key_that_begins_again_is_another_stream(
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
    assert reading(hass, PLAYBACK) == STATE_UNAVAILABLE
    await simulator.start()
    again = simulator.sessions.start(film, user=JUNIPER)
    assert again.session_key == "1"
    await advance(10)
    assert [(event["event_type"], event["user"]) for event in playback_listener.events] == [
        ("stopped", "marlow"),
        ("started", "juniper"),
    ]


async def test_what_changed_while_the_server_was_away_is_told_when_it_is_back(
    hass: HomeAssistant,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    stays = simulator.sessions.start(film)
    pauses = simulator.sessions.start(film, player=BEDROOM)
    goes = simulator.sessions.start(film, user=JUNIPER, player=PHONE)
    await advance(10)
    assert len(playback_listener.new_events) == 3
    told = reading(hass, PLAYBACK)

    simulator.faults.add("*", Fault.status(500), times=None)
    simulator.sessions.pause(pauses)
    simulator.sessions.stop(goes)
    for _ in range(3):
        await advance(10)
        assert reading(hass, PLAYBACK) == STATE_UNAVAILABLE
    assert playback_listener.new_events == []

    simulator.faults.clear()
    await advance(10)
    assert [(event["event_type"], event["player"]) for event in playback_listener.events] == [
        ("stopped", "Juniper's phone"),
        ("paused", "Bedroom"),
    ]
    assert reading(hass, PLAYBACK) > told
    assert playback_listener.new_events
    simulator.sessions.stop(stays)
    await advance(10)
    assert playback_listener.new_events == [("stopped", film.title)]


async def test_an_outage_in_which_nothing_happened_is_no_event(
    hass: HomeAssistant,
    playback_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    simulator.sessions.start(film, state="paused")
    await advance(10)
    assert playback_listener.new_events == [("started", film.title)]
    told = reading(hass, PLAYBACK)
    simulator.faults.add("*", Fault.status(500), times=None)
    await advance(10)
    assert reading(hass, PLAYBACK) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(10)
    assert reading(hass, PLAYBACK) == told
    assert playback_listener.new_events == []


async def test_a_token_that_may_not_see_what_plays_has_no_such_events(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.add_shared_token("canary-shared-token", [1])
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_TOKEN: "canary-shared-token"}
    )
    await set_up(hass, entry)
    assert hass.states.get(PLAYBACK) is None
    assert state_of(hass, LIBRARY).state == STATE_UNKNOWN
