"""Unusual sessions and ends of sessions that real servers list and report."""

import aiohttp
import pytest

from tests.simulator import Item, Kind, PlexSimulator
from tests.simulator.session import StopReport, SubtitleDelivery
from tests.simulator.users_and_players import PHONE, User

from .helpers import FakeClock, Fields, entries, read_sessions, received

type Websocket = aiohttp.ClientWebSocketResponse


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return a movie in 4K with HDR."""
    return simulator.library.of_kind(Kind.MOVIE)[0]


def streams(item: Fields) -> dict[int, Fields]:
    """Return the streams of a session by their type."""
    return {stream["streamType"]: stream for stream in item["Media"][0]["Part"][0]["Stream"]}


@pytest.mark.parametrize(
    ("report", "fields"),
    [
        (StopReport.NORMAL, {"sessionKey": "1", "ratingKey": "1"}),
        (StopReport.NUMBERS, {"sessionKey": 1, "ratingKey": 1}),
        (StopReport.WITHOUT_IDENTIFIERS, {"ratingKey": ""}),
        (StopReport.ITEM_ONLY, {"ratingKey": "1"}),
        (StopReport.OTHER_KEY, {"sessionKey": "987654", "ratingKey": "1"}),
    ],
)
async def test_stop_is_reported_in_every_known_form(
    simulator: PlexSimulator, websocket: Websocket, film: Item, report: StopReport, fields: Fields
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.stop(session, report=report)
    entry = entries(await received(websocket, simulator), "playing")[-1]
    assert entry["state"] == "stopped"
    assert {key: entry[key] for key in ("sessionKey", "ratingKey") if key in entry} == fields


async def test_dropped_session_is_not_reported(
    simulator: PlexSimulator, session: aiohttp.ClientSession, websocket: Websocket, film: Item
) -> None:
    playing = simulator.sessions.start(film, method="transcode")
    await received(websocket, simulator)
    simulator.sessions.stop(playing, report=StopReport.NONE)
    assert await received(websocket, simulator) == []
    assert await read_sessions(session, simulator) == []


async def test_session_may_be_listed_never_or_twice_or_under_another_key(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film, is_listed=False)
    simulator.sessions.start(film, is_listed_twice=True)
    moved = simulator.sessions.start(film)
    simulator.sessions.change_key(moved)
    listed = [item["sessionKey"] for item in await read_sessions(session, simulator)]
    assert listed == ["2", "2", "4"]


async def test_session_may_be_listed_some_seconds_after_its_start(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock, film: Item
) -> None:
    simulator.sessions.start(film, listed_after=9)
    clock.now += 8
    assert await read_sessions(session, simulator) == []
    clock.now += 1
    assert len(await read_sessions(session, simulator)) == 1


async def test_two_players_may_share_a_session_id(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film, session_id="shared")
    simulator.sessions.start(film, session_id="shared", player=PHONE)
    listed = await read_sessions(session, simulator)
    assert [item["Session"]["id"] for item in listed] == ["shared", "shared"]


async def test_hardware_and_progress_are_unknown_in_the_first_seconds(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock, film: Item
) -> None:
    simulator.sessions.start(film, method="transcode", hardware=True)
    transcode = (await read_sessions(session, simulator))[0]["TranscodeSession"]
    assert (transcode["transcodeHwRequested"], transcode["transcodeHwEncodingTitle"]) == (
        False,
        "Intel ()",
    )
    assert (transcode["progress"], transcode["speed"]) == (0.0, 0)
    assert not {"transcodeHwEncoding", "transcodeHwDecoding"} & set(transcode)
    clock.now += 3
    transcode = (await read_sessions(session, simulator))[0]["TranscodeSession"]
    assert (transcode["transcodeHwRequested"], transcode["transcodeHwEncoding"]) == (True, "vaapi")


async def test_speed_varies_between_reports(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock, film: Item
) -> None:
    simulator.sessions.start(film, method="transcode", transcoding_for=10)
    speeds = set()
    for _ in range(4):
        clock.now += 2
        speeds.add((await read_sessions(session, simulator))[0]["TranscodeSession"]["speed"])
    assert len(speeds) == 4
    assert all(speed > 0 for speed in speeds)


async def test_transcoded_hdr_is_output_as_sdr(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start(film, method="transcode")
    simulator.sessions.start(film, method="transcode", copy_video=True)
    converted, copied = (streams(item)[1] for item in await read_sessions(session, simulator))
    assert (converted["colorTrc"], converted["bitDepth"], converted["codec"]) == (
        "bt709",
        8,
        "h264",
    )
    assert converted["displayTitle"] == "4K HDR10 (HEVC Main 10)"
    assert (copied["colorTrc"], copied["bitDepth"]) == ("smpte2084", 10)


@pytest.mark.parametrize(
    ("delivery", "decision", "location"),
    [
        ("burn", "burn", "segments-video"),
        ("copy", "copy", "segments-subs"),
        ("transcode", "transcode", "segments-subs"),
        ("sidecar", "copy", "sidecar-subs"),
    ],
)
async def test_subtitles_are_output_in_every_way(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    film: Item,
    delivery: SubtitleDelivery,
    decision: str,
    location: str,
) -> None:
    simulator.sessions.start(film, method="transcode", subtitle=delivery)
    (item,) = await read_sessions(session, simulator)
    subtitle = streams(item)[3]
    assert (subtitle["decision"], subtitle["location"]) == (decision, location)
    assert subtitle["selected"] is True
    expected = None if delivery == "sidecar" else delivery
    assert item["TranscodeSession"].get("subtitleDecision") == expected


async def test_decisions_and_transcode_session_may_be_missing_or_unusual(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    sessions = simulator.sessions
    sessions.start(film, has_decisions=False, with_session=False)
    sessions.start(film, has_transcode_session=True)
    sessions.start(film, method="transcode", has_transcode_session=False)
    bare, asked, silent = await read_sessions(session, simulator)
    assert not {"Session", "TranscodeSession"} & set(bare)
    assert "decision" not in bare["Media"][0]["Part"][0]
    assert bare["Media"][0]["bitrate"] == 58_400
    assert asked["TranscodeSession"]["videoDecision"] == "directplay"
    assert "TranscodeSession" not in silent
    assert streams(silent)[1]["decision"] == "transcode"


async def test_trailer_belongs_to_the_library_of_its_movie(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    simulator.sessions.start_trailer(film)
    (item,) = await read_sessions(session, simulator)
    assert (item["type"], item["subtype"], item["extraType"]) == ("clip", "trailer", "1")
    assert item["librarySectionID"] == "1"


async def test_attributes_of_an_item_are_listed(
    simulator: PlexSimulator, session: aiohttp.ClientSession, film: Item
) -> None:
    film.attributes = {"editionTitle": "Director's Cut"}
    simulator.sessions.start(film, user=User(id=0, name=" "))
    (item,) = await read_sessions(session, simulator)
    assert (item["editionTitle"], item["User"]["id"]) == ("Director's Cut", "0")


async def test_live_tv_has_channel_and_end_of_program(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.sessions.start_live_tv("Tide tables")
    (item,) = await read_sessions(session, simulator)
    media = item["Media"][0]
    assert (item["grandparentTitle"], item["sourceTitle"]) == ("Tide tables", "Channel 7")
    assert media["channelTitle"] == "7.1 KTDE (Channel 7)"
    assert media["endsAt"] - media["beginsAt"] == 3600
