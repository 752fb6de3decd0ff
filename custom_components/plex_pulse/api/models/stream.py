"""Model of the delivered media: decisions, resolution, codecs, dynamic range, subtitles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from .coerce import (
    JsonObject,
    boolean,
    child,
    children,
    integer,
    non_negative_int,
    selected,
    text,
    timestamp,
)
from .record import Record

UNLIMITED_BANDWIDTH: Final = 10_000_000
"""kbit/s that stand for an unknown bit rate (live TV, some files); not a measurement."""

_VIDEO_STREAM: Final = 1
_AUDIO_STREAM: Final = 2
_SUBTITLE_STREAM: Final = 3
_NO_STREAM: Final[JsonObject] = {}
_NO_DECISIONS: Final = frozenset({"ignore", "none", "unknown"})

# Parts of the label of a video stream; Dolby Vision first, because it has an HDR10 base.
_LABELS: Final = (
    ("dovi", "Dolby Vision"),
    ("dolby vision", "Dolby Vision"),
    ("hdr10+", "HDR10+"),
    ("hdr", "HDR10"),
    ("hlg", "HLG"),
)

_TRANSFERS: Final = {"smpte2084": "HDR10", "arib-std-b67": "HLG"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SelectedMedia(Record):
    """The version of an item that a session plays, as the server delivers it."""

    resolution: str | None
    """4K, 1080p, SD ..."""
    video_codec: str | None
    audio_codec: str | None
    dynamic_range: str | None
    """As delivered: HDR10, Dolby Vision ...; None for standard range and without video."""
    source_dynamic_range: str | None = None
    """Of the file, also if the output has standard range."""
    decision: str | None = None
    """Of the part: directplay, copy or transcode; None if the server sends none."""
    video_decision: str | None = None
    """Of the video stream: directplay, copy or transcode; None if not sent."""
    audio_decision: str | None = None
    """Of the selected audio stream: directplay, copy or transcode; None if not sent."""
    subtitle_decision: str | None = None
    """Of the selected subtitles: burn, copy or transcode; None if not sent."""
    subtitles: str | None = None
    """Title of the selected subtitles ("English (SRT)"); None without subtitles."""
    protocol: str | None = None
    """hls or dash; None for a file that is sent as it is."""
    bitrate: int | None = None
    """kbit/s of the output; None if the server does not know it."""
    channel: str | None = None
    """Of live TV."""
    program_ends_at: datetime | None = None
    """When the program on the channel ends."""

    @classmethod
    def parse(cls, session: JsonObject) -> Self:
        """Return the selected version of a session, or the first."""
        media = selected(children(session, "Media"))
        part = selected(children(media, "Part"))
        streams = _delivered_streams(part)
        video = streams.get(_VIDEO_STREAM, _NO_STREAM)
        audio = streams.get(_AUDIO_STREAM, _NO_STREAM)
        subtitles = streams.get(_SUBTITLE_STREAM, _NO_STREAM)
        transcode = child(session, "TranscodeSession")
        video_decision = _decision(video)
        is_transcoded = "transcode" in {video_decision, text(transcode, "videoDecision")}
        source_range = _source_range(video)
        bitrate = non_negative_int(media, "bitrate")
        return cls(
            resolution=_resolution(text(media, "videoResolution")),
            video_codec=_codec(text(media, "videoCodec")),
            audio_codec=_codec(_audio_codec(audio, media)),
            dynamic_range=_delivered_range(video, source_range, is_transcoded=is_transcoded),
            source_dynamic_range=source_range,
            decision=_decision(part),
            video_decision=video_decision,
            audio_decision=_decision(audio),
            subtitle_decision="burn" if _is_burned(subtitles) else _decision(subtitles),
            subtitles=text(subtitles, "extendedDisplayTitle") or text(subtitles, "displayTitle"),
            protocol=text(media, "protocol") or text(part, "protocol"),
            bitrate=bitrate if bitrate and bitrate < UNLIMITED_BANDWIDTH else None,
            channel=text(media, "channelTitle")
            or text(session, "sourceTitle")
            or text(media, "channelCallSign"),
            program_ends_at=timestamp(media, "endsAt"),
        )


def _delivered_streams(part: JsonObject) -> dict[int | None, JsonObject]:
    """Return the delivered stream of each type: the selected one, else the first.

    Subtitles that are only available do not count.
    """
    delivered: dict[int | None, JsonObject] = {}
    for stream in children(part, "Stream"):
        stream_type = integer(stream, "streamType")
        known = delivered.get(stream_type)
        if stream_type == _SUBTITLE_STREAM:
            if known is None and (boolean(stream, "selected") or _is_burned(stream)):
                delivered[stream_type] = stream
        elif known is None or (boolean(stream, "selected") and not boolean(known, "selected")):
            delivered[stream_type] = stream
    return delivered


def _is_burned(subtitles: JsonObject) -> bool:
    """Return whether subtitles are burned into the video."""
    return bool(boolean(subtitles, "burn")) or _decision(subtitles) == "burn"


def _decision(fields: JsonObject) -> str | None:
    """Return the decision on a part or stream; a stream that is not sent has none."""
    decision = text(fields, "decision")
    if decision is None or (lowered := decision.lower()) in _NO_DECISIONS:
        return None
    return lowered


def _audio_codec(audio: JsonObject, media: JsonObject) -> str | None:
    """Return the codec of the selected audio stream; that of the media is of the first one."""
    if boolean(audio, "selected"):
        return text(audio, "codec") or text(media, "audioCodec")
    return text(media, "audioCodec")


def _codec(codec: str | None) -> str | None:
    """Return a codec; live TV sends "*" until it is known."""
    return None if codec == "*" else codec


def _resolution(value: str | None) -> str | None:
    """Return "1080p" for "1080" and "1080p", "4K" for "4k", "SD" for "sd"."""
    if value is None:
        return None
    return f"{value}p" if value.isdecimal() else value.replace("k", "K").replace("sd", "SD")


def _source_range(video: JsonObject) -> str | None:
    """Return the range of the source, which the label names also if the output is SDR."""
    if boolean(video, "DOVIPresent"):
        return "Dolby Vision"
    label = (text(video, "extendedDisplayTitle") or text(video, "displayTitle") or "").lower()
    for part, name in _LABELS:
        if part in label:
            return name
    return _TRANSFERS.get(text(video, "colorTrc") or "")


def _delivered_range(
    video: JsonObject, source_range: str | None, *, is_transcoded: bool
) -> str | None:
    """Return the range of the output: high only if its transfer function is.

    A transcode never has Dolby Vision or the dynamic metadata of HDR10+; what is copied has
    the range of the source. Without a transfer function the label of a copy counts.
    """
    transfer = text(video, "colorTrc")
    if is_transcoded:
        return _TRANSFERS.get(transfer or "")
    if transfer is None or transfer in _TRANSFERS or boolean(video, "DOVIPresent"):
        return source_range
    return None
