"""The shelf card: its list, the details of an item, and how it is marked as watched."""

from collections.abc import AsyncIterator

from playwright.async_api import Locator, expect
import pytest_asyncio

from tests.simulator import Fault
from tests.simulator.library import Kind

from .accessibility import assert_accessible, find_small_targets
from .home import Home
from .observer import ObservedPage

PATH = "shelf-states"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def loaded_page(module_page: ObservedPage, home: Home) -> ObservedPage:
    """Return the page with a shelf of movies."""
    card = {"type": "custom:plex-pulse-shelf", "library": "Movies"}
    await home.save_dashboard(PATH, card)
    await module_page.open(f"/{PATH}")
    await expect(module_page.shelf.locator("li").first).to_be_visible()
    await module_page.keep()
    return module_page


@pytest_asyncio.fixture(loop_scope="session")
async def page(loaded_page: ObservedPage, home: Home) -> AsyncIterator[ObservedPage]:
    """Return the page; afterwards it is the same document without errors."""
    home.reset()
    loaded_page.errors.clear()
    yield loaded_page
    assert loaded_page.errors == []
    assert loaded_page.foreign_urls == []
    assert await loaded_page.is_kept()


def details(page: ObservedPage) -> Locator:
    """Return the dialog of an item."""
    return page.shelf.get_by_role("dialog")


async def test_details_mark_an_item_watched_and_unwatched(page: ObservedPage, home: Home) -> None:
    film = next(film for film in home.server.library.of_kind(Kind.MOVIE) if not film.view_count)
    item = page.shelf.locator("li").filter(has_text=film.title)
    await item.get_by_role("button").click()
    await expect(details(page)).to_contain_text(str(film.year))
    await expect(details(page)).to_contain_text("Movies")
    await assert_accessible(page.shelf)
    assert await find_small_targets(page.shelf) == []
    await details(page).get_by_role("button", name="Mark as watched").click()
    await expect(details(page)).to_contain_text("Marked as watched")
    assert film.view_count
    await expect(item.get_by_role("img", name="Watched")).to_be_attached()
    await details(page).get_by_role("button", name="Mark as unwatched").click()
    await expect(details(page)).to_contain_text("Marked as unwatched")
    assert not film.view_count
    await details(page).get_by_role("button", name="Close").click()
    await expect(details(page)).to_have_count(0)
    await expect(item.get_by_role("img", name="Watched")).to_have_count(0)


async def test_mark_that_fails_shows_why_and_can_be_repeated(
    page: ObservedPage, home: Home
) -> None:
    film = next(film for film in home.server.library.of_kind(Kind.MOVIE) if not film.view_count)
    await page.shelf.locator("li").filter(has_text=film.title).get_by_role("button").click()
    mark = details(page).get_by_role("button", name="Mark as watched")
    home.server.faults.add("/:/scrobble", Fault.status(500), times=None)
    await mark.click()
    await expect(details(page).get_by_role("alert")).to_be_visible()
    await assert_accessible(page.shelf)
    home.server.faults.clear()
    await mark.click()
    await expect(details(page)).to_contain_text("Marked as watched")
    await expect(details(page).get_by_role("alert")).to_have_count(0)
    await page.page.keyboard.press("Escape")


async def test_shelf_is_used_with_the_keyboard_alone(page: ObservedPage) -> None:
    items = page.shelf.locator("button.open")
    keyboard = page.page.keyboard
    await items.first.focus()
    await keyboard.press("ArrowRight")
    await expect(items.nth(1)).to_be_focused()
    await keyboard.press("End")
    await expect(items.last).to_be_focused()
    await keyboard.press("Home")
    await expect(items.first).to_be_focused()
    await keyboard.press("Enter")
    await expect(details(page)).to_be_visible()
    await expect(details(page).get_by_role("button", name="Close")).to_be_focused()
    await keyboard.press("Escape")
    await expect(details(page)).to_have_count(0)
    await expect(items.first).to_be_focused()


async def test_filter_shows_another_library(page: ObservedPage) -> None:
    await page.save_cards({"type": "custom:plex-pulse-shelf", "title": "All of it"})
    filters = page.shelf.get_by_role("group", name="Library filter")
    await expect(filters.get_by_role("button", name="Music")).to_be_visible()
    await assert_accessible(page.shelf)
    assert await find_small_targets(page.shelf) == []
    await filters.get_by_role("button", name="Music").click()
    await expect(page.shelf.locator("li .art.square").first).to_be_visible()
    await expect(page.shelf.locator("li .art:not(.square)")).to_have_count(0)


async def test_new_item_appears_without_a_reload(page: ObservedPage, home: Home) -> None:
    await page.save_cards({"type": "custom:plex-pulse-shelf", "library": "Movies"})
    await expect(page.shelf).to_contain_text("Movies")
    (added,) = home.server.scan(
        home.server.library.section_titled("Movies"), items=["The Brass Barometer"]
    )
    await expect(page.shelf.locator("li").first).to_contain_text(added.title)
    await expect(page.shelf.locator("li").first).to_contain_text("New")


async def test_grid_shows_the_same_items(page: ObservedPage) -> None:
    card = {"type": "custom:plex-pulse-shelf", "source": "on_deck", "layout": "grid"}
    await page.save_cards(card)
    await expect(page.shelf.locator("ul.grid > li").first).to_be_visible()
    await expect(page.shelf).to_contain_text("On Deck")
    await assert_accessible(page.shelf)


async def test_episodes_of_a_season_are_one_item_that_is_marked_as_watched(
    page: ObservedPage, home: Home
) -> None:
    library = home.server.library
    section = library.section_titled("TV Shows")
    show = library.add_item(Kind.SHOW, "Heron Weir", section)
    season = library.add_item(Kind.SEASON, "Season 1", show)
    for title in ("The pilot", "The lock", "The flood"):
        library.add_item(Kind.EPISODE, title, season)
    await page.save_cards({"type": "custom:plex-pulse-shelf", "library": "TV Shows"})
    item = page.shelf.locator("li").filter(has_text=show.title)
    await expect(item).to_contain_text("S1 · 3 episodes")
    await expect(item.get_by_role("img", name="3 unwatched")).to_be_attached()
    await item.get_by_role("button").click()
    await expect(details(page)).to_contain_text("1. The pilot")
    await expect(details(page)).to_contain_text("3. The flood")
    await assert_accessible(page.shelf)
    await details(page).get_by_role("button", name="Mark as watched").click()
    await expect(details(page)).to_contain_text("Marked as watched")
    assert all(episode.view_count for episode in season.children)
    await page.page.keyboard.press("Escape")
    await expect(item.get_by_role("img", name="Watched")).to_be_attached()
