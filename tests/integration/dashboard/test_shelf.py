"""Lists of items for the shelf cards."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from tests.fixtures.home_assistant import TOKEN, Advance
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from ..actions import call_action
from ..helpers import set_up, settle
from .browser import Browse, Browser, Json

SHELF = "plex_pulse/shelf"
LISTS = ("/library/recentlyAdded", "/library/onDeck")


def _lists(simulator: PlexSimulator) -> list[str]:
    return [request.path for request in simulator.requests if request.path in LISTS]


@pytest.fixture
async def other(hass: HomeAssistant, other_server: PlexSimulator) -> MockConfigEntry:
    """Return the entry of another server."""
    other = MockConfigEntry(
        domain="plex_pulse",
        title="Lighthouse",
        unique_id=other_server.state.machine_identifier,
        data={"url": other_server.url, "token": TOKEN, "verify_ssl": True},
    )
    other.add_to_hass(hass)
    await set_up(hass, other)
    return other


async def test_item_has_every_field(
    loaded_entry: MockConfigEntry, browser: Browser, snapshot: SnapshotAssertion
) -> None:
    libraries = (await browser.call(SHELF, source="recently_added"))["libraries"]
    movies = next(library for library in libraries if library["type"] == "movie")
    shelf = await browser.call(SHELF, source="recently_added", library=movies["id"], limit=1)
    (item,) = shelf["items"]
    item["image"] = bool(item["image"])
    assert item | {"entry_id": "entry"} == snapshot
    assert shelf["refresh_entities"] == ["event.harbour_library", "sensor.harbour_last_added"]
    assert shelf["failed"] == []


async def test_on_deck_shows_progress_and_has_no_filter(
    loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    shelf = await browser.call(SHELF, source="on_deck")
    assert shelf["items"]
    assert shelf["libraries"] == []
    assert shelf["refresh_entities"] == ["event.harbour_playback", "event.harbour_library"]
    for item in shelf["items"]:
        assert item["is_next"] is (item["progress"] is None)


@pytest.mark.parametrize("name", ["id", "title", "key"])
async def test_library_is_found_by_id_title_or_key(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser, name: str
) -> None:
    section = next(each for each in simulator.library.sections.values() if each.type == "show")
    value = {"id": section.uuid, "title": section.title, "key": str(section.key)}[name]
    shelf = await browser.call(SHELF, source="recently_added", library=value)
    assert {item["type"] for item in shelf["items"]} <= {"episode", "season", "show"}
    assert {item["facts"]["library"] for item in shelf["items"]} == {section.title}
    assert {item["title"] for item in shelf["items"]} == {
        show.title for show in simulator.library.of_kind(Kind.SHOW, section)
    }


async def test_unknown_library_or_server_is_not_found(
    loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    for fields in ({"library": "gone"}, {"servers": ["gone"]}):
        assert await browser.error_of(SHELF, source="recently_added", **fields) == "not_found"
    shelf = await browser.call(SHELF, source="on_deck", library="gone")
    assert shelf["items"]


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "watchlist"},
        {},
        {"source": "on_deck", "limit": 0},
        {"source": "on_deck", "limit": 51},
        {"source": "on_deck", "servers": "all"},
    ],
)
async def test_invalid_request_is_refused(
    loaded_entry: MockConfigEntry, browser: Browser, fields: Json
) -> None:
    assert await browser.error_of(SHELF, **fields) == "invalid_format"


async def test_cards_share_one_request_until_it_is_stale(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browse: Browse
) -> None:
    simulator.requests.clear()
    for limit in (5, 10, 20):
        browser = await browse()
        shelf = await browser.call(SHELF, source="recently_added", limit=limit)
        assert len(shelf["items"]) == limit
    assert _lists(simulator) == ["/library/recentlyAdded"]
    await advance(60)
    await (await browse()).call(SHELF, source="recently_added")
    assert _lists(simulator) == ["/library/recentlyAdded"] * 2


async def test_marking_an_item_drops_the_cached_lists(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    (film, *_) = (
        item
        for item in (await browser.call(SHELF, source="recently_added", limit=50))["items"]
        if item["type"] == "movie" and not item["watched"]
    )
    assert film["is_new"] is (film["added_at"] > 1795204800 - 7 * 86_400)
    await call_action(hass, "mark_watched", rating_key=film["rating_key"])
    after = {
        item["rating_key"]: item
        for item in (await browser.call(SHELF, source="recently_added", limit=50))["items"]
    }
    assert after[film["rating_key"]]["watched"] is True
    assert after[film["rating_key"]]["is_new"] is False


@pytest.mark.push
async def test_added_item_drops_the_cached_lists(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    await browser.call(SHELF, source="recently_added")
    section = simulator.library.of_kind(Kind.MOVIE)[0].section
    simulator.scan(section, items=["Paper Lighthouse"])
    for _ in range(4):
        await simulator.push.wait_delivered()
        await advance(5)
    shelf = await browser.call(SHELF, source="recently_added")
    assert shelf["items"][0]["title"] == "Paper Lighthouse"


async def test_servers_are_merged_newest_first(
    loaded_entry: MockConfigEntry, other: MockConfigEntry, browser: Browser
) -> None:
    shelf = await browser.call(SHELF, source="recently_added", limit=50)
    assert {item["entry_id"] for item in shelf["items"]} == {loaded_entry.entry_id, other.entry_id}
    added_at = [item["added_at"] for item in shelf["items"]]
    assert added_at == sorted(added_at, reverse=True)
    one = await browser.call(SHELF, source="recently_added", servers=[other.entry_id])
    assert {item["entry_id"] for item in one["items"]} == {other.entry_id}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.status(429, {"Retry-After": "300"}), "rate_limited"),
        (Fault.status(401), "no_rights"),
        (Fault.status(503), "cannot_connect"),
        (Fault.html(), "unknown_error"),
    ],
)
async def test_server_that_fails_does_not_fail_the_others(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other: MockConfigEntry,
    browser: Browser,
    fault: Fault,
    error: str,
) -> None:
    simulator.faults.add(LISTS[1], fault, times=None)
    shelf = await browser.call(SHELF, source="on_deck")
    assert shelf["failed"] == [
        {"entry_id": loaded_entry.entry_id, "name": "Harbour", "error": error}
    ]
    assert {item["entry_id"] for item in shelf["items"]} == {other.entry_id}


async def test_unreachable_and_unloaded_servers_are_listed_as_failed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    await simulator.stop()
    await advance(10)
    shelf = await browser.call(SHELF, source="on_deck")
    assert [failed["error"] for failed in shelf["failed"]] == ["cannot_connect"]
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    await settle(hass)
    shelf = await browser.call(SHELF, source="on_deck")
    assert [failed["error"] for failed in shelf["failed"]] == ["not_loaded"]


async def test_disabled_entities_are_no_refresh_entities(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    browser: Browser,
) -> None:
    entity_registry.async_update_entity(
        "event.harbour_library", disabled_by=er.RegistryEntryDisabler.USER
    )
    shelf = await browser.call(SHELF, source="recently_added")
    assert shelf["refresh_entities"] == ["sensor.harbour_last_added"]
