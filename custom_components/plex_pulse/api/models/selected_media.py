"""Model of the delivered media: decisions, resolution, codecs, dynamic range, subtitles."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, children, non_negative_int, selected_child, text, timestamp
from .media_stream import STREAM_KEYS, MediaStream, known_codec, parse_decision
from .parse_cache import cached

UNLIMITED_BANDWIDTH: Final = 10_000_000
"""kbit/s that stand for an unknown bit rate (live TV, some files); not a measurement."""

_VIDEO_STREAM: Final = 1
_AUDIO_STREAM: Final = 2
_SUBTITLE_STREAM: Final = 3
_CACHE_SIZE: Final = 512
_FORMAT_KEYS: Final = (
    "videoResolution",
    "videoCodec",
    "audioCodec",
    "container",
    "protocol",
    "bitrate",
    "channelTitle",
    "channelCallSign",
    "beginsAt",
    "endsAt",
)
"""All fields that `MediaFormat.parse` reads."""
_PART_KEYS: Final = ("decision", "protocol")
_ITEM_KEYS: Final = ("sourceTitle",)


class MediaFormat(Record):
    """The format of a version of an item; during a session as it is delivered."""

    resolution: str | None
    """4K, 1080p, SD ..."""
    video_codec: str | None
    audio_codec: str | None
    """Of the first audio stream."""
    container: str | None
    protocol: str | None
    """hls or dash; None for a file that is sent as it is."""
    bitrate: int | None
    """kbit/s; None if the server does not know it."""
    channel: str | None
    """Of live TV."""
    call_sign: str | None
    """Of live TV."""
    program_starts_at: datetime | None
    """When the program on the channel starts."""
    program_ends_at: datetime | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the format; no field is required."""
        bitrate = non_negative_int(fields, "bitrate")
        return cls(
            resolution=_resolution(text(fields, "videoResolution")),
            video_codec=known_codec(text(fields, "videoCodec")),
            audio_codec=known_codec(text(fields, "audioCodec")),
            container=text(fields, "container"),
            protocol=text(fields, "protocol"),
            bitrate=bitrate if bitrate and bitrate < UNLIMITED_BANDWIDTH else None,
            channel=text(fields, "channelTitle"),
            call_sign=text(fields, "channelCallSign"),
            program_starts_at=timestamp(fields, "beginsAt"),
            program_ends_at=timestamp(fields, "endsAt"),
        )


class SelectedMedia(Record):
    """The version of an item that a session plays, as the server delivers it."""

    format: MediaFormat
    decision: str | None
    """Of the part: directplay, copy or transcode; None if the server sends none."""
    protocol: str | None
    """hls or dash; None for a file that is sent as it is."""
    channel: str | None
    """Of live TV."""
    dynamic_range: str | None
    """As delivered: HDR10, Dolby Vision ...; None for standard range and without video."""
    video: MediaStream | None
    audio: MediaStream | None
    subtitle: MediaStream | None

    @property
    def audio_codec(self) -> str | None:
        """Return the codec of the selected audio stream, else that of the first one."""
        audio = self.audio
        selected_codec = audio.codec if audio is not None and audio.is_selected else None
        return selected_codec or self.format.audio_codec

    @property
    def source_dynamic_range(self) -> str | None:
        """Return the dynamic range of the file, also if the output has standard range."""
        return self.video.source_range if self.video is not None else None

    @property
    def video_decision(self) -> str | None:
        """Return directplay, copy or transcode; None if not sent."""
        return self.video.decision if self.video is not None else None

    @property
    def audio_decision(self) -> str | None:
        """Return directplay, copy or transcode; None if not sent."""
        return self.audio.decision if self.audio is not None else None

    @property
    def subtitle_decision(self) -> str | None:
        """Return burn, copy or transcode; None without subtitles or if not sent."""
        return self.subtitle.decision if self.subtitle is not None else None

    @property
    def subtitles(self) -> str | None:
        """Return the title of the selected subtitles ("English (SRT)"); None without any."""
        return self.subtitle.title if self.subtitle is not None else None

    @staticmethod
    def parse(fields: JsonObject, *, is_transcoded: bool = False) -> SelectedMedia:
        """Return the selected version of an item or session, else the first.

        The same object for the same fields. is_transcoded: whether the transcode session says
        that the video is transcoded.
        """
        media = selected_child(fields, "Media")
        part = selected_child(media, "Part")
        values: list[object] = [is_transcoded, *map(fields.get, _ITEM_KEYS)]
        values += map(media.get, _FORMAT_KEYS)
        values += map(part.get, _PART_KEYS)
        for stream in children(part, "Stream"):
            values += map(stream.get, STREAM_KEYS)
        try:
            return _parse_cached(*values)
        except TypeError:
            return _parse(*values)


def _parse(is_transcoded: object, *values: object) -> SelectedMedia:
    """Return the media for the values of the keys of item, format, part, and each stream."""
    remaining = iter(values)
    item = dict(zip(_ITEM_KEYS, remaining, strict=False))
    media_format = MediaFormat.parse(dict(zip(_FORMAT_KEYS, remaining, strict=False)))
    part = dict(zip(_PART_KEYS, remaining, strict=False))
    streams = _delivered_streams(
        MediaStream.parse(dict(zip(STREAM_KEYS, of_stream, strict=True)))
        for of_stream in batched(remaining, len(STREAM_KEYS), strict=True)
    )
    video = streams.get(_VIDEO_STREAM)
    return SelectedMedia(
        format=media_format,
        decision=parse_decision(part),
        protocol=media_format.protocol or text(part, "protocol"),
        channel=media_format.channel or text(item, "sourceTitle") or media_format.call_sign,
        dynamic_range=_delivered_range(video, is_transcoded=bool(is_transcoded)),
        video=video,
        audio=streams.get(_AUDIO_STREAM),
        subtitle=streams.get(_SUBTITLE_STREAM),
    )


_parse_cached = cached(_parse, _CACHE_SIZE)


def _delivered_streams(streams: Iterable[MediaStream]) -> dict[int | None, MediaStream]:
    """Return the delivered stream of each type: the selected one, else the first.

    Subtitles that are only available do not count.
    """
    delivered: dict[int | None, MediaStream] = {}
    for stream in streams:
        known = delivered.get(stream.stream_type)
        if stream.stream_type == _SUBTITLE_STREAM:
            if known is None and (stream.is_selected or stream.is_burned):
                delivered[stream.stream_type] = stream
        elif known is None or (stream.is_selected and not known.is_selected):
            delivered[stream.stream_type] = stream
    return delivered


def _resolution(value: str | None) -> str | None:
    """Return "1080p" for "1080" and "1080p", "4K" for "4k", "SD" for "sd"."""
    if value is None:
        return None
    return f"{value}p" if value.isdecimal() else value.replace("k", "K").replace("sd", "SD")


def _delivered_range(video: MediaStream | None, *, is_transcoded: bool) -> str | None:
    """Return the range of the output: high only if its transfer function is.

    A transcode never has Dolby Vision or the dynamic metadata of HDR10+; what is copied has
    the range of the source. Without a transfer function the label of a copy counts.
    """
    if video is None:
        return None
    if is_transcoded or video.decision == "transcode":
        return video.transfer_range
    if video.color_transfer is None or video.transfer_range or video.has_dolby_vision:
        return video.source_range
    return None
