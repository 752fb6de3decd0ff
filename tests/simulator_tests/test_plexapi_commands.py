"""python-plexapi and the product's client read the effect of each other's commands."""

import asyncio
from collections.abc import Iterator

import aiohttp
from plexapi.exceptions import BadRequest
from plexapi.server import PlexServer
import pytest
import requests

from custom_components.plex_pulse.api import (
    ClientIdentity,
    MediaType,
    PlexServerClient,
    RateLimiterRegistry,
)
from tests.clocks import ManualClock
from tests.simulator import Kind, PlexSimulator

from .helpers import FakeClock

NEW = "1.44.0.11001-0a1b2c3d4"


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """Open the session that plexapi uses."""
    with requests.Session() as http:
        yield http


@pytest.fixture
async def server(simulator: PlexSimulator, http: requests.Session) -> PlexServer:
    """Connect plexapi as the owner."""
    return await asyncio.to_thread(PlexServer, simulator.url, "owner-token", http)


@pytest.fixture
def client(simulator: PlexSimulator, session: aiohttp.ClientSession) -> PlexServerClient:
    """Return the product's client with the owner's token."""
    identity = ClientIdentity(
        client_identifier="one", product="Plex Pulse", version="0", platform="test"
    )
    return PlexServerClient(
        session,
        simulator.url,
        "owner-token",
        identity=identity,
        rate_limiters=RateLimiterRegistry(ManualClock()),
    )


@pytest.mark.parametrize("kind", [Kind.MOVIE, Kind.SHOW, Kind.EPISODE, Kind.ALBUM, Kind.TRACK])
async def test_plexapi_reads_items_marked_by_client(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator, kind: Kind
) -> None:
    item = simulator.library.of_kind(kind)[-1]
    for mark, is_played in ((client.mark_watched, True), (client.mark_unwatched, False)):
        await mark(str(item.rating_key))
        found = await asyncio.to_thread(server.fetchItem, item.rating_key)
        assert (found.title, found.isPlayed) == (item.title, is_played)


async def test_client_reads_items_marked_by_plexapi(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator
) -> None:
    key = simulator.library.of_kind(Kind.MOVIE)[-1].rating_key
    film = await asyncio.to_thread(server.fetchItem, key)
    for mark, count in ((film.markPlayed, 1), (film.markUnplayed, 0)):
        await asyncio.to_thread(mark)
        (item,) = await client.get_items([str(key)])
        assert item.view_count == count


async def test_plexapi_reads_scan_started_by_client(
    server: PlexServer, client: PlexServerClient, clock: FakeClock
) -> None:
    async def scanning() -> list[str | None]:
        # plexapi caches the sections that it parses.
        sections = await asyncio.to_thread(server.query, "/library/sections")
        return [it.get("title") for it in sections if it.get("refreshing") == "1"]

    await client.scan_library("2")
    assert await scanning() == ["TV Shows"]
    clock.now += 60
    assert await scanning() == []
    await client.scan_libraries()
    assert len(await scanning()) == 6


async def test_client_reads_scan_started_by_plexapi(
    server: PlexServer, client: PlexServerClient
) -> None:
    music = await asyncio.to_thread(lambda: server.library.section("Music"))
    for scan, count in ((music.update, 1), (music.cancelUpdate, 0), (server.library.update, 6)):
        await asyncio.to_thread(scan)
        libraries = await client.get_libraries()
        assert sum(library.is_scanning for library in libraries) == count


async def test_both_empty_the_trash(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator
) -> None:
    movies = await asyncio.to_thread(lambda: server.library.section("Movies"))
    first, second, *_ = simulator.library.of_kind(Kind.MOVIE)
    first.is_lost = True
    assert len(await asyncio.to_thread(movies.all)) == 40
    await client.empty_trash("1")
    assert len(await asyncio.to_thread(movies.all)) == 39
    second.is_lost = True
    await asyncio.to_thread(movies.emptyTrash)
    assert await client.count_items("1", MediaType.MOVIE) == 38


async def test_plexapi_does_not_list_terminated_stream(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator
) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    assert len(await asyncio.to_thread(server.sessions)) == 1
    (session,) = await client.get_sessions()
    assert session.session_id is not None
    await client.terminate(session.session_id, "Bedtime")
    assert await asyncio.to_thread(server.sessions) == []


async def test_both_read_the_same_on_deck_list(
    server: PlexServer, client: PlexServerClient
) -> None:
    def deck() -> list[str]:
        return [str(item.ratingKey) for item in server.library.onDeck()]

    expected = await asyncio.to_thread(deck)
    assert [item.rating_key for item in await client.get_on_deck(limit=50)] == expected
    assert expected


async def test_both_find_the_same_items(server: PlexServer, client: PlexServerClient) -> None:
    found = await asyncio.to_thread(server.search, "harbour", limit=4)
    expected = {str(item.ratingKey) for item in found if item.type == "photo"}
    assert {item.rating_key for item in await client.search("harbour", limit=4)} == expected
    assert len(expected) == 4


async def test_both_read_the_same_accounts(server: PlexServer, client: PlexServerClient) -> None:
    accounts = await asyncio.to_thread(server.systemAccounts)
    expected = {(str(account.id), account.name) for account in accounts if account.id}
    found = {(it.account_id, it.name) for it in await client.get_accounts()}
    assert found == expected


@pytest.mark.parametrize("is_reachable", [True, False])
async def test_both_read_the_same_remote_access(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator, is_reachable: bool
) -> None:
    simulator.reachable(is_reachable)
    account = await asyncio.to_thread(server.account)
    assert (account.mappingState == "mapped") is is_reachable
    assert (await client.get_remote_access()).is_reachable is is_reachable


async def test_plexapi_reads_update_installed_by_client(
    server: PlexServer, client: PlexServerClient, simulator: PlexSimulator, http: requests.Session
) -> None:
    simulator.state.new_version = NEW
    with pytest.raises(BadRequest):
        await asyncio.to_thread(server.installUpdate)
    simulator.state.can_install = True
    assert await asyncio.to_thread(server.canInstallUpdate)
    assert (await asyncio.to_thread(server.checkForUpdate)).version == NEW
    await client.check_for_update(download=True)
    await client.install_update()
    assert await asyncio.to_thread(server.isLatest)
    updated = await asyncio.to_thread(PlexServer, simulator.url, "owner-token", http)
    assert updated.version == NEW
