"""Sessions: position, and every variant that real servers list."""

from xml.etree import ElementTree as ET

import aiohttp
import pytest

from tests.simulator import Item, Kind, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, PHONE

from .helpers import FakeClock, read_sessions


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return a film in 4K with HDR."""
    return simulator.library.of_kind(Kind.MOVIE)[0]


async def test_no_session_has_no_list(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}/status/sessions") as response:
        assert await response.read() == b'{"MediaContainer":{"size":0}}'


async def test_position_follows_clock_until_item_ends(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock, film: Item
) -> None:
    assert film.duration is not None
    playing = simulator.sessions.start(film)
    clock.now += 90
    assert (await read_sessions(session, simulator))[0]["viewOffset"] == 90_000
    simulator.sessions.pause(playing)
    clock.now += 3600
    (item,) = await read_sessions(session, simulator)
    assert (item["viewOffset"], item["Player"]["state"]) == (90_000, "paused")
    simulator.sessions.resume(playing)
    simulator.sessions.seek(playing, film.duration - 5_000)
    clock.now += 4
    (item,) = await read_sessions(session, simulator)
    assert (item["viewOffset"], item["Player"]["state"]) == (film.duration - 1_000, "playing")
    clock.now += 1
    assert await read_sessions(session, simulator) == []
    assert simulator.sessions.history[-1].item is film


async def test_direct_play_quotes_ids_and_types_numbers(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film)
    (item,) = await read_sessions(session, simulator)
    media = item["Media"][0]
    part = media["Part"][0]
    assert item["sessionKey"] == "1"
    assert item["librarySectionID"] == "1"
    assert item["duration"] == film.duration
    assert media["id"] == part["id"] == str(film.rating_key)
    assert isinstance(part["Stream"][0]["id"], str)
    assert part["Stream"][0]["colorTrc"] == "smpte2084"
    assert part["decision"] == "directplay"
    assert item["User"]["id"] == "1"
    assert item["Player"]["local"] is True
    assert item["Session"]["bandwidth"] == 58_400
    assert "TranscodeSession" not in item


async def test_hardware_transcode_has_the_output_with_the_title_of_the_source(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(
        film,
        user=JUNIPER,
        player=PHONE,
        method="transcode",
        hardware=True,
        transcoding_for=10,
        bandwidth=3_900,
        location="wan",
    )
    (item,) = await read_sessions(session, simulator)
    transcode = item["TranscodeSession"]
    media = item["Media"][0]
    assert (transcode["videoDecision"], transcode["audioDecision"]) == ("transcode", "transcode")
    assert transcode["transcodeHwEncoding"] == "vaapi"
    assert (transcode["sourceVideoCodec"], transcode["videoCodec"]) == ("hevc", "h264")
    assert (media["videoResolution"], media["videoCodec"]) == ("720p", "h264")
    video = media["Part"][0]["Stream"][0]
    assert (video["decision"], video["displayTitle"]) == ("transcode", "4K HDR10 (HEVC Main 10)")
    assert "file" not in media["Part"][0]
    assert item["Session"] == {
        "id": item["Player"]["machineIdentifier"],
        "bandwidth": 3_900,
        "location": "wan",
    }
    async with session.get(f"{simulator.url}/transcode/sessions") as response:
        rows = (await response.json())["MediaContainer"]["TranscodeSession"]
    assert [row["key"] for row in rows] == [transcode["key"]]


async def test_software_transcode_and_throttled_transcode_omit_keys(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    playing = simulator.sessions.start(
        film, method="transcode", copy_video=True, transcoding_for=10
    )
    transcode = (await read_sessions(session, simulator))[0]["TranscodeSession"]
    assert (transcode["videoDecision"], transcode["audioDecision"]) == ("copy", "transcode")
    assert transcode["transcodeHwRequested"] is True
    assert not {"transcodeHwEncoding", "transcodeHwDecoding"} & set(transcode)
    assert transcode["speed"] > 0
    assert transcode["remaining"] > 0
    playing.throttled = True
    transcode = (await read_sessions(session, simulator))[0]["TranscodeSession"]
    assert (transcode["throttled"], transcode["speed"]) == (True, 0)
    assert "remaining" not in transcode


async def test_direct_stream_copies_video_and_audio(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film, method="direct_stream")
    transcode = (await read_sessions(session, simulator))[0]["TranscodeSession"]
    assert (transcode["videoDecision"], transcode["audioDecision"]) == ("copy", "copy")


async def test_live_tv_has_no_duration_and_unlimited_bandwidth(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.sessions.start_live_tv()
    (item,) = await read_sessions(session, simulator)
    assert item["librarySectionID"] == "-4"
    assert item["live"] is True
    assert "duration" not in item
    assert item["key"].startswith("/livetv/sessions/")
    assert item["Session"]["bandwidth"] == 10_000_000
    assert (item["TranscodeSession"]["progress"], item["TranscodeSession"]["size"]) == (-1, -22)
    assert "remaining" not in item["TranscodeSession"]
    media = item["Media"][0]
    assert (media["videoCodec"], media["audioCodec"]) == ("*", "*")
    assert media["Part"][0]["Stream"][0]["bitrate"] == 2_147_483_647


async def test_preroll_is_a_clip_of_library_minus_2(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    simulator.sessions.start_preroll()
    (item,) = await read_sessions(session, simulator)
    assert (item["type"], item["librarySectionID"]) == ("clip", "-2")
    clock.now += 20
    assert await read_sessions(session, simulator) == []


async def test_sessions_may_lack_user_and_session(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    library = simulator.library
    simulator.sessions.start(library.of_kind(Kind.MOVIE)[1], user=None)
    simulator.sessions.start(library.of_kind(Kind.TRACK)[0], with_session=False)
    simulator.sessions.start(library.of_kind(Kind.PHOTO)[0])
    film, track, photo = await read_sessions(session, simulator)
    assert "User" not in film
    assert film["Player"]["userID"] == 1
    assert "Session" not in track
    assert track["grandparentTitle"] == "Paper Kestrels"
    assert "Session" not in photo
    assert photo["viewOffset"] == 0
    assert "duration" not in photo


async def test_strings_typing_types_only_the_player(
    socket_enabled: None, clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    async with PlexSimulator(clock=clock, typing="strings") as simulator:
        film = simulator.library.of_kind(Kind.MOVIE)[0]
        simulator.sessions.start(film, method="transcode")
        (item,) = await read_sessions(session, simulator)
    stream = item["Media"][0]["Part"][0]["Stream"][0]
    assert item["duration"] == str(film.duration)
    assert item["Media"][0]["selected"] == "1"
    assert stream["streamType"] == "1"
    assert item["Session"]["bandwidth"] == "58400"
    assert item["TranscodeSession"]["throttled"] == "0"
    player = item["Player"]
    assert (player["local"], player["secure"], player["userID"]) == (True, True, 1)
    assert player["title"] == "Living Room"


async def test_xml_has_user_and_player_elements(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film)
    url = f"{simulator.url}/status/sessions"
    async with session.get(url, headers={"Accept": "*/*"}) as response:
        root = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own response
    player = root.find("Video/Player")
    assert player is not None
    assert player.get("local") == "1"


async def test_terminate_uses_session_element_id(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    playing = simulator.sessions.start(film)
    url = f"{simulator.url}/status/sessions/terminate"
    for session_id, status in (("", 403), (playing.session_key, 404), (playing.session_id, 200)):
        async with session.get(f"{url}?sessionId={session_id}&reason=Bedtime") as response:
            assert response.status == status
    assert await read_sessions(session, simulator) == []


async def test_restart_clears_sessions_and_keys_start_at_1(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film)
    simulator.sessions.start(film)
    url = simulator.url
    await simulator.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.get(f"{url}/identity")
    await simulator.start()
    assert simulator.url == url
    assert await read_sessions(session, simulator) == []
    simulator.sessions.start(film)
    assert [item["sessionKey"] for item in await read_sessions(session, simulator)] == ["1"]


async def test_history_is_oldest_first_and_keeps_deleted_items_without_key(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/status/sessions/history/all"
    async with session.get(url) as response:
        rows = (await response.json())["MediaContainer"]["Metadata"]
    assert [row["viewedAt"] for row in rows] == sorted(row["viewedAt"] for row in rows)
    assert "ratingKey" not in rows[0]
    assert rows[0]["title"] == "The Lost Reel"
    since = rows[-3]["viewedAt"]
    query = f"viewedAt>={since}&sort=viewedAt:desc&X-Plex-Container-Size=2"
    async with session.get(f"{url}?{query}") as response:
        page = (await response.json())["MediaContainer"]
    assert page["totalSize"] == 3
    assert page["Metadata"] == rows[:-3:-1]


async def test_statistics_are_percent_and_newest_sample_is_last(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock, film: Item
) -> None:
    simulator.sessions.start(film)
    async with session.get(f"{simulator.url}/statistics/resources?timespan=6") as response:
        samples = (await response.json())["MediaContainer"]["StatisticsResources"]
    assert samples[-1]["at"] == max(sample["at"] for sample in samples)
    assert samples[-1]["at"] <= clock.now
    assert all(0 <= sample["hostCpuUtilization"] <= 100 for sample in samples)
    async with session.get(f"{simulator.url}/statistics/bandwidth?timespan=6") as response:
        rows = (await response.json())["MediaContainer"]["StatisticsBandwidth"]
    assert rows[-1]["bytes"] == 58_400 * 125
