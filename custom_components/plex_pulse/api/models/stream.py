"""Model of the delivered media: resolution, codecs, dynamic range."""

from dataclasses import dataclass
from typing import Final, Self

from .coerce import JsonObject, boolean, children, integer, text

_VIDEO_STREAM: Final = 1

# Parts of the label of a video stream; Dolby Vision first, because it has an HDR10 base.
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
    """The version of an item that a session plays, as the server delivers it."""

    resolution: str | None
    """4K, 1080p, SD ..."""
    video_codec: str | None
    audio_codec: str | None
    dynamic_range: str | None
    """Of the source: HDR10, Dolby Vision ...; None for standard range and without video."""

    @classmethod
    def parse(cls, session: JsonObject) -> Self:
        """Return the selected version of a session, or the first."""
        media = _selected(session, "Media")
        part = _selected(media, "Part")
        return cls(
            resolution=_resolution(text(media, "videoResolution")),
            video_codec=_codec(media, "videoCodec"),
            audio_codec=_codec(media, "audioCodec"),
            dynamic_range=_dynamic_range(_video_stream(part)),
        )


def _selected(fields: JsonObject, key: str) -> JsonObject:
    """Return the child marked as selected, else the first, else an empty object."""
    listed = children(fields, key)
    if len(listed) > 1:
        for entry in listed:
            if boolean(entry, "selected"):
                return entry
    return listed[0] if listed else {}


def _video_stream(part: JsonObject) -> JsonObject:
    """Return the first video stream, an empty object without one."""
    for stream in children(part, "Stream"):
        if integer(stream, "streamType") == _VIDEO_STREAM:
            return stream
    return {}


def _codec(media: JsonObject, key: str) -> str | None:
    """Return a codec; live TV sends "*" until it is known."""
    codec = text(media, key)
    return None if codec == "*" else codec


def _resolution(value: str | None) -> str | None:
    """Return "1080p" for "1080" and "1080p", "4K" for "4k", "SD" for "sd"."""
    if value is None:
        return None
    return f"{value}p" if value.isdecimal() else value.replace("k", "K").replace("sd", "SD")


def _dynamic_range(video: JsonObject) -> str | None:
    """Return the range of the source; its label contains it even if the output is SDR."""
    if boolean(video, "DOVIPresent"):
        return "Dolby Vision"
    label = (text(video, "extendedDisplayTitle") or text(video, "displayTitle") or "").lower()
    for part, name in _LABELS:
        if part in label:
            return name
    return _TRANSFERS.get(text(video, "colorTrc") or "")
