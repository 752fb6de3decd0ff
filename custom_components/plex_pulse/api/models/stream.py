"""What is delivered to a player: resolution, codecs, dynamic range."""

from dataclasses import dataclass
from typing import Final, Self

from .coerce import JsonObject, boolean, children, integer, text

_VIDEO_STREAM: Final = 1

# As the label of a video stream shows it; Dolby Vision first, it has an HDR10 base.
_LABELS: Final = (
    ("dovi", "Dolby Vision"),
    ("dolby vision", "Dolby Vision"),
    ("hdr10+", "HDR10+"),
    ("hdr", "HDR10"),
    ("hlg", "HLG"),
)
_TRANSFERS: Final = {"smpte2084": "HDR10", "arib-std-b67": "HLG"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedMedia:
    """The version of an item that a session plays, as it leaves the server.

    resolution: "4K", "1080p", "SD" ... dynamic_range: of the source, "HDR10" ...,
    None for standard range and for items without video.
    """

    resolution: str | None
    video_codec: str | None
    audio_codec: str | None
    dynamic_range: str | None

    @classmethod
    def parse(cls, session: JsonObject) -> Self:
        """Return what plays among the versions listed, the selected or the first."""
        media = _selected(session, "Media")
        part = _selected(media, "Part")
        return cls(
            resolution=_resolution(text(media, "videoResolution")),
            video_codec=_codec(media, "videoCodec"),
            audio_codec=_codec(media, "audioCodec"),
            dynamic_range=_dynamic_range(_video_stream(part)),
        )


def _selected(fields: JsonObject, key: str) -> JsonObject:
    """Return the child marked as selected, else the first, else an empty one."""
    listed = children(fields, key)
    if len(listed) > 1:
        for entry in listed:
            if boolean(entry, "selected"):
                return entry
    return listed[0] if listed else {}


def _video_stream(part: JsonObject) -> JsonObject:
    """Return the first stream of pictures, an empty one where there is none."""
    for stream in children(part, "Stream"):
        if integer(stream, "streamType") == _VIDEO_STREAM:
            return stream
    return {}


def _codec(media: JsonObject, key: str) -> str | None:
    """Return a codec; live TV says "*" until it knows."""
    codec = text(media, key)
    return None if codec == "*" else codec


def _resolution(value: str | None) -> str | None:
    """Return one spelling for "1080", "1080p", "4k" and "sd"."""
    if value is None:
        return None
    return f"{value}p" if value.isdecimal() else value.replace("k", "K").replace("sd", "SD")


def _dynamic_range(video: JsonObject) -> str | None:
    """Return the range of the source; labels still show it when the output is SDR."""
    if boolean(video, "DOVIPresent"):
        return "Dolby Vision"
    label = (text(video, "extendedDisplayTitle") or text(video, "displayTitle") or "").lower()
    for part, name in _LABELS:
        if part in label:
            return name
    return _TRANSFERS.get(text(video, "colorTrc") or "")
