"""Details of a session that only the dashboard shows: delivered streams, live program."""

from dataclasses import dataclass
from datetime import datetime
import re
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
from .image import is_server_path
from .record import Record

_VIDEO: Final = 1
_AUDIO: Final = 2
_SUBTITLE: Final = 3
_UNLIMITED_BITRATE: Final = 2_147_483_647
"""Bitrate of a stream whose bitrate is not known (live TV)."""
_UNKNOWN_CODEC: Final = "*"
"""Codec of live TV until the server has analyzed it."""
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StreamDetails(Record):
    """One stream of the part that is played.

    decision: "copy", "transcode", "burn" or "directplay", None if the server sends none.
    codec, color_transfer, bit_depth, channels: as delivered. title: of the source, also
    while it is transcoded.
    """

    decision: str | None
    codec: str | None
    title: str | None
    color_transfer: str | None
    bit_depth: int | None
    is_interlaced: bool
    channels: int | None
    language: str | None
    is_burned: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the stream."""
        codec = text(fields, "codec")
        return cls(
            decision=text(fields, "decision"),
            codec=None if codec == _UNKNOWN_CODEC else codec,
            title=text(fields, "extendedDisplayTitle") or text(fields, "displayTitle"),
            color_transfer=text(fields, "colorTrc"),
            bit_depth=non_negative_int(fields, "bitDepth"),
            is_interlaced=text(fields, "scanType") == "interlaced",
            channels=non_negative_int(fields, "channels"),
            language=text(fields, "language"),
            is_burned=bool(boolean(fields, "burn")),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SessionDetails(Record):
    """What is delivered, how it was decided, and what is on air.

    container, bitrate (kbit/s): as delivered. source_audio_codec: None without a transcode.
    video, audio, subtitle: the selected streams. channel, airs_from, airs_until: of live TV.
    taken_on: date of a photo. user_thumb: only if the picture is on the server.
    """

    container: str | None
    bitrate: int | None
    source_audio_codec: str | None
    video: StreamDetails | None
    audio: StreamDetails | None
    subtitle: StreamDetails | None
    channel: str | None
    airs_from: datetime | None
    airs_until: datetime | None
    taken_on: str | None
    user_thumb: str | None
    is_relayed: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the details of an item of `/status/sessions`."""
        media = selected(children(fields, "Media"))
        part = selected(children(media, "Part"))
        streams = children(part, "Stream")
        thumb = text(child(fields, "User"), "thumb")
        taken_on = text(fields, "originallyAvailableAt")
        bitrate = non_negative_int(media, "bitrate")
        return cls(
            container=text(media, "container"),
            bitrate=bitrate if bitrate and bitrate < _UNLIMITED_BITRATE else None,
            source_audio_codec=text(child(fields, "TranscodeSession"), "sourceAudioCodec"),
            video=_stream(streams, _VIDEO),
            audio=_stream(streams, _AUDIO),
            subtitle=_stream(streams, _SUBTITLE, is_selected=True),
            channel=text(fields, "sourceTitle")
            or text(media, "channelTitle")
            or text(media, "channelCallSign"),
            airs_from=timestamp(media, "beginsAt"),
            airs_until=timestamp(media, "endsAt"),
            taken_on=taken_on if taken_on and _ISO_DATE.match(taken_on) else None,
            user_thumb=thumb if thumb is not None and is_server_path(thumb) else None,
            is_relayed=bool(boolean(child(fields, "Player"), "relayed")),
        )


def _stream(
    streams: list[JsonObject], stream_type: int, *, is_selected: bool = False
) -> StreamDetails | None:
    """Return the selected stream of a type, else the first; with `is_selected` no other."""
    of_type = [stream for stream in streams if integer(stream, "streamType") == stream_type]
    if is_selected:
        of_type = [
            stream for stream in of_type if boolean(stream, "selected") or boolean(stream, "burn")
        ]
    return StreamDetails.parse(selected(of_type)) if of_type else None
