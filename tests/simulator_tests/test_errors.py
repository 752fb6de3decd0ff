"""Plex's error responses, byte for byte."""

from typing import Literal

import aiohttp
import pytest

from tests.simulator import Kind, PlexSimulator

from .helpers import FakeClock

UNAUTHORIZED = (
    b"<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>"
)
UNAUTHORIZED_ROOT = (
    b"<html><head><script>window.location = window.location.href.match(/(^.+\\/)[^\\/]*$/)[1]"
    b" + 'web/index.html';</script><title>Unauthorized</title></head>"
    b"<body><h1>401 Unauthorized</h1></body></html>"
)


@pytest.mark.parametrize("token", ["", "some-other-token"])
async def test_missing_and_wrong_token_get_identical_401(
    simulator: PlexSimulator, session: aiohttp.ClientSession, token: str
) -> None:
    headers = {"X-Plex-Token": token}
    async with session.get(f"{simulator.url}/library/sections", headers=headers) as response:
        assert response.status == 401
        assert await response.read() == UNAUTHORIZED
        assert {name: response.headers[name] for name in response.headers if name != "Date"} == {
            "X-Plex-Protocol": "1.0",
            "Content-Type": "text/html",
            "Content-Length": "91",
            "Connection": "close",
            "Cache-Control": "no-cache",
        }


async def test_root_without_token_has_redirect_script(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}/", headers={"X-Plex-Token": ""}) as response:
        assert response.status == 401
        assert await response.read() == UNAUTHORIZED_ROOT
        assert response.headers["Content-Length"] == "193"


async def test_root_without_token_may_be_404(
    socket_enabled: None, clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    async with (
        PlexSimulator(clock=clock, root_without_token=404) as simulator,
        session.get(f"{simulator.url}/", headers={"X-Plex-Token": ""}) as response,
    ):
        assert response.status == 404


async def test_token_in_query_is_accepted(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/library/sections?X-Plex-Token=owner-token"
    async with session.get(url, headers={"X-Plex-Token": ""}) as response:
        assert response.status == 200


async def test_identity_needs_no_token(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}/identity", headers={"X-Plex-Token": ""}) as response:
        container = (await response.json())["MediaContainer"]
    assert container == {
        "size": 0,
        "apiVersion": "1.2.3",
        "claimed": True,
        "machineIdentifier": simulator.state.machine_identifier,
        "version": simulator.state.version,
    }


async def test_revoked_token_is_refused(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/library/sections"
    async with session.get(url) as response:
        assert response.status == 200
    simulator.revoke("owner-token")
    async with session.get(url) as response:
        assert response.status == 401


async def test_unknown_path_is_404(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}/no/such/path") as response:
        assert response.status == 404
        assert b"<h1>404 Not Found</h1>" in await response.read()


@pytest.mark.parametrize("path", ["/identity", "/", "/library/sections", "/status/sessions"])
async def test_starting_server_returns_503_xml_on_every_path(
    simulator: PlexSimulator, session: aiohttp.ClientSession, path: str
) -> None:
    simulator.starting(True)
    async with session.get(f"{simulator.url}{path}") as response:
        assert response.status == 503
        assert "Retry-After" not in response.headers
        assert await response.text() == (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response code="503" title="Maintenance" '
            'status="Plex Media Server is currently running startup maintenance tasks."/>\n'
        )
    simulator.starting(False)
    async with session.get(f"{simulator.url}{path}") as response:
        assert response.status == 200


async def test_root_reports_starting_plugins(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.starting_plugins = True
    async with session.get(f"{simulator.url}/") as response:
        container = (await response.json())["MediaContainer"]
    assert container["startState"] == "startingPlugins"
    assert container["updatedAt"] == -1
    simulator.starting_plugins = False
    async with session.get(f"{simulator.url}/") as response:
        assert "startState" not in (await response.json())["MediaContainer"]


async def test_shared_user_reads_only_shared_sections(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.add_shared_token("friend-token", sections=[1, 3])
    friend = {"X-Plex-Token": "friend-token"}
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    episode = simulator.library.of_kind(Kind.EPISODE)[0]
    async with session.get(f"{simulator.url}/library/sections", headers=friend) as response:
        directories = (await response.json())["MediaContainer"]["Directory"]
    assert [directory["key"] for directory in directories] == ["1", "3"]
    url = f"{simulator.url}/status/sessions/history/all"
    async with session.get(url, headers=friend) as response:
        views = (await response.json())["MediaContainer"]["Metadata"]
    assert {view["librarySectionID"] for view in views} == {"1"}
    for path, status in (
        ("/library/sections/1/all", 200),
        ("/library/sections/2/all", 404),
        (f"/library/metadata/{film.rating_key}", 200),
        (f"/library/metadata/{episode.rating_key}", 404),
        (f"/library/metadata/{episode.rating_key}/thumb/1", 404),
    ):
        async with session.get(f"{simulator.url}{path}", headers=friend) as response:
            assert (path, response.status) == (path, status)


@pytest.mark.parametrize("refusal", [401, 403])
async def test_shared_user_is_refused_admin_paths(
    socket_enabled: None,
    clock: FakeClock,
    session: aiohttp.ClientSession,
    refusal: Literal[401, 403],
) -> None:
    async with PlexSimulator(clock=clock, admin_refusal=refusal) as simulator:
        simulator.add_shared_token("friend-token", sections=[1])
        for path in ("/status/sessions", "/accounts", "/updater/status", "/statistics/resources"):
            url = f"{simulator.url}{path}"
            async with session.get(url, headers={"X-Plex-Token": "friend-token"}) as response:
                assert (path, response.status) == (path, refusal)
            async with session.get(url) as response:
                assert (path, response.status) == (path, 200)


async def test_without_plex_pass_statistics_are_404_and_terminate_is_401(
    socket_enabled: None, clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    async with PlexSimulator(clock=clock, plex_pass=False) as simulator:
        for path, status in (
            ("/statistics/resources?timespan=6", 404),
            ("/statistics/bandwidth?timespan=6", 404),
            ("/status/sessions/terminate?sessionId=any", 401),
        ):
            async with session.get(f"{simulator.url}{path}") as response:
                assert (path, response.status) == (path, status)
        async with session.get(f"{simulator.url}/") as response:
            container = (await response.json())["MediaContainer"]
    assert container["myPlexSubscription"] is False
    assert "pass" not in container["ownerFeatures"].split(",")
