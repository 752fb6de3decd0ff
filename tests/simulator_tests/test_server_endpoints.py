"""Endpoints other than sessions and library: administration, live TV, hubs, compression."""

import json
from typing import Final

import aiohttp
import pytest

from tests.simulator import Kind, PlexSimulator

from .helpers import FakeClock, Fields, entries, received

JSON: Final = {"Accept": "application/json"}


async def read(session: aiohttp.ClientSession, simulator: PlexSimulator, path: str) -> Fields:
    """Read a JSON container."""
    async with session.get(f"{simulator.url}{path}") as response:
        assert response.status == 200
        container: Fields = (await response.json())["MediaContainer"]
        return container


async def test_unclaimed_server_needs_no_token_and_has_no_account(
    socket_enabled: None, clock: FakeClock
) -> None:
    async with (
        PlexSimulator(clock=clock, claimed=False) as simulator,
        aiohttp.ClientSession(headers=JSON) as session,
    ):
        identity = await read(session, simulator, "/identity")
        root = await read(session, simulator, "/")
        assert (await read(session, simulator, "/library/sections"))["size"] == 6
    assert identity["claimed"] is False
    assert (root["myPlexSigninState"], root["countryCode"]) == ("none", "")
    assert "myPlexUsername" not in root


async def test_allowed_networks_need_no_token(simulator: PlexSimulator) -> None:
    async with aiohttp.ClientSession(headers=JSON) as session:
        async with session.get(f"{simulator.url}/library/sections") as response:
            assert response.status == 401
        simulator.tokens.is_open = True
        assert (await read(session, simulator, "/library/sections"))["size"] == 6
        assert (await read(session, simulator, "/identity"))["claimed"] is True


async def test_requested_scan_reports_progress_until_it_ends(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    websocket: aiohttp.ClientWebSocketResponse,
    clock: FakeClock,
) -> None:
    async with session.get(f"{simulator.url}/library/sections/1/refresh") as response:
        assert response.status == 200
    for _ in range(5):
        clock.now += 2
        simulator.advance()
    found = entries(await received(websocket, simulator), "activity")
    assert [entry["event"] for entry in found] == ["started", *["updated"] * 4, "ended"]
    assert [entry["Activity"]["progress"] for entry in found] == [0, 25, 50, 75, 99, 100]


@pytest.mark.parametrize(("is_cancellable", "status"), [(True, 200), (False, 400)])
async def test_activities_are_cancelled_if_they_can_be(
    simulator: PlexSimulator, session: aiohttp.ClientSession, is_cancellable: bool, status: int
) -> None:
    if is_cancellable:
        simulator.begin_scan(simulator.library.sections[1])
    else:
        simulator.begin_activity("media.generate.credits", "Detecting credits")
    (activity,) = (await read(session, simulator, "/activities"))["Activity"]
    async with session.delete(f"{simulator.url}/activities/{activity['uuid']}") as response:
        assert response.status == status
    async with session.delete(f"{simulator.url}/activities/unknown") as response:
        assert response.status == 404


async def test_stopping_a_transcode_ends_its_session(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], method="transcode")
    (transcode,) = (await read(session, simulator, "/transcode/sessions"))["TranscodeSession"]
    for status in (200, 404):
        async with session.delete(f"{simulator.url}{transcode['key']}") as response:
            assert response.status == status
    assert len(simulator.sessions) == 0


async def test_conversion_is_no_stream(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    job = simulator.start_conversion(simulator.library.of_kind(Kind.MOVIE)[0])
    (transcode,) = (await read(session, simulator, "/transcode/sessions"))["TranscodeSession"]
    assert (transcode["offlineTranscode"], transcode["subtitleDecision"]) == (True, "burn")
    assert (await read(session, simulator, "/status/sessions"))["size"] == 0
    simulator.state.background_jobs.remove(job)
    assert (await read(session, simulator, "/status/sessions/background"))["size"] == 0


async def test_live_tv_is_a_second_provider_and_lists_tuned_programs(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.sessions.start_live_tv("Tide tables")
    providers = (await read(session, simulator, "/media/providers"))["MediaProvider"]
    assert [provider["title"] for provider in providers] == ["Library", "Live TV & DVR"]
    (program,) = (await read(session, simulator, "/livetv/sessions"))["Metadata"]
    assert program["title"] == "Tide tables"
    assert not {"User", "Player", "Session"} & set(program)
    assert program["Media"][0]["TranscodeSession"]["context"] == "static"
    simulator.state.has_live_tv = False
    assert (await read(session, simulator, "/livetv/dvrs"))["size"] == 0
    assert len((await read(session, simulator, "/media/providers"))["MediaProvider"]) == 1


async def test_seasons_may_have_their_own_date_in_recently_added(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    season = simulator.library.of_kind(Kind.SEASON)[-1]
    clock.now += 60
    simulator.library.add_item(Kind.EPISODE, "Late arrival", season)
    for is_by_episode in (True, False):
        simulator.state.dates_seasons_by_episode = is_by_episode
        newest = (await read(session, simulator, "/library/recentlyAdded"))["Metadata"][0]
        assert (newest["ratingKey"] == str(season.rating_key)) is is_by_episode
    hub = await read(session, simulator, "/hubs/home/recentlyAdded?type=4")
    assert hub["Metadata"][0]["title"] == "Late arrival"


async def test_search_lists_collections_as_items_on_request(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for query, key, has_rating_key in (
        ("amber shelf", "Directory", False),
        ("amber shelf&includeCollections=1", "Metadata", True),
    ):
        hubs = (await read(session, simulator, f"/hubs/search?query={query}"))["Hub"]
        (hub,) = [hub for hub in hubs if hub["type"] == "collection"]
        assert ("ratingKey" in hub[key][0]) is has_rating_key


async def test_responses_are_compressed_if_the_client_accepts_it(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.state.compresses = True
    url = f"{simulator.url}/library/sections"
    async with session.get(url, headers={"Accept-Encoding": "gzip"}) as response:
        body = await response.read()
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["X-Plex-Content-Original-Length"] == str(len(body))
    assert json.loads(body)["MediaContainer"]["size"] == 6
    async with session.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers


async def test_preferences_are_written_and_unknown_ones_rejected(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for query, status in (("FriendlyName=Lighthouse", 200), ("sneeze=1", 400)):
        async with session.put(f"{simulator.url}/:/prefs?{query}") as response:
            assert response.status == status
    assert (await read(session, simulator, "/"))["friendlyName"] == "Lighthouse"
