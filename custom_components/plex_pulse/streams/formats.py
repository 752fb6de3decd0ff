"""Formats of video and audio, and what the title of a stream says of them."""

import re
from typing import Final

from ..api import Record

_SIZE: Final = re.compile(r"\b(\d{3,4})([pi])\b|\b([48])k\b|\b(sd)\b")
_FORMAT: Final = re.compile(r"\(([^()]+)\)[^()]*\Z")
_CHANNELS: Final = re.compile(r"\b(\d{1,2})\.(\d)\b")
_NAMED_CHANNELS: Final = {"mono": 1, "stereo": 2}
_LINES: Final = {"4": 2160, "8": 4320}
_SD_LINES: Final = 480
_DEEP_COLOR: Final = re.compile(r"\b10\b")


class VideoFormat(Record):
    """Resolution ("4K", "1080p", "SD"), codec, dynamic range (None for SDR)."""

    resolution: str | None
    codec: str | None
    dynamic_range: str | None
    is_interlaced: bool
    is_deep_color: bool = False


class AudioFormat(Record):
    """Codec and number of channels."""

    codec: str | None
    channels: int | None


def is_smaller(target: VideoFormat, source: VideoFormat) -> bool:
    """Return whether the output has fewer lines than the source."""
    lines, of_source = _lines(target.resolution), _lines(source.resolution)
    return lines is not None and of_source is not None and lines < of_source


def _lines(resolution: str | None) -> int | None:
    """Return the lines of a resolution as it is named."""
    match = _SIZE.search((resolution or "").lower())
    if match is None:
        return None
    if match[1] is not None:
        return int(match[1])
    return _LINES[match[3]] if match[3] is not None else _SD_LINES


def is_deep_color_title(title: str | None) -> bool:
    """Return whether a title names a profile of ten bits: "(HEVC Main 10)"."""
    return _DEEP_COLOR.search(_title_format(title)) is not None


def title_resolution(title: str | None) -> tuple[str | None, bool]:
    """Return the resolution at the start of a title, and whether it is interlaced."""
    match = _SIZE.search((title or "").lower().partition("(")[0])
    if match is None:
        return None, False
    if match[1] is not None:
        return f"{match[1]}p", match[2] == "i"
    return ("SD" if match[4] is not None else f"{match[3]}K"), False


def _title_format(title: str | None) -> str:
    """Return what a title has in its last parentheses, in lower case."""
    match = _FORMAT.search(title or "")
    return match[1].lower() if match is not None else ""


def title_codec(title: str | None) -> str | None:
    """Return the codec in the parentheses of a title."""
    return next(iter(_title_format(title).split()), None)


def title_channels(title: str | None) -> int | None:
    """Return the number of channels in the parentheses of a title."""
    words = _title_format(title)
    if (match := _CHANNELS.search(words)) is not None:
        return int(match[1]) + int(match[2])
    return next((count for name, count in _NAMED_CHANNELS.items() if name in words), None)
