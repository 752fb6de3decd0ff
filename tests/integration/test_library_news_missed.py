"""What was added while no notifications came, told when the library is read again."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Wait
from .events import CREATED, DONE, EventListener, add_film, notify
from .support import set_up, settle

HOUR = 3600


async def test_what_was_added_unheard_is_told_once_by_the_next_poll(
    library_listener: EventListener, simulator: PlexSimulator, wait: Wait
) -> None:
    film = add_film(simulator, "Fog")
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    simulator.library.add_item(Kind.EPISODE, "The Weir", season)
    await wait(HOUR)
    events = {event["title"]: event for event in library_listener.events}
    assert sorted(library_listener.heard) == [("added", "Fog"), ("added", "The Weir")]
    assert events["Fog"]["library"] == "Movies"
    assert events["Fog"]["rating_key"] == str(film.rating_key)
    assert events["The Weir"]["series"] == "Tidewrack Bay"
    await wait(HOUR)
    assert library_listener.heard == []


async def test_all_that_was_added_unheard_is_told_the_newest_last(
    library_listener: EventListener, simulator: PlexSimulator, wait: Wait
) -> None:
    now = simulator.library.of_kind(Kind.MOVIE)[0].section.scanned_at + 1_000_000
    for number in range(12):
        film = add_film(simulator, f"Part {number}")
        film.added_at = now + number
    await wait(HOUR)
    assert library_listener.heard == [("added", f"Part {number}") for number in range(12)]


async def test_what_was_told_by_push_is_not_told_again_when_it_is_listed(
    library_listener: EventListener, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    notify(loaded, add_film(simulator), CREATED, DONE)
    await wait(10)
    assert library_listener.heard == [("added", "Fog")]
    await wait(HOUR)
    assert library_listener.heard == []


async def test_what_was_listed_first_is_not_told_again_by_push(
    library_listener: EventListener, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    film = add_film(simulator)
    await wait(HOUR)
    assert library_listener.heard == [("added", "Fog")]
    notify(loaded, film, CREATED, DONE)
    await wait(10)
    assert library_listener.heard == []


async def test_what_is_listed_before_it_is_done_is_told_when_it_is(
    library_listener: EventListener, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    film = add_film(simulator, "fog.2021")
    notify(loaded, film, CREATED)
    await wait(HOUR)
    assert library_listener.heard == []
    film.title = "Fog"
    notify(loaded, film, DONE)
    await wait(10)
    assert library_listener.heard == [("added", "Fog")]
    await wait(HOUR)
    assert library_listener.heard == []


@pytest.mark.parametrize("is_listed", [True, False], ids=["listed before", "listed after"])
async def test_what_was_on_its_way_when_notifications_ended_is_told_all_the_same(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
    is_listed: bool,
) -> None:
    film = add_film(simulator)
    notify(loaded, film, CREATED)
    if is_listed:
        await wait(HOUR)
    loaded.runtime_data.library_changes.async_push_changed(is_connected=False)
    await settle(hass)
    await wait(HOUR)
    assert library_listener.heard == [("added", "Fog")]
    notify(loaded, film, DONE)
    await wait(10)
    assert library_listener.heard == []


async def test_nothing_old_is_told_after_a_restart(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    add_film(simulator)
    await set_up(hass, loaded)
    await wait(HOUR)
    assert library_listener.heard == []


async def test_what_a_new_library_begins_with_is_not_told(
    library_listener: EventListener, simulator: PlexSimulator, wait: Wait
) -> None:
    attic = simulator.library.add_section("Attic", "movie")
    simulator.library.add_item(Kind.MOVIE, "Haze", attic)
    await wait(HOUR)
    assert library_listener.heard == []
    simulator.library.add_item(Kind.MOVIE, "Mist", attic)
    await wait(HOUR)
    assert library_listener.heard == [("added", "Mist")]


def _by_date(items: list[Item]) -> Iterator[Item]:
    """Yield items, the newest first."""
    yield from sorted(items, key=lambda item: item.added_at, reverse=True)


async def test_an_older_item_that_comes_into_the_list_is_not_told(
    library_listener: EventListener, simulator: PlexSimulator, wait: Wait
) -> None:
    movies = simulator.library.section_titled("Movies")
    newest, _, third, *_ = _by_date(simulator.library.of_kind(Kind.MOVIE, movies))
    simulator.library.remove_item(newest)
    await wait(HOUR)
    simulator.library.remove_item(third)
    await wait(HOUR)
    assert library_listener.heard == []


async def test_an_item_whose_date_was_edited_is_not_told(
    library_listener: EventListener, simulator: PlexSimulator, wait: Wait
) -> None:
    movies = simulator.library.section_titled("Movies")
    films = simulator.library.of_kind(Kind.MOVIE, movies)
    newest, *_ = _by_date(films)
    films[0].added_at = newest.added_at + 1
    # The library is read because something was added as well.
    add_film(simulator)
    await wait(HOUR)
    assert library_listener.heard == [("added", "Fog")]
