"""Items with impossible dates outrank no others on the shelf cards."""

from datetime import UTC, datetime

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from ..helpers import set_up
from .browser import Browser

SHELF = "plex_pulse/shelf"
IN_2098 = datetime(2098, 1, 1, tzinfo=UTC).timestamp()


def _add_misdated(simulator: PlexSimulator, number: int) -> set[str]:
    """Add movies dated in the future, and return their titles."""
    section = simulator.library.section_titled("Movies")
    titles = {f"From 2098, part {index}" for index in range(number)}
    for title in sorted(titles):
        simulator.library.add_item(Kind.MOVIE, title, section, added_at=IN_2098)
    return titles


@pytest.mark.parametrize("library", ["Movies", None])
@pytest.mark.parametrize("number", [1, 25])
async def test_items_from_the_future_do_not_hide_the_newest_ones(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
    library: str | None,
    number: int,
) -> None:
    fields = {} if library is None else {"library": library}
    before = await browser.call(SHELF, source="recently_added", limit=10, **fields)
    misdated = _add_misdated(simulator, number)
    loaded_entry.runtime_data.shelf_cache.clear()

    shelf = await browser.call(SHELF, source="recently_added", limit=10, **fields)

    titles = [item["title"] for item in shelf["items"]]
    assert not misdated.intersection(titles)
    assert titles == [item["title"] for item in before["items"]]


async def test_item_from_the_future_is_last_and_not_new(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    section = simulator.library.section_titled("Kids Movies")
    simulator.library.add_item(Kind.MOVIE, "From 2098", section, added_at=IN_2098)
    shelf = await browser.call(SHELF, source="recently_added", library="Kids Movies", limit=50)
    assert len(shelf["items"]) > 1
    assert shelf["items"][-1]["title"] == "From 2098"
    assert shelf["items"][-1]["is_new"] is False


@pytest.mark.parametrize("source", ["recently_added", "on_deck"])
async def test_merged_shelves_of_two_servers_sort_impossible_dates_last(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    browser: Browser,
    source: str,
) -> None:
    other = MockConfigEntry(
        domain="plex_pulse",
        title="Lighthouse",
        unique_id=other_server.state.machine_identifier,
        data={"url": other_server.url, "token": TOKEN, "verify_ssl": True},
    )
    other.add_to_hass(hass)
    await set_up(hass, other)
    (begun, *_) = [
        item for item in other_server.library.of_kind(Kind.MOVIE) if not item.last_viewed_at
    ]
    begun.added_at = int(IN_2098)
    begun.view_offset = 60_000
    begun.last_viewed_at = int(IN_2098)

    shelf = await browser.call(SHELF, source=source, limit=50)

    assert shelf["items"]
    for item in shelf["items"][:-1]:
        assert (item["entry_id"], item["title"]) != (other.entry_id, begun.title)
