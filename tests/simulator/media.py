"""Technical properties of files: containers, codecs, streams."""

from dataclasses import dataclass, replace

from .encode import Tree

_LAYOUTS = {2: "stereo", 6: "5.1(side)", 8: "7.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """Technical properties of a file; bitrate in kbit/s, size in bytes."""

    container: str
    bitrate: int = 0
    width: int = 0
    height: int = 0
    resolution: str = ""
    video_codec: str = ""
    video_profile: str = ""
    frame_rate: str = ""
    hdr: bool = False
    dolby_vision: bool = False
    audio_codec: str = ""
    audio_channels: int = 0
    subtitle_codec: str = ""
    size: int = 0


UHD_HDR = MediaInfo(
    container="mkv",
    bitrate=58_400,
    width=3840,
    height=2160,
    resolution="4k",
    video_codec="hevc",
    video_profile="main 10",
    frame_rate="24p",
    hdr=True,
    audio_codec="truehd",
    audio_channels=8,
)
UHD_DOLBY_VISION = replace(UHD_HDR, bitrate=64_100, dolby_vision=True, audio_codec="eac3")
FULL_HD = MediaInfo(
    container="mkv",
    bitrate=11_800,
    width=1920,
    height=1080,
    resolution="1080",
    video_codec="h264",
    video_profile="high",
    frame_rate="24p",
    audio_codec="dca",
    audio_channels=6,
)
FULL_HD_HEVC = replace(
    FULL_HD,
    bitrate=4_200,
    video_codec="hevc",
    video_profile="main",
    audio_codec="eac3",
    subtitle_codec="srt",
)
HD = replace(
    FULL_HD,
    container="mp4",
    bitrate=3_100,
    width=1280,
    height=720,
    resolution="720",
    audio_codec="aac",
    audio_channels=2,
)
FLAC = MediaInfo(container="flac", bitrate=912, audio_codec="flac", audio_channels=2)
MP3 = MediaInfo(container="mp3", bitrate=320, audio_codec="mp3", audio_channels=2)
JPEG = MediaInfo(container="jpeg", width=4032, height=3024, size=3_400_000)


def file_of(section: str, title: str, year: int | None, info: MediaInfo) -> str:
    """Return the path of a file on the server."""
    name = title if year is None else f"{title} ({year})"
    return f"/media/{section}/{name}.{info.container}"


def video_title(info: MediaInfo) -> str:
    """Return the displayTitle of a file's video stream."""
    size = "4K" if info.resolution == "4k" else f"{info.resolution}p"
    colour = "DoVi/HDR10 " if info.dolby_vision else "HDR10 " if info.hdr else ""
    return f"{size} {colour}({info.video_codec.upper()} {info.video_profile.title()})"


def audio_title(info: MediaInfo) -> str:
    """Return the displayTitle of a file's audio stream."""
    layout = {2: "Stereo", 6: "5.1", 8: "7.1"}.get(info.audio_channels, "Mono")
    return f"English ({info.audio_codec.upper()} {layout})"


def subtitle_title(info: MediaInfo) -> str:
    """Return the displayTitle of a file's subtitles."""
    return f"English ({(info.subtitle_codec or 'srt').upper()})"


def aspect_ratio(info: MediaInfo) -> float:
    """Return the aspect ratio as Plex rounds it."""
    return round(info.width / info.height, 2)


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
    return {
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


def stream_trees(media_id: int, info: MediaInfo, *, has_subtitle: bool = False) -> list[Tree]:
    """Return the Stream elements of a file; has_subtitle adds one to a file without."""
    streams: list[Tree] = []
    if info.video_codec:
        streams.append(_video_stream(media_id * 10 + 1, info))
    if info.audio_codec:
        streams.append(_audio_stream(media_id * 10 + 2, info))
    if info.subtitle_codec or has_subtitle:
        streams.append(_subtitle_stream(media_id * 10 + 3, info))
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
            "videoProfile": info.video_profile,
        }
    if info.audio_codec:
        media |= {"audioCodec": info.audio_codec, "audioChannels": info.audio_channels}
    if streams:
        part["Stream"] = stream_trees(media_id, info)
    media["Part"] = [part]
    return media
