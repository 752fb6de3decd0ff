"""Library events from polls: items that were added while push was not connected."""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import LIBRARY
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .event_recorder import CREATED, DONE, EventListener, add_film, notify
from .helpers import entry_state, set_up, settle, state_value

HOUR = 3600


async def test_an_item_added_without_push_is_reported_once_by_the_next_poll(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    film = add_film(simulator, "Fog")
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    simulator.library.add_item(Kind.EPISODE, "The Weir", season)
    await advance(HOUR)
    events = {event["title"]: event for event in library_listener.events}
    assert sorted(library_listener.new_events) == [("added", "Fog"), ("added", "The Weir")]
    assert events["Fog"]["library"] == "Movies"
    assert events["Fog"]["rating_key"] == str(film.rating_key)
    assert events["The Weir"]["series"] == "Tidewrack Bay"
    await advance(HOUR)
    assert library_listener.new_events == []


async def test_items_added_without_push_are_reported_oldest_first(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    now = simulator.library.of_kind(Kind.MOVIE)[0].section.scanned_at + 1_000_000
    for number in range(12):
        film = add_film(simulator, f"Part {number}")
        film.added_at = now + number
    await advance(HOUR)
    assert library_listener.new_events == [("added", f"Part {number}") for number in range(12)]


async def test_an_item_reported_by_push_is_not_reported_by_a_poll(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]
    await advance(HOUR)
    assert library_listener.new_events == []


async def test_an_item_reported_by_a_poll_is_not_reported_by_push(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    film = add_film(simulator)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Fog")]
    notify(loaded_entry, film, CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == []


async def test_an_item_that_is_listed_early_is_reported_when_it_is_done(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    film = add_film(simulator, "fog.2021")
    notify(loaded_entry, film, CREATED)
    await advance(HOUR)
    assert library_listener.new_events == []
    film.title = "Fog"
    notify(loaded_entry, film, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]
    await advance(HOUR)
    assert library_listener.new_events == []


@pytest.mark.parametrize("is_listed", [True, False], ids=["listed before", "listed after"])
async def test_a_pending_item_is_reported_by_a_poll_after_push_ends(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    is_listed: bool,
) -> None:
    film = add_film(simulator)
    notify(loaded_entry, film, CREATED)
    if is_listed:
        await advance(HOUR)
    loaded_entry.runtime_data.library_changes.async_push_changed(is_connected=False)
    await settle(hass)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Fog")]
    notify(loaded_entry, film, DONE)
    await advance(10)
    assert library_listener.new_events == []


async def test_items_added_before_the_first_setup_are_not_reported(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    library_listener = EventListener(hass, LIBRARY)
    await set_up(hass, entry)
    await advance(HOUR)
    assert library_listener.new_events == []


async def test_an_item_added_during_a_restart_is_reported_once(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    add_film(simulator)
    await set_up(hass, loaded_entry)
    assert library_listener.new_events == [("added", "Fog")]
    await advance(HOUR)
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await advance(HOUR)
    assert library_listener.new_events == []


async def test_many_items_added_during_a_restart_are_summarized(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    for number in range(40):
        add_film(simulator, f"Part {number}")
    await set_up(hass, loaded_entry)
    assert len(library_listener.new_events) == 20
    await advance(60)
    assert [(event["event_type"], event["count"]) for event in library_listener.events] == [
        ("items_added", 20)
    ]


async def test_removing_the_entry_deletes_the_stored_data(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    key = f"plex_pulse.{loaded_entry.entry_id}"
    assert "libraries" in hass_storage[key]["data"]
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    assert key not in hass_storage


@pytest.mark.parametrize(
    "stored", [[], {}, {"libraries": 3, "playbacks": {}}, {"libraries": {"x": ["a"]}}]
)
async def test_stored_data_in_another_format_does_not_fail_setup(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    stored: object,
) -> None:
    key = f"plex_pulse.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": stored}
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED


@pytest.mark.usefixtures("all_entities_enabled")
@pytest.mark.parametrize("added_at", [4_039_372_800, 0], ids=["2098", "no date"])
async def test_an_item_with_an_impossible_date_hides_no_other(
    hass: HomeAssistant,
    all_entities_enabled: None,
    library_listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    added_at: int,
) -> None:
    movies = simulator.library.section_titled("Movies")
    for number in range(8):
        simulator.library.add_item(Kind.MOVIE, f"Odd {number}", movies, added_at=added_at)
    await advance(HOUR)
    # Items of 2098 are new as well; items without a date are at the end of the list.
    assert len(library_listener.new_events) == (8 if added_at else 0)
    last_added = "sensor.harbour_movies_last_added"
    assert not state_value(hass, last_added).startswith("Odd")
    add_film(simulator, "Fog")
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Fog")]
    assert state_value(hass, last_added) == state_value(hass, "sensor.harbour_last_added") == "Fog"
    assert state_value(hass, f"{last_added}_at") < "2098"


async def test_a_new_library_is_one_event_with_its_number_of_items(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    section = simulator.library.add_section("Attic", "movie")
    simulator.library.add_item(Kind.MOVIE, "Haze", section)
    await advance(HOUR)
    (event,) = library_listener.events
    assert [event[key] for key in ("event_type", "library", "library_type", "count", "titles")] == [
        "library_added",
        "Attic",
        "movie",
        1,
        [],
    ]
    assert library_listener.new_events
    simulator.library.add_item(Kind.MOVIE, "Mist", section)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Mist")]


async def test_videos_of_a_photo_library_are_counted_and_reported(
    hass: HomeAssistant, library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    album, *_ = simulator.library.of_kind(Kind.PHOTO_ALBUM)
    simulator.library.add_item(Kind.CLIP, "Wave", album)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Wave")]
    assert state_value(hass, "sensor.harbour_photos_videos") == "1"
    assert state_value(hass, "sensor.harbour_photos_last_added") == "Wave"


async def test_a_file_that_is_added_again_every_hour_is_reported_once(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    movies = simulator.library.section_titled("Movies")
    film = simulator.library.add_item(Kind.MOVIE, "Fog", movies, year=2021)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Fog")]
    for _ in range(5):
        simulator.library.remove_item(film)
        film = simulator.library.add_item(Kind.MOVIE, "Fog", movies, year=2021)
        await advance(HOUR)
    assert library_listener.new_events == []


def _by_date(items: list[Item]) -> Iterator[Item]:
    """Yield items sorted by date, the newest first."""
    yield from sorted(items, key=lambda item: item.added_at, reverse=True)


async def test_an_older_item_that_enters_the_list_is_not_reported(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    movies = simulator.library.section_titled("Movies")
    newest, _, third, *_ = _by_date(simulator.library.of_kind(Kind.MOVIE, movies))
    simulator.library.remove_item(newest)
    await advance(HOUR)
    simulator.library.remove_item(third)
    await advance(HOUR)
    assert library_listener.new_events == []


async def test_an_item_whose_date_was_edited_is_not_reported(
    library_listener: EventListener, simulator: PlexSimulator, advance: Advance
) -> None:
    movies = simulator.library.section_titled("Movies")
    films = simulator.library.of_kind(Kind.MOVIE, movies)
    newest, *_ = _by_date(films)
    films[0].added_at = newest.added_at + 1
    # The library is read because something was added as well.
    add_film(simulator)
    await advance(HOUR)
    assert library_listener.new_events == [("added", "Fog")]
