"""Lists of items: recently added, On Deck and search results."""

from datetime import UTC, datetime

import pytest

from custom_components.plex_pulse.api import (
    Library,
    LibraryKind,
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
)
from tests.clocks import ManualClock
from tests.simulator import Fault, Kind, PlexSimulator

from .helpers import MakeClient, failure

KIND = PlexErrorKind


async def library_titled(client: PlexServerClient, title: str) -> Library:
    """Return a library by its title."""
    return next(it for it in await client.get_libraries() if it.title == title)


async def test_recently_added_is_sorted_newest_first_and_limited(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    section = simulator.library.section_titled("Movies")
    for title in ("Older", "Newer"):
        clock.advance(60)
        simulator.library.add_item(Kind.MOVIE, title, section, year=2026, duration=5_400_000)
    movies = await library_titled(client, "Movies")
    newest, second = await client.get_recently_added(limit=2, library=movies)
    assert (newest.title, second.title) == ("Newer", "Older")
    assert newest.added_at == datetime.fromtimestamp(int(clock.time()), UTC)
    assert (newest.item_type, newest.year, newest.duration) == ("movie", 2026, 5_400_000)
    assert (newest.library_key, newest.library_title) == (movies.key, "Movies")


@pytest.mark.parametrize(
    ("title", "item_type"),
    [
        ("Movies", "movie"),
        ("TV Shows", "episode"),
        ("Music", "album"),
        ("Photos", "photo"),
        ("Home Videos", "movie"),
    ],
)
async def test_recently_added_type_depends_on_the_library_kind(
    client: PlexServerClient, title: str, item_type: str
) -> None:
    """A new episode is listed, but not its show that was added long ago."""
    library = await library_titled(client, title)
    items = await client.get_recently_added(limit=3, library=library)
    assert [item.item_type for item in items] == [item_type] * 3


async def test_recently_added_of_a_photo_library_lists_photos_not_albums(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Plex uses the same type for both."""
    library = await library_titled(client, "Photos")
    (photo,) = await client.get_recently_added(limit=1, library=library)
    assert photo.title in {it.title for it in simulator.library.of_kind(Kind.PHOTO)}


@pytest.mark.parametrize("status", [400, 500])
async def test_photo_library_of_a_server_without_videos_in_it_lists_its_photos(
    simulator: PlexSimulator, make_client: MakeClient, status: int
) -> None:
    """The server rejects the type of videos there."""
    client = make_client(policy=RetryPolicy(max_retries=0))
    library = await library_titled(client, "Photos")
    expected = await client.get_recently_added(limit=3, library=library)
    # The photos are read first, then the videos are counted.
    simulator.faults.add(f"/library/sections/{library.key}/all", Fault.status(status), every=2)
    assert await client.get_recently_added(limit=3, library=library) == expected
    assert simulator.requests[-1].query["type"] == str(Kind.CLIP.type_id)
    assert len(expected) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.status(401), KIND.AUTHENTICATION),
        (Fault.status(200), KIND.PROTOCOL),
        (Fault.status(429, headers={"Retry-After": "60"}), KIND.RATE_LIMIT),
    ],
    ids=["401", "not JSON", "429"],
)
async def test_other_failure_to_count_the_videos_of_a_photo_library_is_raised(
    simulator: PlexSimulator, make_client: MakeClient, fault: Fault, kind: PlexErrorKind
) -> None:
    """It says nothing about videos."""
    client = make_client(policy=RetryPolicy(max_retries=0))
    library = await library_titled(client, "Photos")
    simulator.faults.add(f"/library/sections/{library.key}/all", fault, every=2)
    error = await failure(client.get_recently_added(limit=3, library=library))
    assert error.kind is kind


async def test_recently_added_of_an_empty_library_is_empty(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The response then has no list at all."""
    simulator.library.add_section("Empty shelf", "movie")
    library = await library_titled(client, "Empty shelf")
    assert await client.get_recently_added(limit=5, library=library) == ()


async def test_recently_added_of_an_unknown_library_kind_is_unfiltered(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A newer server may have kinds that this client does not know."""
    directory = {"key": "1", "type": "hologram", "title": "Holograms", "uuid": "holo"}
    sections = {"MediaContainer": {"size": 1, "Directory": [directory]}}
    simulator.faults.add("/library/sections", Fault.wrong_json(sections))
    (library,) = await client.get_libraries()
    assert library.kind is LibraryKind.OTHER
    assert await client.get_recently_added(limit=2, library=library)
    assert "type" not in simulator.requests[-1].query


async def test_lists_are_limited_when_the_server_ignores_paging(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    rows = [{"ratingKey": str(number), "type": "movie"} for number in range(50)]
    everything = Fault.wrong_json({"MediaContainer": {"size": 50, "Metadata": rows}})
    library = await library_titled(client, "Movies")
    for path in ("/library/sections/1/all", "/library/recentlyAdded", "/library/onDeck"):
        simulator.faults.add(path, everything)
    assert len(await client.get_recently_added(limit=3, library=library)) == 3
    assert len(await client.get_recently_added(limit=4)) == 4
    assert len(await client.get_on_deck(limit=5)) == 5


async def test_recently_added_of_the_server_keeps_the_servers_order(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """An episode is listed there as its season."""
    season = simulator.library.of_kind(Kind.SEASON)[0]
    clock.advance(60)
    simulator.library.add_item(Kind.EPISODE, "Late arrival", season)
    newest, *others = await client.get_recently_added(limit=4)
    assert (newest.item_type, newest.parent_title) == ("season", "Tidewrack Bay")
    assert {item.item_type for item in others} > {"movie"}


async def test_recently_added_of_a_shared_token_has_only_shared_libraries(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    simulator.add_shared_token("friend-token", sections=[3])
    items = await make_client(token="friend-token").get_recently_added(limit=20)
    assert {item.item_type for item in items} == {"album"}


async def test_recently_added_of_a_removed_library_fails_with_404(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The library may be removed between two polls."""
    library = await library_titled(client, "Music")
    simulator.library.remove_section(simulator.library.section_titled("Music"))
    error = await failure(client.get_recently_added(limit=1, library=library))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    assert await client.get_recently_added(limit=1)


async def test_library_of_the_list_applies_to_items_without_one(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The library of an item takes precedence."""
    rows = [{"ratingKey": "1"}, {"ratingKey": "2", "librarySectionID": 9}]
    listing = {
        "size": 2,
        "librarySectionID": 1,
        "librarySectionTitle": "Movies",
        "Metadata": rows,
    }
    answer = Fault.wrong_json({"MediaContainer": listing})
    for path in ("/library/recentlyAdded", "/library/metadata/1,2"):
        simulator.faults.add(path, answer)
    for items in (await client.get_recently_added(limit=2), await client.get_items(["1", "2"])):
        places = [(item.library_key, item.library_title) for item in items]
        assert places == [("1", "Movies"), ("9", None)]


async def test_episode_has_season_and_show_with_numbers(client: PlexServerClient) -> None:
    library = await library_titled(client, "TV Shows")
    (episode,) = await client.get_recently_added(limit=1, library=library)
    assert (episode.title, episode.parent_title) == ("Chapter 1", "Season 1")
    assert episode.grandparent_title == "Tidewrack Bay"
    assert (episode.index, episode.parent_index) == (1, 1)


async def test_on_deck_has_the_next_episode_of_the_last_watched_show_first(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    bakery = next(
        show for show in simulator.library.of_kind(Kind.SHOW) if show.title == "Small Hours Bakery"
    )
    first, second, *_ = bakery.leaves()
    clock.advance(60)
    await client.mark_watched(str(first.rating_key))
    (episode,) = await client.get_on_deck(limit=1)
    assert (episode.rating_key, episode.title) == (str(second.rating_key), second.title)
    assert episode.grandparent_title == "Small Hours Bakery"
    assert episode.poster == f"/library/metadata/{bakery.rating_key}/thumb/{bakery.added_at}"


async def test_on_deck_of_a_shared_token_has_only_shared_libraries(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """An empty list is a missing key."""
    simulator.add_shared_token("friend-token", sections=[1])
    assert await make_client(token="friend-token").get_on_deck(limit=5) == ()


async def test_search_sorts_items_of_all_types_by_score(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Many results of one type do not push a better match of another type out of the list."""
    for number in range(9):
        simulator.library.add_item(
            Kind.MOVIE, f"The long way to Relay Station {number}", simulator.library.sections[1]
        )
    found = await client.search("relay station", limit=3)
    assert found[0].title == "Relay Station Nine"
    assert [item.item_type for item in found] == ["show", "movie", "movie"]
    assert all(item.rating_key for item in found)
    assert simulator.requests[-1].query["limit"] == "3"


async def test_search_skips_people_and_collections(client: PlexServerClient) -> None:
    """They are not playable items."""
    found = await client.search("amber", limit=10)
    assert {item.item_type for item in found} == {"movie"}
    assert "The Amber Shelf" not in {item.title for item in found}


async def test_search_includes_items_listed_as_directories(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The example in Plex's documentation has a show there."""
    show = {"ratingKey": "7", "type": "show", "title": "Fogbound"}
    hub = {"type": "show", "size": 2, "Directory": [show, {"type": "tag", "tag": "Fog"}]}
    answer = {"MediaContainer": {"size": 2, "Hub": [{"type": "movie", "size": 0}, hub]}}
    simulator.faults.add("/hubs/search", Fault.wrong_json(answer))
    assert [item.title for item in await client.search("fog", limit=5)] == ["Fogbound"]


async def test_search_for_one_character_is_empty_and_for_none_fails(
    client: PlexServerClient,
) -> None:
    assert await client.search("a", limit=5) == ()
    error = await failure(client.search(" ", limit=5))
    assert (error.kind, error.status, error.attempts) == (KIND.CLIENT, 400, 1)
    assert await client.search("amber", limit=1)
