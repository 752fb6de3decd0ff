"""The sensors of recently added items, per library and per server."""

from datetime import datetime
from http import HTTPStatus

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import LIBRARY
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .event_recorder import add_film
from .helpers import set_up, state_of, state_value

SERVER = "sensor.harbour_last_added"
MOVIES = "sensor.harbour_movies_last_added"
MOVIES_AT = "sensor.harbour_movies_last_added_at"
KIDS = "sensor.harbour_kids_movies_last_added"
SHOWS = "sensor.harbour_tv_shows_last_added"
MUSIC = "sensor.harbour_music_last_added"
MOVIE_LIST = "/library/sections/1/all"
HOUR = 3600


def _lists(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the requested lists of newest items."""
    return [request.path for request in simulator.requests if "sort" in request.query]


def _newest(simulator: PlexSimulator, kind: Kind, library: str) -> str:
    """Return the title of the item that was added last."""
    items = simulator.library.of_kind(kind, simulator.library.section_titled(library))
    return max(items, key=lambda item: item.added_at).title


async def test_the_last_added_items_are_read_at_setup(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    assert state_value(hass, MOVIES) == _newest(simulator, Kind.MOVIE, "Movies")
    assert state_value(hass, KIDS) == _newest(simulator, Kind.MOVIE, "Kids Movies")
    assert state_value(hass, SHOWS).endswith(_newest(simulator, Kind.EPISODE, "TV Shows"))
    assert state_value(hass, MUSIC).endswith(_newest(simulator, Kind.ALBUM, "Music"))
    assert len(_lists(simulator)) == len(simulator.library.sections)


@pytest.mark.usefixtures("all_entities_enabled")
async def test_the_server_sensor_shows_the_newest_item_of_all_libraries(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    film = add_film(simulator)
    await advance(HOUR)
    assert (state_value(hass, SERVER), state_value(hass, MOVIES)) == ("Fog", "Fog")
    assert datetime.fromisoformat(state_value(hass, MOVIES_AT)).timestamp() == film.added_at

    kids = simulator.library.section_titled("Kids Movies")
    simulator.library.add_item(Kind.MOVIE, "Mist", kids, year=2021)
    await advance(HOUR)
    assert (state_value(hass, SERVER), state_value(hass, MOVIES)) == ("Mist", "Fog")
    attributes = state_of(hass, SERVER).attributes
    assert {key: attributes[key] for key in ("title", "type", "library", "year", "series")} == {
        "title": "Mist",
        "type": "movie",
        "library": "Kids Movies",
        "year": 2021,
        "series": None,
    }


async def test_an_episode_is_shown_with_its_series(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    simulator.library.add_item(Kind.EPISODE, "The Weir", season)
    await advance(HOUR)
    assert state_value(hass, SHOWS) == "Tidewrack Bay - S01E09 - The Weir"
    attributes = state_of(hass, SHOWS).attributes
    assert [attributes[key] for key in ("title", "series", "season", "episode")] == [
        "The Weir",
        "Tidewrack Bay",
        1,
        9,
    ]


async def test_an_episode_without_a_number_is_shown_with_its_date(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    episode = simulator.library.add_item(Kind.EPISODE, "The Weir", season, year=2011)
    # Plex has no number for it; a negative one is unknown.
    episode.index = -1
    await advance(HOUR)
    assert state_value(hass, SHOWS) == "Tidewrack Bay - 2011-05-17 - The Weir"
    attributes = state_of(hass, SHOWS).attributes
    assert (attributes["episode"], attributes["aired"]) == (None, "2011-05-17")


async def test_an_album_is_shown_with_its_artist(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    (artist, *_) = simulator.library.of_kind(Kind.ARTIST)
    simulator.library.add_item(Kind.ALBUM, "Low Water", artist)
    await advance(HOUR)
    assert state_value(hass, MUSIC) == f"{artist.title} - Low Water"
    assert state_of(hass, MUSIC).attributes["artist"] == artist.title


async def test_a_title_that_is_too_long_for_a_state_is_truncated(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    add_film(simulator, "Fog " * 100)
    await advance(HOUR)
    assert state_value(hass, MOVIES) == ("Fog " * 100)[:255]


async def test_only_a_library_that_changed_is_read_again(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.requests.clear()
    await advance(HOUR)
    assert _lists(simulator) == []
    add_film(simulator)
    await advance(HOUR)
    assert _lists(simulator) == [MOVIE_LIST]


async def test_the_previous_item_is_shown_when_the_newest_is_deleted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    before = state_value(hass, MOVIES)
    film = add_film(simulator)
    await advance(HOUR)
    simulator.library.remove_item(film)
    await advance(HOUR)
    assert state_value(hass, MOVIES) == before


@pytest.mark.usefixtures("all_entities_enabled")
async def test_the_sensor_of_an_empty_library_is_unknown(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    section = simulator.library.add_section("Attic", "movie")
    await advance(HOUR)
    assert state_value(hass, "sensor.harbour_attic_last_added") == STATE_UNKNOWN
    assert state_value(hass, "sensor.harbour_attic_last_added_at") == STATE_UNKNOWN
    simulator.library.add_item(Kind.MOVIE, "Haze", section)
    await advance(HOUR)
    assert state_value(hass, "sensor.harbour_attic_last_added") == "Haze"
    simulator.library.remove_section(section)
    await advance(HOUR)
    assert state_value(hass, SERVER) != "Haze"


@pytest.mark.parametrize("fault", [Fault.status(404), Fault.status(500), Fault.html()])
async def test_a_failed_list_of_a_library_does_not_affect_the_others(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    fault: Fault,
) -> None:
    before = state_value(hass, MOVIES)
    simulator.faults.add(MOVIE_LIST, fault, times=None)
    add_film(simulator, "Fog")
    kids = simulator.library.section_titled("Kids Movies")
    simulator.library.add_item(Kind.MOVIE, "Mist", kids)
    await advance(HOUR)
    assert (state_value(hass, MOVIES), state_value(hass, KIDS)) == (before, "Mist")
    simulator.faults.clear()
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "Fog"


async def test_an_outage_before_the_first_lists_are_read_only_delays_them(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    # Only the requests that setup waits for succeed before the outage.
    simulator.faults.add("/library/sections/*", Fault.status(503), times=None)
    assert await hass.config_entries.async_setup(entry.entry_id)
    simulator.faults.add("*", Fault.status(503), times=None)
    await advance(10)
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, MOVIES) == _newest(simulator, Kind.MOVIE, "Movies")
    assert state_value(hass, SHOWS).endswith(_newest(simulator, Kind.EPISODE, "TV Shows"))


@pytest.fixture
async def entry_with_lists_only(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> MockConfigEntry:
    """Return the unloaded entry with only the sensors of recently added items enabled."""
    for entity in er.async_entries_for_config_entry(entity_registry, loaded_entry.entry_id):
        if entity.domain == "sensor" and entity.translation_key != "last_added":
            entity_registry.async_update_entity(
                entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    return loaded_entry


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Fault.status(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "300"}), 1),
        (Fault.reset(), 16),
        (Fault.status(HTTPStatus.INTERNAL_SERVER_ERROR), 48),
    ],
    ids=["rate limited", "reset", "failing"],
)
async def test_failed_lists_are_retried_before_the_next_poll(
    hass: HomeAssistant,
    entry_with_lists_only: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    fault: Fault,
    times: int,
) -> None:
    simulator.faults.add("/library/sections/*", fault, times=times)
    before = clock.now
    await set_up(hass, entry_with_lists_only)
    assert state_value(hass, MOVIES) == _newest(simulator, Kind.MOVIE, "Movies")
    assert 60 <= clock.now - before < HOUR


async def test_a_type_that_always_fails_is_not_retried_without_end(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    """Some servers always return 500 for one type of one library."""
    simulator.faults.add(MOVIE_LIST, Fault.status(500), times=None)
    add_film(simulator, "Fog")
    for _ in range(2):
        await advance(HOUR)
    simulator.requests.clear()
    for _ in range(24):
        await advance(HOUR)
    # Every library is read once a day, even if it has not changed.
    assert len([found for found in simulator.requests if found.path == MOVIE_LIST]) <= 2 * 24 + 4
    assert state_value(hass, KIDS) == _newest(simulator, Kind.MOVIE, "Kids Movies")


async def test_lists_are_not_read_for_disabled_entities(
    hass: HomeAssistant,
    entry_with_lists_only: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    simulator: PlexSimulator,
) -> None:
    for entity_id in (SERVER, "image.harbour_last_added", LIBRARY, KIDS):
        entity_registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    entity_registry.async_update_entity(
        "image.harbour_kids_movies_last_added", disabled_by=er.RegistryEntryDisabler.USER
    )
    simulator.requests.clear()
    await set_up(hass, entry_with_lists_only)
    # Entities of one library are disabled, and so are those of the server.
    assert sorted(_lists(simulator)) == [f"/library/sections/{key}/all" for key in range(1, 6)]


async def test_the_sensors_are_unavailable_during_an_outage(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    before = state_value(hass, MOVIES)
    simulator.faults.add("*", Fault.status(503), times=None)
    await advance(10)
    assert state_value(hass, MOVIES) == state_value(hass, SERVER) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, MOVIES) == before


async def test_new_item_of_a_server_whose_clock_is_ahead_is_the_last_added_one(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    """Its items are dated by its own clock, as is the Date of its responses."""
    movies = simulator.library.section_titled("Movies")
    ahead = 12 * HOUR
    dated = int(dt_util.utcnow().timestamp()) + ahead
    simulator.library.add_item(Kind.MOVIE, "Odd", movies, added_at=dated)
    await advance(HOUR)
    before = state_value(hass, MOVIES)
    assert before != "Odd"
    simulator.clock = lambda: clock.time() + ahead
    simulator.library.add_item(Kind.MOVIE, "Fog", movies, added_at=dated + HOUR)
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "Fog"
    assert state_of(hass, MOVIES).attributes["added_at"] is None
    # A clock that is set back leaves its items in the future.
    simulator.clock = clock.time
    simulator.library.add_item(Kind.MOVIE, "Mist", movies)
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "Mist"
