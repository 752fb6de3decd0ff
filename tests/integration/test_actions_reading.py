"""Actions that return data: streams, recently added, On Deck and search."""

from datetime import UTC, datetime
from http import HTTPStatus
import json

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, PHONE

from .actions import get_response, titles
from .conftest import Advance
from .helpers import settle

pytestmark = pytest.mark.usefixtures("loaded_entry")

READING = ("get_streams", "get_recently_added", "get_on_deck", "get_history", "search")
LIMITED = ("get_recently_added", "get_on_deck", "get_history", "search")


async def test_a_stream_has_the_keys_that_other_actions_need(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    assert await get_response(hass, "get_streams") == {"streams": []}
    episode = simulator.library.of_kind(Kind.EPISODE)[9]
    session = simulator.sessions.start(episode, user=JUNIPER, player=PHONE, state="paused")
    await advance(10)
    (stream,) = (await get_response(hass, "get_streams"))["streams"]
    assert stream["session_key"] == session.session_key
    assert stream["rating_key"] == str(episode.rating_key)
    assert stream["library"] == "TV Shows"
    assert (stream["series"], stream["season"], stream["episode"]) == ("Tidewrack Bay", 2, 2)
    assert (stream["user"], stream["player"], stream["state"]) == (
        "juniper",
        "Juniper's phone",
        "paused",
    )


async def test_get_streams_sends_no_request(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    simulator.clear_requests()
    await get_response(hass, "get_streams")
    assert not simulator.requests


async def test_recently_added_items_are_sorted_newest_first(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    film = simulator.library.add_item(
        Kind.MOVIE,
        "The Tin Heron",
        simulator.library.section_titled("Movies"),
        year=2026,
        duration=5_400_400,
        summary="A heron of tin learns to fly.",
        added_at=datetime(2026, 11, 20, 19, 59, tzinfo=UTC).timestamp(),
    )
    (item, *others) = (await get_response(hass, "get_recently_added"))["items"]
    assert item == {
        "title": "The Tin Heron",
        "series": None,
        "season": None,
        "episode": None,
        "aired": None,
        "artist": None,
        "album": None,
        "edition": None,
        "type": "movie",
        "library": "Movies",
        "rating_key": str(film.rating_key),
        "year": 2026,
        "duration": 5400,
        "summary": "A heron of tin learns to fly.",
        "added_at": "2026-11-20T19:59:00+00:00",
        "view_count": 0,
        "last_viewed_at": None,
    }
    assert len(others) == 9


@pytest.mark.parametrize(
    ("library", "kind", "names"),
    [
        ("TV Shows", "episode", {"series": "Tidewrack Bay", "season": 1, "episode": 1}),
        ("tv shows ", "episode", {"series": "Tidewrack Bay"}),
        ("2", "episode", {"series": "Tidewrack Bay"}),
        ("Music", "album", {"artist": "Paper Kestrels"}),
        ("Photos", "photo", {"album": "Harbour in spring"}),
    ],
)
async def test_a_library_is_selected_by_title_or_id(
    hass: HomeAssistant, library: str, kind: str, names: dict[str, object]
) -> None:
    items = (await get_response(hass, "get_recently_added", library=library, limit=3))["items"]
    assert [item["type"] for item in items] == [kind] * 3
    assert items[0] | names == items[0]


async def test_a_new_episode_of_an_old_season_is_a_recently_added_item(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    season.added_at -= 10_000_000
    simulator.library.add_item(Kind.EPISODE, "The Weir", season)
    (newest, *others) = (await get_response(hass, "get_recently_added", limit=100))["items"]
    assert (newest["title"], newest["type"], newest["series"]) == (
        "The Weir",
        "episode",
        "Tidewrack Bay",
    )
    assert not [item for item in others if item["type"] == "season"]


@pytest.mark.parametrize("library", [None, "Movies"])
@pytest.mark.parametrize("year", [2098, None])
async def test_items_with_an_impossible_date_come_last(
    hass: HomeAssistant, simulator: PlexSimulator, library: str | None, year: int | None
) -> None:
    """Items of 2098 or without a date must not hide items that are really new."""
    movies = simulator.library.section_titled("Movies")
    odd = datetime(year, 1, 1, tzinfo=UTC).timestamp() if year else 0
    for number in range(120):
        simulator.library.add_item(Kind.MOVIE, f"Odd {number}", movies, added_at=odd)
    simulator.library.add_item(Kind.MOVIE, "Fog", movies)
    data = {"limit": 3} | ({"library": library} if library else {})
    rows = (await get_response(hass, "get_recently_added", **data))["items"]
    assert rows[0]["title"] == "Fog"
    assert not [row for row in rows if row["title"].startswith("Odd")]


@pytest.mark.push
async def test_of_many_libraries_only_those_with_new_items_are_read(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator
) -> None:
    for number in range(20):
        section = simulator.library.add_section(f"Attic {number}", "movie")
        simulator.library.add_item(Kind.MOVIE, "Old", section, added_at=1_000_000_000 + number)
    await hass.config_entries.async_reload(entry_with_push.entry_id)
    await simulator.push.connection()
    await simulator.push.wait_delivered()
    await settle(hass)
    simulator.clear_requests()
    rows = (await get_response(hass, "get_recently_added", limit=5))["items"]
    assert len(rows) == 5
    assert len([request for request in simulator.requests if "sort" in request.query]) <= 5


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.status(404)])
async def test_a_library_that_cannot_be_read_does_not_affect_the_others(
    hass: HomeAssistant, simulator: PlexSimulator, fault: Fault
) -> None:
    simulator.faults.add("/library/sections/1/all", fault, times=None)
    rows = (await get_response(hass, "get_recently_added"))["items"]
    assert rows
    assert "Movies" not in {row["library"] for row in rows}


async def test_a_found_track_has_artist_and_album(hass: HomeAssistant) -> None:
    items = (await get_response(hass, "search", query="Windfall, part 1", limit=1))["items"]
    assert [(item["artist"], item["album"], item["type"]) for item in items] == [
        ("Paper Kestrels", "Windfall", "track")
    ]


async def test_on_deck_returns_unwatched_items(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    items = (await get_response(hass, "get_on_deck", limit=1))["items"]
    assert [item["type"] for item in items] == ["episode"]
    assert items[0]["view_count"] == 0


async def test_a_search_finds_by_title(hass: HomeAssistant) -> None:
    assert await titles(hass, "search", query=" umbrella ") == ["The Umbrella Orchestra"]
    assert await titles(hass, "search", query="no such thing") == []


@pytest.mark.parametrize("query", ["", " x ", "x" * 256])
async def test_an_invalid_search_query_raises(hass: HomeAssistant, query: str) -> None:
    with pytest.raises(vol.Invalid):
        await get_response(hass, "search", query=query)


@pytest.mark.parametrize("action", LIMITED)
async def test_the_limit_bounds_the_response(hass: HomeAssistant, action: str) -> None:
    query = {"query": "the"} if action == "search" else {}
    key = "history" if action == "get_history" else "items"
    assert len((await get_response(hass, action, limit=2, **query))[key]) == 2
    for limit in (0, 101, "many"):
        with pytest.raises(vol.Invalid):
            await get_response(hass, action, limit=limit, **query)


@pytest.mark.parametrize("action", READING)
async def test_a_response_is_json_without_urls_of_the_server(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance, action: str
) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], user=JUNIPER)
    await advance(10)
    query = {"query": "the"} if action == "search" else {}
    text = json.dumps(await get_response(hass, action, **query))
    assert "canary" not in text
    assert "127.0.0.1" not in text
    assert "/library/" not in text
    assert hass.services.supports_response(DOMAIN, action) is SupportsResponse.ONLY


async def test_responses_are_available_over_rest(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    assert await async_setup_component(hass, "api", {})
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], method="transcode")
    await advance(10)
    client = await hass_client()
    response = await client.post("/api/services/plex_pulse/get_streams?return_response", json={})
    assert response.status == HTTPStatus.OK
    (stream,) = (await response.json())["service_response"]["streams"]
    assert (stream["method"], stream["session_key"]) == ("transcode", "1")


async def test_a_response_has_the_current_title_of_the_library(
    hass: HomeAssistant, simulator: PlexSimulator, loaded_entry: MockConfigEntry, advance: Advance
) -> None:
    section = simulator.library.section_titled("Movies")
    simulator.library.rename_section(section, "Films")
    await advance(3600)
    (item,) = (await get_response(hass, "get_recently_added", library="films", limit=1))["items"]
    assert item["library"] == "Films"
