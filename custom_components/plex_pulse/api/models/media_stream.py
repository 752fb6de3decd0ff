"""Model of one video, audio or subtitle stream of the file that is played."""

from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, boolean, integer, non_negative_int, text

_TRANSFERS: Final = {"smpte2084": "HDR10", "arib-std-b67": "HLG"}
"""Dynamic ranges by transfer function."""

_BURN: Final = "burn"
_NO_DECISIONS: Final = frozenset({"ignore", "none", "unknown"})
_UNKNOWN_CODEC: Final = "*"
"""Codec of live TV until the server has analyzed it."""
# Parts of the label of a video stream; Dolby Vision first, because it has an HDR10 base.
_LABELS: Final = (
    ("dovi", "Dolby Vision"),
    ("dolby vision", "Dolby Vision"),
    ("hdr10+", "HDR10+"),
    ("hdr", "HDR10"),
    ("hlg", "HLG"),
)
STREAM_KEYS: Final = (
    "streamType",
    "selected",
    "decision",
    "burn",
    "codec",
    "extendedDisplayTitle",
    "displayTitle",
    "colorTrc",
    "DOVIPresent",
    "bitDepth",
    "scanType",
    "channels",
    "language",
)
"""All fields that `MediaStream.parse` reads."""


class MediaStream(Record):
    """One stream as it is delivered; the title and the source's range are those of the file."""

    stream_type: int | None
    is_selected: bool
    decision: str | None
    """copy, transcode, directplay, or burn for subtitles; None if the server sends none."""
    codec: str | None
    title: str | None
    """Such as "4K HDR10 (HEVC Main 10)" and "English (TRUEHD 7.1)"."""
    color_transfer: str | None
    source_range: str | None
    """Dynamic range of the file: HDR10, Dolby Vision ...; None for standard range."""
    has_dolby_vision: bool
    bit_depth: int | None
    is_interlaced: bool
    channels: int | None
    language: str | None

    @property
    def transfer_range(self) -> str | None:
        """Return the dynamic range of its transfer function, None for standard range."""
        return _TRANSFERS.get(self.color_transfer or "")

    @property
    def is_burned(self) -> bool:
        """Return whether subtitles are burned into the video."""
        return self.decision == _BURN

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the stream; no field is required."""
        codec = text(fields, "codec")
        title = text(fields, "extendedDisplayTitle") or text(fields, "displayTitle")
        color_transfer = text(fields, "colorTrc")
        has_dolby_vision = bool(boolean(fields, "DOVIPresent"))
        return cls(
            stream_type=integer(fields, "streamType"),
            is_selected=bool(boolean(fields, "selected")),
            decision=_BURN if boolean(fields, "burn") else parse_decision(fields),
            codec=known_codec(codec),
            title=title,
            color_transfer=color_transfer,
            source_range="Dolby Vision"
            if has_dolby_vision
            else _range_of_label(title) or _TRANSFERS.get(color_transfer or ""),
            has_dolby_vision=has_dolby_vision,
            bit_depth=non_negative_int(fields, "bitDepth"),
            is_interlaced=text(fields, "scanType") == "interlaced",
            channels=non_negative_int(fields, "channels"),
            language=text(fields, "language"),
        )


def parse_decision(fields: JsonObject) -> str | None:
    """Return the decision on a part or stream; a stream that is not sent has none."""
    decision = text(fields, "decision")
    if decision is None or (lowered := decision.lower()) in _NO_DECISIONS:
        return None
    return lowered


def known_codec(codec: str | None) -> str | None:
    """Return a codec, None for the placeholder of live TV."""
    return None if codec == _UNKNOWN_CODEC else codec


def _range_of_label(title: str | None) -> str | None:
    """Return the range that the title names, also if the output has standard range."""
    label = (title or "").lower()
    return next((name for part, name in _LABELS if part in label), None)
