"""Conversions of a stream and their reasons, from sessions as servers send them."""

from typing import Any, TypedDict, Unpack

import pytest

from custom_components.plex_pulse.api import Session
from custom_components.plex_pulse.streams.conversion import Conversion, conversion_of

type Tree = dict[str, Any]

SOURCE_4K = "4K HDR10 (HEVC Main 10)"
SOURCE_HD = "1080p (H.264 High)"


def _video(title: str, **fields: object) -> Tree:
    return {"streamType": 1, "id": "1", "extendedDisplayTitle": title, **fields}


def _audio(title: str = "English (TRUEHD 7.1)", **fields: object) -> Tree:
    return {"streamType": 2, "id": "2", "selected": True, "displayTitle": title, **fields}


def _session(
    *streams: Tree,
    media: Tree | None = None,
    transcode: Tree | None = None,
    location: str = "lan",
    live: bool = False,
    item_type: str = "movie",
) -> Session:
    fields: Tree = {
        "sessionKey": "1",
        "type": item_type,
        "title": "The Ivory Lantern",
        "live": live,
        "Media": [{"container": "mkv", **(media or {}), "Part": [{"Stream": list(streams)}]}],
        "Player": {"state": "playing"},
        "Session": {"id": "abc", "bandwidth": 4000, "location": location},
    }
    if transcode is not None:
        fields["TranscodeSession"] = {
            "key": "/transcode/sessions/x",
            "speed": 2,
            "progress": 3,
            **transcode,
        }
    session = Session.parse(fields)
    assert session is not None
    return session


class _Fields(TypedDict, total=False):
    """Keyword arguments of `_session`."""

    media: Tree
    transcode: Tree
    location: str
    live: bool
    item_type: str


def _of(*streams: Tree, **fields: Unpack[_Fields]) -> Conversion:
    return conversion_of(_session(*streams, **fields))


TRANSCODED = {"videoDecision": "transcode", "audioDecision": "transcode", "videoCodec": "h264"}
COPIED = {"videoDecision": "copy", "audioDecision": "copy"}


def test_direct_play_has_a_source_and_no_reason() -> None:
    conversion = _of(
        _video(SOURCE_4K, codec="hevc"),
        _audio(codec="truehd", channels=8),
        media={"videoResolution": "4k", "videoCodec": "hevc", "audioCodec": "truehd"},
    )
    assert conversion.video is not None
    assert conversion.video.decision == "direct"
    assert conversion.video.source.resolution == "4K"
    assert conversion.video.source.dynamic_range == "HDR10"
    assert conversion.video.target is None
    assert conversion.audio is not None
    assert (conversion.audio.source.codec, conversion.audio.source.channels) == ("truehd", 8)
    assert (conversion.source_container, conversion.target_container) == ("mkv", None)
    assert conversion.reasons == ()
    assert conversion.is_hardware is False


def test_smaller_picture_is_limited_by_its_bitrate() -> None:
    conversion = _of(
        _video(SOURCE_4K, codec="h264", decision="transcode", colorTrc="bt709"),
        _audio(codec="aac", channels=2, decision="transcode"),
        media={
            "container": "mp4",
            "videoResolution": "720p",
            "videoCodec": "h264",
            "audioCodec": "aac",
            "bitrate": 4000,
        },
        transcode=TRANSCODED | {"sourceVideoCodec": "hevc", "sourceAudioCodec": "truehd"},
        location="wan",
    )
    assert conversion.video is not None
    source, target = conversion.video.source, conversion.video.target
    assert target is not None
    assert (source.resolution, source.codec, source.dynamic_range) == ("4K", "hevc", "HDR10")
    assert (target.resolution, target.codec, target.dynamic_range) == ("720p", "h264", None)
    assert conversion.audio is not None
    assert conversion.audio.target is not None
    assert (conversion.audio.source.codec, conversion.audio.target.channels) == ("truehd", 2)
    assert conversion.audio.source.channels == 8
    assert conversion.reasons == ("bandwidth",)
    assert conversion.bandwidth_limit == 4000
    assert (conversion.source_container, conversion.target_container) == (None, "mp4")


@pytest.mark.parametrize(("location", "reason"), [("wan", "remote_quality"), ("lan", "resolution")])
def test_smaller_picture_without_a_bitrate_is_explained_by_its_location(
    location: str, reason: str
) -> None:
    conversion = _of(
        _video(SOURCE_HD, codec="h264", decision="transcode"),
        media={"videoResolution": "480", "videoCodec": "h264"},
        transcode=TRANSCODED | {"sourceVideoCodec": "h264"},
        location=location,
    )
    assert conversion.reasons == (reason,)


def test_other_codec_and_range_at_the_same_size_are_both_reasons() -> None:
    conversion = _of(
        _video("1080p HDR10 (HEVC Main 10)", codec="h264", decision="transcode", colorTrc="bt709"),
        media={"videoResolution": "1080", "videoCodec": "h264", "bitrate": 9000},
        transcode=TRANSCODED | {"sourceVideoCodec": "hevc"},
    )
    assert conversion.reasons == ("video_codec", "dynamic_range")
    assert conversion.bandwidth_limit is None


def test_ten_bit_video_of_the_same_codec_has_the_reason_bit_depth() -> None:
    conversion = _of(
        _video("1080p (H264 High 10)", codec="h264", decision="transcode", bitDepth=8),
        media={"videoResolution": "1080", "videoCodec": "h264"},
        transcode=TRANSCODED | {"sourceVideoCodec": "h264"},
    )
    assert conversion.reasons == ("bit_depth",)


def test_interlaced_video_is_deinterlaced() -> None:
    conversion = _of(
        _video("1080i (MPEG2VIDEO)", codec="h264", decision="transcode"),
        media={"videoResolution": "1080", "videoCodec": "h264"},
        transcode=TRANSCODED | {"sourceVideoCodec": "mpeg2video"},
    )
    assert conversion.video is not None
    assert conversion.video.source.is_interlaced
    assert conversion.reasons == ("interlaced", "video_codec")


def test_burned_subtitles_are_the_strongest_reason() -> None:
    conversion = _of(
        _video(SOURCE_HD, codec="h264", decision="transcode"),
        _audio("English (AAC Stereo)", codec="aac", channels=2, decision="copy"),
        {
            "streamType": 3,
            "id": "3",
            "selected": True,
            "codec": "pgs",
            "language": "English",
            "decision": "burn",
        },
        media={"videoResolution": "1080", "videoCodec": "h264"},
        transcode={
            "videoDecision": "transcode",
            "audioDecision": "copy",
            "subtitleDecision": "burn",
            "sourceVideoCodec": "h264",
            "videoCodec": "h264",
        },
    )
    assert conversion.subtitles is not None
    assert (conversion.subtitles.decision, conversion.subtitles.codec) == ("burn", "pgs")
    assert conversion.subtitles.language == "English"
    assert conversion.audio is not None
    assert conversion.audio.decision == "copy"
    assert conversion.reasons == ("subtitles",)


@pytest.mark.parametrize(
    ("title", "delivered", "reason"),
    [
        ("English (DCA 5.1)", {"codec": "aac", "channels": 2}, "audio_codec"),
        ("English (AAC 5.1)", {"codec": "aac", "channels": 2}, "audio_channels"),
    ],
)
def test_only_audio_is_transcoded(title: str, delivered: Tree, reason: str) -> None:
    conversion = _of(
        _video(SOURCE_HD, codec="h264", decision="copy"),
        _audio(title, decision="transcode", **delivered),
        media={"videoResolution": "1080", "videoCodec": "h264"},
        transcode={"videoDecision": "copy", "audioDecision": "transcode"},
    )
    assert conversion.video is not None
    assert conversion.video.decision == "copy"
    assert conversion.reasons == (reason,)


def test_repackaged_stream_has_the_container_as_reason() -> None:
    conversion = _of(
        _video(SOURCE_HD, codec="h264", decision="copy"),
        media={"container": "mp4", "videoResolution": "1080", "videoCodec": "h264"},
        transcode=COPIED,
    )
    assert conversion.reasons == ("container",)
    assert conversion.target_container == "mp4"


def test_live_tv_is_a_reason_and_its_codecs_are_read_from_titles() -> None:
    conversion = _of(
        _video("1080i (MPEG2VIDEO)", codec="*", decision="copy"),
        _audio("Unknown (AC3 5.1)", codec="*", decision="copy"),
        media={"videoResolution": "1080", "videoCodec": "*", "audioCodec": "*"},
        transcode=COPIED | {"videoCodec": "*", "sourceAudioCodec": "ac3"},
        live=True,
        item_type="episode",
    )
    assert conversion.reasons == ("live",)
    assert conversion.video is not None
    assert conversion.video.source.codec == "mpeg2video"
    assert conversion.video.source.is_interlaced
    assert conversion.audio is not None
    assert (conversion.audio.source.codec, conversion.audio.source.channels) == ("ac3", 6)


def test_hardware_is_unknown_until_the_transcoder_runs() -> None:
    starting = TRANSCODED | {"speed": 0, "progress": 0}
    assert _of(_video(SOURCE_HD), transcode=starting).is_hardware is None
    assert _of(_video(SOURCE_HD), transcode=TRANSCODED).is_hardware is False
    hardware = TRANSCODED | {"transcodeHwEncoding": "vaapi"}
    assert _of(_video(SOURCE_HD), transcode=hardware).is_hardware is True


def test_photo_and_music_have_no_video() -> None:
    photo = _of(_video("4032x3024"), item_type="photo", media={"container": "jpeg"})
    assert (photo.video, photo.audio) == (None, None)
    track = _of(_audio("FLAC (Stereo)", codec="flac", channels=2), item_type="track")
    assert track.video is None
    assert track.audio is not None
    assert track.audio.source.codec == "flac"


def test_session_without_details_raises_no_error() -> None:
    session = Session.parse({"sessionKey": "1"})
    assert session is not None
    conversion = conversion_of(session)
    assert (conversion.video, conversion.audio, conversion.subtitles) == (None, None, None)
    assert conversion.reasons == ()
