"""Technical properties of files: containers, codecs, streams."""

from dataclasses import dataclass, replace


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
    has_lyrics: bool = False
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
