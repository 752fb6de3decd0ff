"""The streams of a file, and its Media element."""

from .encode import Tree
from .media import MediaInfo, aspect_ratio, audio_title, subtitle_title, video_title

_LOUDNESS: Tree = {
    "albumGain": "-9.71",
    "albumPeak": "0.998444",
    "albumRange": "10.019548",
    "gain": "-10.60",
    "loudness": "-7.40",
    "lra": "4.20",
    "peak": "0.988556",
}
_LAYOUTS = {2: "stereo", 6: "5.1(side)", 8: "7.1"}


def _video_stream(stream_id: int, info: MediaInfo) -> Tree:
    stream: Tree = {
        "id": stream_id,
        "streamType": 1,
        "default": True,
        "codec": info.video_codec,
        "index": 0,
        "bitrate": max(info.bitrate - 640, 1),
        "bitDepth": 10 if info.hdr else 8,
        "frameRate": 23.976,
        "height": info.height,
        "width": info.width,
        "profile": info.video_profile,
        "displayTitle": video_title(info),
        "extendedDisplayTitle": video_title(info),
    }
    if info.hdr:
        stream |= {
            "colorPrimaries": "bt2020",
            "colorRange": "tv",
            "colorSpace": "bt2020nc",
            "colorTrc": "smpte2084",
        }
    if info.dolby_vision:
        stream |= {
            "DOVIPresent": True,
            "DOVIProfile": 8,
            "DOVILevel": 6,
            "DOVIBLPresent": True,
            "DOVIELPresent": False,
            "DOVIRPUPresent": True,
            "DOVIVersion": "1.0",
            "DOVIBLCompatID": 1,
        }
    return stream


def _audio_stream(stream_id: int, info: MediaInfo) -> Tree:
    stream: Tree = {
        "id": stream_id,
        "streamType": 2,
        "selected": True,
        "default": True,
        "codec": info.audio_codec,
        "index": 1,
        "channels": info.audio_channels,
        "audioChannelLayout": _LAYOUTS.get(info.audio_channels, "mono"),
        "samplingRate": 48_000,
        "bitrate": info.bitrate if not info.video_codec else 640,
        "language": "English",
        "languageCode": "eng",
        "languageTag": "en",
        "displayTitle": audio_title(info),
        "extendedDisplayTitle": audio_title(info),
    }
    # The loudness of music: strings in the library, too.
    return stream if info.video_codec else stream | _LOUDNESS


def _subtitle_stream(stream_id: int, info: MediaInfo) -> Tree:
    title = subtitle_title(info)
    return {
        "id": stream_id,
        "streamType": 3,
        "codec": info.subtitle_codec or "srt",
        "index": 2,
        "language": "English",
        "languageCode": "eng",
        "languageTag": "en",
        "displayTitle": title,
        "extendedDisplayTitle": title,
    }


def _lyrics_stream(stream_id: int) -> Tree:
    return {
        "id": stream_id,
        "streamType": 4,
        "codec": "lrc",
        "format": "lrc",
        "key": f"/library/streams/{stream_id}",
        "minLines": 3,
        "provider": "com.plexapp.agents.lyricfind",
        "timed": True,
        "displayTitle": "LRC (External)",
        "extendedDisplayTitle": "LRC (External)",
    }


def stream_trees(media_id: int, info: MediaInfo, *, has_subtitle: bool = False) -> list[Tree]:
    """Return the Stream elements of a file; has_subtitle adds one to a file without."""
    streams: list[Tree] = []
    if info.video_codec:
        streams.append(_video_stream(media_id * 10 + 1, info))
    if info.audio_codec:
        streams.append(_audio_stream(media_id * 10 + 2, info))
    if info.subtitle_codec or has_subtitle:
        streams.append(_subtitle_stream(media_id * 10 + 3, info))
    if info.has_lyrics:
        streams.append(_lyrics_stream(media_id * 10 + 4))
    return streams


def media_tree(
    media_id: int, info: MediaInfo, *, file: str, duration: int | None, streams: bool
) -> Tree:
    """Return the Media element of a file; lists omit the streams, single items include them."""
    part: Tree = {
        "id": media_id,
        "key": f"/library/parts/{media_id}/1700000000/file.{info.container}",
        "file": file,
        "size": info.size,
        "container": info.container,
    }
    media: Tree = {"id": media_id, "container": info.container}
    for tree in (media, part):
        if info.video_profile:
            tree["videoProfile"] = info.video_profile
        if info.audio_codec == "aac":
            tree["audioProfile"] = "lc"
    if duration is not None:
        part["duration"] = duration
        media["duration"] = duration
    if info.bitrate:
        media["bitrate"] = info.bitrate
    if info.height:
        media |= {
            "width": info.width,
            "height": info.height,
            "aspectRatio": aspect_ratio(info),
        }
    if info.video_codec:
        media |= {
            "videoCodec": info.video_codec,
            "videoResolution": info.resolution,
            "videoFrameRate": info.frame_rate,
        }
    if info.audio_codec:
        media |= {"audioCodec": info.audio_codec, "audioChannels": info.audio_channels}
    if streams:
        part["Stream"] = stream_trees(media_id, info)
    media["Part"] = [part]
    return media
