"""The requests of the programs of `scripts/judges`, without running these programs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import time
from typing import override
from urllib.parse import urlsplit

import aiohttp
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.myplex import MyPlexAccount
from plexapi.server import PlexServer
import pytest
import requests

from scripts.judges_support.hosts import reroute
from scripts.judges_support.suite_library import populate_for_suite
from tests.simulator import Friend, PlexSimulator, PlexTvSimulator
from tests.simulator.users_and_players import JUNIPER


class ReroutingSession(requests.Session):
    """A session whose requests to plex.tv reach the simulated one."""

    def __init__(self, address: str) -> None:
        """Take the address of the simulated plex.tv."""
        super().__init__()
        self._target = urlsplit(address)

    @override
    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare a request, rerouted if it is for plex.tv."""
        request.url = reroute(str(request.url), self._target)
        return super().prepare_request(request)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[PlexSimulator]:
    """Run a server with the library of python-plexapi's tests."""
    async with PlexSimulator("server-token", scenario="empty") as simulator:
        populate_for_suite(simulator.library, time.time())
        yield simulator


@pytest.fixture
async def plextv(server: PlexSimulator) -> AsyncIterator[PlexTvSimulator]:
    """Run a plex.tv whose account owns the server and shares it."""
    async with PlexTvSimulator() as plextv:
        plextv.add_account("owner", "account-token")
        plextv.claim("owner", server, "server-token")
        server.add_shared_token("juniper-token", [1])
        friend = Friend(
            id=JUNIPER.id,
            name="juniper",
            access_token="juniper-token",
            sections=(1,),
            section_titles=("Movies",),
        )
        plextv.add_friend("owner", friend)
        yield plextv


@pytest.fixture
def http(plextv: PlexTvSimulator) -> Iterator[requests.Session]:
    """Open a session that reaches the simulated plex.tv."""
    with ReroutingSession(plextv.url) as session:
        yield session


@pytest.fixture
async def plex(server: PlexSimulator, http: requests.Session) -> PlexServer:
    """Connect plexapi with the account's own token, as its tests do."""
    return await asyncio.to_thread(PlexServer, server.url, "account-token", http)


async def test_plexapi_finds_the_server_and_its_users_at_plextv(
    plex: PlexServer, http: requests.Session
) -> None:
    def read() -> tuple[str, list[str], list[str], str | None]:
        account = MyPlexAccount(token="account-token", session=http)
        found = account.resource("Harbour").connect()
        user = account.user("juniper")
        sections = [section.title for section in user.server("Harbour").sections()]
        token = user.get_token(found.machineIdentifier)
        return found.machineIdentifier, account.entitlements, sections, token

    identifier, entitlements, sections, token = await asyncio.to_thread(read)
    assert identifier == plex.machineIdentifier
    assert "roku" in entitlements
    assert (sections, token) == (["Movies"], "juniper-token")


async def test_plexapi_refuses_an_unknown_account_token(http: requests.Session) -> None:
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(MyPlexAccount, token="some-other-token", session=http)


async def test_plexapi_filters_by_relation_tag_and_group(plex: PlexServer) -> None:
    def read() -> list[list[str]]:
        movies, shows, music = (
            plex.library.section(name) for name in ("Movies", "TV Shows", "Music")
        )
        either = {"or": [{"title": "elephant"}, {"title": "bunny"}]}
        found = (
            movies.search(genre="Comedy", sort="titleSort"),
            movies.search(filters={"and": [either, {"year>>": 2007}]}),
            shows.searchEpisodes(**{"show.title": "The 100"}, maxresults=2),
            music.search(libtype="track", filters={"artist.title": "Broke"}),
        )
        return [[item.title for item in items] for items in found]

    assert await asyncio.to_thread(read) == [
        ["Elephants Dream", "Sita Sings the Blues"],
        ["Big Buck Bunny"],
        ["Pilot", "Coup de Grâce"],
        ["As Colourful as Ever"],
    ]


async def test_unknown_filters_and_paths_are_refused(plex: PlexServer) -> None:
    for path in (
        "/library/sections/1/all?sneeze=1",
        "/library/sections/1/all?year=soon",
        "/library/sections/1/all?type=99",
        "/library/sections/1/all?sort=sneeze",
        "/library/sections/1/all?cloud.title=x",
        "/:/prefs/get?id=sneeze",
        "/statistics/bandwidth?sneeze=1",
        "/status/sessions/history/all?sneeze=1",
        "/status/sessions/history/all?viewedAt>=soon",
        "/playlists?sneeze=1",
    ):
        with pytest.raises(BadRequest):
            await asyncio.to_thread(plex.query, path)
    for path in ("/library/sections/1/sneeze", "/playlists/1", "/playQueues/1", "/hubs/sneeze"):
        with pytest.raises(NotFound):
            await asyncio.to_thread(plex.query, path)


async def test_plexapi_changes_playlists_queues_and_collections(plex: PlexServer) -> None:
    def change() -> tuple[list[str], list[str], list[str], list[str]]:
        show = plex.library.section("TV Shows").get("The 100")
        episodes = show.season(1).episodes()[:3]
        playlist = plex.createPlaylist("Evening", items=episodes)
        playlist.moveItem(playlist.items()[2])
        playlist.removeItems(playlist.items()[1])
        queue = plex.createPlayQueue(episodes, startItem=episodes[1])
        queue.addItem(show.episodes()[5])
        movies = plex.library.section("Movies")
        shelf = movies.createCollection("Shelf", items=movies.all()[:2])
        shelf.addItems(movies.all()[3])
        smart = movies.createCollection("Old", smart=True, filters={"year<<": 2008})
        return (
            [item.title for item in playlist.reload().items()],
            [item.title for item in queue.items],
            [item.title for item in shelf.reload().items()],
            [item.title for item in smart.items()],
        )

    playlist, queue, shelf, smart = await asyncio.to_thread(change)
    assert playlist == ["Day 3", "Pilot"]
    assert queue == ["Pilot", "Coup de Grâce", "Day 3", "Day 6"]
    assert shelf == ["Big Buck Bunny", "Elephants Dream", "Sita Sings the Blues"]
    assert smart == ["Elephants Dream"]


async def test_plexapi_rates_and_continues_items(plex: PlexServer) -> None:
    def change() -> tuple[float, bool, bool]:
        movie = plex.library.section("Movies").get("Sintel")
        movie.rate(7.5)
        movie.updateProgress(60_000)
        is_continued = movie in plex.continueWatching()
        movie.markPlayed()
        return movie.reload().userRating, is_continued, movie in plex.continueWatching()

    assert await asyncio.to_thread(change) == (7.5, True, False)


async def test_plexapi_claims_and_unclaims_the_server(
    plex: PlexServer, server: PlexSimulator, http: requests.Session
) -> None:
    await asyncio.to_thread(plex.unclaim)
    anonymous = await asyncio.to_thread(PlexServer, server.url, None, http)
    assert (anonymous.myPlexSigninState, anonymous.myPlexUsername) == ("none", None)
    assert (await asyncio.to_thread(anonymous.identity)).claimed is False
    account = await asyncio.to_thread(MyPlexAccount, token="account-token", session=http)
    await asyncio.to_thread(anonymous.claim, account)
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(PlexServer, server.url, "some-other-token", http)


async def test_plexauth_signs_in_with_a_form(plextv: PlexTvSimulator) -> None:
    """Plexauth sends its identity as a form to pins.json, and in headers afterwards."""
    identity = {"X-Plex-Client-Identifier": "client-1", "X-Plex-Product": "Judge"}
    async with aiohttp.ClientSession(plextv.url) as session:
        async with session.post("/api/v2/pins.json?strong=true", data=identity) as response:
            pin = await response.json()
        headers = identity | {"Accept": "application/json"}
        for token in (None, "account-token"):
            async with session.get(f"/api/v2/pins/{pin['id']}", headers=headers) as response:
                assert (await response.json())["authToken"] == token
            if token is None:
                plextv.approve(pin["id"])


async def test_plextv_returns_xml_unless_json_is_accepted(plextv: PlexTvSimulator) -> None:
    token = {"X-Plex-Token": "account-token"}
    async with aiohttp.ClientSession(plextv.url, headers=token) as session:
        for path, beginning in (
            ("/api/v2/user", "<user "),
            ("/api/v2/resources?includeHttps=1", "<resources>"),
            ("/api/users", "<MediaContainer "),
            ("/api/v2/sneeze", "<errors>"),
        ):
            async with session.get(path) as response:
                assert response.content_type == "application/xml"
                assert (await response.text()).splitlines()[1].startswith(beginning)
