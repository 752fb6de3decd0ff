"""Episodes of a show that were added together are one item of a shelf."""

from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind

from ..actions import call_action
from .browser import Browser, Json

SHELF: Final = "plex_pulse/shelf"
SHOW: Final = "Heron Weir"
HOUR: Final = 3600
DAY: Final = 24 * HOUR


@pytest.fixture
def seasons(simulator: PlexSimulator, loaded_entry: MockConfigEntry) -> tuple[Item, Item]:
    """Return two seasons of a show without episodes."""
    section = simulator.library.section_titled("TV Shows")
    show = simulator.library.add_item(Kind.SHOW, SHOW, section, added_at=0)
    first, second = (
        simulator.library.add_item(Kind.SEASON, f"Season {number}", show, added_at=0)
        for number in (1, 2)
    )
    return first, second


def add_episodes(simulator: PlexSimulator, season: Item, *ages: int) -> list[Item]:
    """Add an episode for each age in seconds."""
    return [
        simulator.library.add_item(
            Kind.EPISODE,
            f"Chapter {len(season.children) + 1}",
            season,
            added_at=simulator.clock() - age,
        )
        for age in ages
    ]


async def read_show(browser: Browser, entry: MockConfigEntry, **fields: object) -> list[Json]:
    """Return the items of the show on the shelf of its library."""
    entry.runtime_data.shelf_cache.clear()
    shelf = await browser.call(SHELF, source="recently_added", library="TV Shows", **fields)
    return [item for item in shelf["items"] if item["title"] == SHOW]


async def test_single_new_episode_is_shown_as_an_episode(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    seasons: tuple[Item, Item],
    browser: Browser,
) -> None:
    _, second = seasons
    newest, *_ = add_episodes(simulator, second, HOUR, 8 * DAY, 15 * DAY)
    (item,) = await read_show(browser, loaded_entry)
    assert (item["type"], item["season"], item["episode"]) == ("episode", 2, 1)
    assert item["rating_key"] == str(newest.rating_key)
    assert item["episode_title"] == newest.title


async def test_episodes_of_one_season_are_shown_as_the_season(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    seasons: tuple[Item, Item],
    browser: Browser,
) -> None:
    _, second = seasons
    add_episodes(simulator, second, 30 * DAY, 2 * DAY, HOUR, HOUR)
    (item,) = await read_show(browser, loaded_entry)
    assert (item["type"], item["season"], item["episode"]) == ("season", 2, None)
    assert item["rating_key"] == str(second.rating_key)
    assert (item["facts"]["children"], item["unwatched"]) == (3, 3)
    assert item["watched"] is False
    # Of the first one, which was there before, nothing is said.
    assert item["summary"].splitlines() == ["2. Chapter 2", "3. Chapter 3", "4. Chapter 4"]
    # A season has no format of its own.
    assert not item["facts"].keys() & {"duration", "resolution", "video_codec", "size", "rating"}


async def test_episodes_of_several_seasons_are_shown_as_the_show(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    seasons: tuple[Item, Item],
    browser: Browser,
) -> None:
    first, second = seasons
    add_episodes(simulator, first, *([HOUR] * 60))
    add_episodes(simulator, second, HOUR)
    shelf = await browser.call(SHELF, source="recently_added", library="TV Shows", limit=20)
    # More episodes than items are read: one show does not push the others off the shelf.
    assert len({item["title"] for item in shelf["items"]}) > 1
    (item,) = await read_show(browser, loaded_entry)
    assert (item["type"], item["season"]) == ("show", None)
    assert item["rating_key"] == str(first.parent and first.parent.rating_key)
    assert item["facts"]["children"] == 61
    assert item["summary"].splitlines()[0] == "1x01 Chapter 1"
    assert item["summary"].splitlines()[-1] == "2x01 Chapter 1"


async def test_season_is_marked_as_watched(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    seasons: tuple[Item, Item],
    browser: Browser,
) -> None:
    _, second = seasons
    episodes = add_episodes(simulator, second, HOUR, HOUR)
    episodes[0].view_count = 1
    (item,) = await read_show(browser, loaded_entry)
    assert (item["mark"], item["unwatched"], item["watched"]) == ("allowed", 1, False)
    await call_action(hass, "mark_watched", rating_key=item["rating_key"])
    (item,) = await read_show(browser, loaded_entry)
    assert (item["unwatched"], item["watched"]) == (0, True)
    assert all(episode.view_count for episode in episodes)


async def test_undated_episodes_are_not_added_to_the_newest_ones(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    seasons: tuple[Item, Item],
    browser: Browser,
) -> None:
    first, second = seasons
    for episode in add_episodes(simulator, first, 0, 0):
        episode.added_at = 4_000_000_000
    (item,) = await read_show(browser, loaded_entry, limit=50)
    assert (item["type"], item["season"]) == ("season", 1)
    add_episodes(simulator, second, HOUR, HOUR)
    (item,) = await read_show(browser, loaded_entry, limit=50)
    assert (item["type"], item["season"]) == ("season", 2)
