"""python-plexapi, the best-known Plex client, works with the simulator."""

import asyncio
from collections.abc import Iterator

from plexapi.exceptions import BadRequest, Unauthorized
from plexapi.server import PlexServer
import pytest
import requests

from tests.simulator import Kind, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, PHONE


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """Open the session that plexapi uses."""
    with requests.Session() as http:
        yield http


@pytest.fixture
async def server(simulator: PlexSimulator, http: requests.Session) -> PlexServer:
    """Connect as the owner; plexapi blocks and therefore runs in a thread."""
    return await asyncio.to_thread(PlexServer, simulator.url, "owner-token", http)


async def test_plexapi_reads_identity(server: PlexServer, simulator: PlexSimulator) -> None:
    assert server.machineIdentifier == simulator.state.machine_identifier
    assert server.friendlyName == "Harbour"
    assert server.version == simulator.state.version
    assert server.myPlexSubscription is True
    assert "pass" in server.ownerFeatures
    identity = await asyncio.to_thread(server.identity)
    assert identity.claimed is True


async def test_plexapi_reads_sections_and_counts(server: PlexServer) -> None:
    def counts() -> dict[str, list[int]]:
        kinds = {
            "movie": (None,),
            "show": ("show", "season", "episode"),
            "artist": ("artist", "album", "track"),
            "photo": ("photoalbum", "photo"),
        }
        return {
            section.title: [
                section.totalViewSize(libtype=kind, includeCollections=False)
                for kind in kinds[section.type]
            ]
            for section in server.library.sections()
        }

    assert await asyncio.to_thread(counts) == {
        "Movies": [40],
        "TV Shows": [6, 9, 60],
        "Music": [5, 12, 100],
        "Photos": [3, 32],
        "Home Videos": [5],
        "Kids Movies": [8],
    }


async def test_plexapi_reads_storage(server: PlexServer, simulator: PlexSimulator) -> None:
    def storage() -> tuple[int, int]:
        section = server.library.section("Movies")
        return section.totalStorage, section.totalDuration

    films = simulator.library.of_kind(Kind.MOVIE, simulator.library.sections[1])
    assert await asyncio.to_thread(storage) == (
        sum(film.media.size for film in films if film.media),
        sum(film.duration or 0 for film in films),
    )


async def test_plexapi_reads_recently_added(server: PlexServer) -> None:
    def newest() -> tuple[list[str], list[str], list[str]]:
        shows = server.library.section("TV Shows")
        return (
            [film.title for film in server.library.section("Movies").recentlyAdded(maxresults=2)],
            [ep.seasonEpisode for ep in shows.recentlyAdded(maxresults=2, libtype="episode")],
            [item.type for item in server.library.recentlyAdded()[:3]],
        )

    films, episodes, mixed = await asyncio.to_thread(newest)
    assert films == ["The Amber Almanac", "The Borrowed Almanac"]
    assert episodes == ["s01e01", "s01e02"]
    assert mixed == ["movie", "season", "album"]


async def test_plexapi_reads_sessions(server: PlexServer, simulator: PlexSimulator) -> None:
    library = simulator.library
    simulator.sessions.start(
        library.of_kind(Kind.MOVIE)[0],
        user=JUNIPER,
        player=PHONE,
        method="transcode",
        hardware=True,
        transcoding_for=10,
        bandwidth=3_900,
        location="wan",
    )
    simulator.sessions.start(library.of_kind(Kind.EPISODE)[0])
    simulator.sessions.start(library.of_kind(Kind.TRACK)[0], with_session=False)
    simulator.sessions.start(library.of_kind(Kind.PHOTO)[0])
    simulator.sessions.start_live_tv()
    film, episode, track, photo, live = await asyncio.to_thread(server.sessions)
    assert film.usernames == ["juniper"]
    assert film.session.bandwidth == 3_900
    assert film.player.local is False
    assert film.transcodeSession.transcodeHwEncoding == "vaapi"
    assert film.media[0].parts[0].decision == "transcode"
    assert episode.grandparentTitle == "Tidewrack Bay"
    assert episode.transcodeSession is None
    assert track.session is None
    assert photo.TYPE == "photo"
    assert live.duration is None
    (transcode,) = [s for s in await asyncio.to_thread(server.transcodeSessions) if s.width == 1280]
    assert transcode.videoDecision == "transcode"


async def test_plexapi_reads_history(server: PlexServer, simulator: PlexSimulator) -> None:
    views = await asyncio.to_thread(server.history, 5)
    assert len(views) == 5
    newest = max(view.viewed_at for view in simulator.sessions.history)
    assert int(views[0].viewedAt.timestamp()) == newest


async def test_plexapi_reads_statistics_and_activities(server: PlexServer) -> None:
    resources = await asyncio.to_thread(server.resources)
    assert resources[-1].hostCpuUtilization > 0
    assert await asyncio.to_thread(lambda: server.activities) == []


async def test_plexapi_terminates_session(server: PlexServer, simulator: PlexSimulator) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    (playing,) = await asyncio.to_thread(server.sessions)
    await asyncio.to_thread(playing.stop, "Bedtime")
    assert len(simulator.sessions) == 0


async def test_shared_user_reads_library_but_no_sessions(
    simulator: PlexSimulator, http: requests.Session
) -> None:
    simulator.add_shared_token("friend-token", sections=[1])
    server = await asyncio.to_thread(PlexServer, simulator.url, "friend-token", http)

    def titles() -> list[str]:
        return [section.title for section in server.library.sections()]

    assert await asyncio.to_thread(titles) == ["Movies"]
    with pytest.raises(BadRequest):
        await asyncio.to_thread(server.sessions)


async def test_wrong_token_is_unauthorized(
    simulator: PlexSimulator, http: requests.Session
) -> None:
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(PlexServer, simulator.url, "some-other-token", http)
