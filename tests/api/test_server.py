"""The Media Server's endpoints with modern and with string-typed responses."""

import pytest

from custom_components.plex_pulse.api import (
    LibraryKind,
    MediaType,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
)
from tests.simulator import Kind, PlexSimulator

from .helpers import MakeClient

KIND = PlexErrorKind


pytestmark = pytest.mark.parametrize("session_typing", ["modern", "strings"])


async def test_get_identity_returns_the_machine_identifier(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """No token is needed."""
    identity = await client.get_identity()
    assert identity.machine_identifier == simulator.state.machine_identifier
    assert identity.version == simulator.state.version
    assert identity.is_claimed


async def test_get_server_returns_name_version_and_features(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The root and the providers endpoint agree."""
    server = await client.get_server()
    assert (server.name, server.version) == ("Harbour", simulator.state.version)
    assert server.has_plex_pass
    assert (await client.get_providers())[0] == server
    simulator.state.plex_pass = False
    assert not (await client.get_server()).has_plex_pass


async def test_server_that_loads_its_plugins_is_recognized(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """It first answers 503, then with incomplete lists, then completely."""
    simulator.starting(True)
    with pytest.raises(PlexApiError) as caught:
        await client.get_identity()
    assert caught.value.kind is KIND.SERVER
    simulator.starting(False)
    simulator.starting_plugins = True
    assert (await client.get_server()).is_starting
    simulator.starting_plugins = False
    assert not (await client.get_server()).is_starting


async def test_get_libraries_returns_keys_kinds_and_uuids(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The uuid stays the same when the library is renamed."""
    libraries = {library.title: library for library in await client.get_libraries()}
    assert {title: library.kind for title, library in libraries.items()} == {
        "Movies": LibraryKind.MOVIES,
        "TV Shows": LibraryKind.SHOWS,
        "Music": LibraryKind.MUSIC,
        "Photos": LibraryKind.PHOTOS,
        "Home Videos": LibraryKind.VIDEOS,
        "Kids Movies": LibraryKind.MOVIES,
    }
    section = simulator.library.section_titled("Music")
    simulator.library.rename_section(section, "Records")
    renamed = next(it for it in await client.get_libraries() if it.title == "Records")
    assert (renamed.key, renamed.uuid) == (str(section.key), libraries["Music"].uuid)


async def test_library_is_scanning_during_a_scan(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    section = simulator.library.section_titled("Movies")
    section.refreshing = True
    assert [it.title for it in await client.get_libraries() if it.is_scanning] == ["Movies"]
    section.refreshing = False
    assert not any(it.is_scanning for it in await client.get_libraries())


async def test_get_providers_adds_storage_and_duration_in_one_request(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    _, libraries = await client.get_providers()
    assert len(simulator.requests) == 1
    assert {it.uuid for it in libraries} == {it.uuid for it in await client.get_libraries()}
    movies = next(library for library in libraries if library.title == "Movies")
    films = simulator.library.of_kind(Kind.MOVIE, simulator.library.section_titled("Movies"))
    assert movies.duration == sum(film.duration or 0 for film in films)
    assert movies.storage == sum(film.media.size for film in films if film.media)


async def test_shared_token_reads_shared_libraries_but_not_sessions(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """Sessions are readable by the owner only."""
    simulator.add_shared_token("friend-token", sections=[2])
    friend = make_client(token="friend-token")
    assert [library.title for library in await friend.get_libraries()] == ["TV Shows"]
    with pytest.raises(PlexApiError) as caught:
        await friend.get_sessions()
    assert (caught.value.kind, caught.value.status) == (KIND.AUTHENTICATION, 403)
    assert await make_client().get_sessions() == ()


@pytest.mark.parametrize(
    ("title", "media_type", "kind"),
    [
        ("Movies", MediaType.MOVIE, Kind.MOVIE),
        ("TV Shows", MediaType.SHOW, Kind.SHOW),
        ("TV Shows", MediaType.SEASON, Kind.SEASON),
        ("TV Shows", MediaType.EPISODE, Kind.EPISODE),
        ("Music", MediaType.ARTIST, Kind.ARTIST),
        ("Music", MediaType.ALBUM, Kind.ALBUM),
        ("Music", MediaType.TRACK, Kind.TRACK),
        ("Photos", MediaType.PHOTO, Kind.PHOTO),
        ("Photos", MediaType.PHOTO_ALBUM, Kind.PHOTO_ALBUM),
    ],
)
async def test_count_items_reads_no_items(
    simulator: PlexSimulator,
    client: PlexServerClient,
    title: str,
    media_type: MediaType,
    kind: Kind,
) -> None:
    """Collections are not counted, and photos are counted one by one."""
    section = simulator.library.section_titled(title)
    count = await client.count_items(str(section.key), media_type)
    assert count == len(simulator.library.of_kind(kind, section)) > 0
    (request,) = simulator.requests
    assert request.query["X-Plex-Container-Size"] == "0"
    assert request.query["type"] == str(media_type.value)
    assert request.query["includeCollections"] == "0"
    assert request.query.get("clusterZoomLevel") == ("1" if kind is Kind.PHOTO else None)
    assert client.statistics.bytes_received < 1_000


async def test_count_items_of_an_empty_library_is_zero(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Zero is not unknown."""
    section = simulator.library.add_section("Empty shelf", "movie")
    assert await client.count_items(str(section.key), MediaType.MOVIE) == 0


async def test_unknown_library_fails_with_404(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The library may be removed between two polls."""
    simulator.library.remove_section(simulator.library.section_titled("Kids Movies"))
    with pytest.raises(PlexApiError) as caught:
        await client.count_items("6", MediaType.MOVIE)
    assert (caught.value.kind, caught.value.status) == (KIND.CLIENT, 404)
    assert await client.count_items("1", MediaType.MOVIE)
