"""The attributes of streams of all types."""

from collections.abc import Callable
from datetime import datetime
import re
from typing import Literal

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import PlexSimulator, Session
from tests.simulator.library import Item, Kind
from tests.simulator.users_and_players import (
    BROWSER,
    HEADPHONES,
    JUNIPER,
    KESTREL,
    PHONE,
    TANSY,
    User,
)

from .conftest import Advance
from .helpers import state_of

ACTIVE_STREAMS = "sensor.harbour_active_streams"

type Stream = dict[str, str | int | float | bool | None]

NOTHING: Stream = {
    "title": None,
    "series": None,
    "season": None,
    "episode": None,
    "aired": None,
    "artist": None,
    "album": None,
    "edition": None,
    "channel": None,
    "user": "marlow",
    "player": "Living Room",
    "product": "Plex for Android (TV)",
    "state": "playing",
    "position": None,
    "duration": None,
    "ends_at": None,
    "method": "direct_play",
    "video_decision": None,
    "audio_decision": None,
    "subtitles": None,
    "subtitle_decision": None,
    "resolution": None,
    "codec": None,
    "audio_codec": None,
    "hdr": None,
    "hardware": False,
    "throttled": False,
    "speed": None,
    "bandwidth": None,
    "location": None,
}
UHD_FILM: Stream = NOTHING | {
    "title": "The Amber Almanac",
    "type": "movie",
    "position": 44 * 60,
    "duration": 88 * 60,
    # 88 minutes, of which 44 are left at ten seconds past eight in the evening.
    "ends_at": "2026-11-20T12:44:00-08:00",
    "resolution": "4K",
    "codec": "hevc",
    "audio_codec": "truehd",
    "hdr": "HDR10",
    "bandwidth": 58_400,
    "location": "lan",
}


def _first(simulator: PlexSimulator, kind: Kind) -> Item:
    return simulator.library.of_kind(kind)[0]


def _half_a_film(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(_first(simulator, Kind.MOVIE), offset=44 * 60_000 - 10_000)


def _transcoded_film(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(
        simulator.library.of_kind(Kind.MOVIE)[2],
        user=JUNIPER,
        player=PHONE,
        method="transcode",
        hardware=True,
        # In its first seconds Plex does not know the hardware.
        transcoding_for=10,
        bandwidth=3_900,
        location="wan",
        state="paused",
    )


def _throttled_audio(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(
        simulator.library.of_kind(Kind.MOVIE)[1],
        method="transcode",
        copy_video=True,
        throttled=True,
        state="paused",
    )


def _copied_episode(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(
        _first(simulator, Kind.EPISODE),
        user=KESTREL,
        player=BROWSER,
        method="direct_stream",
        transcoding_for=10,
        state="buffering",
    )


def _track_without_session(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(
        _first(simulator, Kind.TRACK),
        user=TANSY,
        player=HEADPHONES,
        with_session=False,
        state="paused",
    )


def _photo(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start(_first(simulator, Kind.PHOTO))


def _live_tv(simulator: PlexSimulator) -> Session:
    return simulator.sessions.start_live_tv()


@pytest.mark.parametrize("typing", ["modern", "strings"])
@pytest.mark.parametrize(
    ("start", "stream"),
    [
        (_half_a_film, UHD_FILM),
        (
            _transcoded_film,
            NOTHING
            | {
                "title": "The Copper Almanac",
                "type": "movie",
                "user": "juniper",
                "player": "Juniper's phone",
                "product": "Plex for iOS",
                "state": "paused",
                "position": 0,
                "duration": 6600,
                "method": "transcode",
                "video_decision": "transcode",
                "audio_decision": "transcode",
                "resolution": "720p",
                "codec": "h264",
                "audio_codec": "aac",
                # The transcoded output is SDR (bt709), even if the source is HDR.
                "hdr": None,
                "hardware": True,
                "speed": 1.9,
                "bandwidth": 3_900,
                "location": "wan",
            },
        ),
        (
            _throttled_audio,
            NOTHING
            | {
                "title": "The Borrowed Almanac",
                "type": "movie",
                "state": "paused",
                "position": 0,
                "duration": 5940,
                "method": "transcode",
                "video_decision": "copy",
                "audio_decision": "transcode",
                "resolution": "1080p",
                "codec": "h264",
                "audio_codec": "aac",
                "throttled": True,
                "speed": 0,
                "bandwidth": 11_800,
                "location": "lan",
            },
        ),
        (
            _copied_episode,
            NOTHING
            | {
                "title": "Chapter 1",
                "series": "Tidewrack Bay",
                "season": 1,
                "episode": 1,
                "aired": "2009-05-17",
                "type": "episode",
                "user": "kestrel",
                "player": "Firefox",
                "product": "Plex Web",
                "state": "buffering",
                "position": 0,
                "duration": 1440,
                "method": "direct_stream",
                "video_decision": "copy",
                "audio_decision": "copy",
                "resolution": "1080p",
                "codec": "h264",
                "audio_codec": "dca",
                "speed": 1.9,
                "bandwidth": 11_800,
                "location": "lan",
            },
        ),
        (
            _track_without_session,
            NOTHING
            | {
                "title": "Windfall, part 1",
                "artist": "Paper Kestrels",
                "album": "Windfall",
                "type": "track",
                "user": "tansy",
                "player": "Tansy's desk",
                "product": "Plexamp",
                "state": "paused",
                "position": 0,
                "duration": 143,
                "codec": "flac",
                "audio_codec": "flac",
                # Without a `Session` element: of the file, and by the player.
                "bandwidth": 912,
                "location": "lan",
            },
        ),
        (_photo, NOTHING | {"title": "Harbour in spring 1", "type": "photo", "location": "lan"}),
        (
            _live_tv,
            NOTHING
            | {
                "title": "The Evening Tide Tables",
                # Plex repeats the program here (recorded); the channel is in sourceTitle.
                "series": "The Evening Tide Tables",
                "channel": "7.1 KTDE (Channel 7)",
                "ends_at": "2026-09-21T08:30:00-07:00",
                "type": "live",
                "method": "direct_stream",
                "video_decision": "copy",
                "audio_decision": "copy",
                "resolution": "1080p",
                "speed": 1.9,
                "location": "lan",
            },
        ),
    ],
)
async def test_attributes_of_each_type_of_stream(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    typing: Literal["modern", "strings"],
    start: Callable[[PlexSimulator], Session],
    stream: Stream,
) -> None:
    simulator.state.typing = typing
    session = start(simulator)
    await advance(10)
    state = state_of(hass, ACTIVE_STREAMS)
    assert state.state == "1"
    (shown,) = state.attributes["streams"]
    player_id, updated_at = shown["player_id"], shown["position_updated_at"]
    assert shown == stream | {"player_id": player_id, "position_updated_at": updated_at}
    assert (updated_at is None) is (stream["position"] is None)
    if updated_at is not None:
        assert datetime.fromisoformat(updated_at) == state.last_updated
    assert re.fullmatch("[0-9a-f]{16}", player_id)

    simulator.sessions.stop(session)
    await advance(10)
    state = state_of(hass, ACTIVE_STREAMS)
    assert state.state == "0"
    assert state.attributes["streams"] == []


async def test_only_the_first_part_of_an_email_address_is_shown(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    item = simulator.library.of_kind(Kind.MOVIE)[0]
    simulator.sessions.start(item, user=User(id=7, name="heron@mail.example"))
    await advance(10)
    (stream,) = state_of(hass, ACTIVE_STREAMS).attributes["streams"]
    assert stream["user"] == "heron"
