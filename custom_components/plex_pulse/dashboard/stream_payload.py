"""A stream as the browser gets it: names, place, format and progress."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ..api import Session, TranscodeSession
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import truncate_state, user_name
from ..streams.conversion import Conversion, StreamConversion, conversion_of
from ..streams.formats import AudioFormat, VideoFormat
from .image_ids import ImageIds
from .item_names import headline, image_shape
from .server_tracker import TrackedStream
from .user_slots import UserSlots

type Json = dict[str, object]
type TranscodeProgress = tuple[int | None, float | None, bool]
"""Percent that is converted, speed in times real time, whether it is throttled."""

PROGRESS_FIELDS: Final = ("buffer", "speed", "throttled")
_POSITION_DIGITS: Final = 3
_MAX_PERCENT: Final = 100


def stream_payload(
    tracked: TrackedStream, runtime: PlexPulseRuntime, images: ImageIds, slots: UserSlots
) -> Json:
    """Return all fields of a stream, None where unknown; times in Unix seconds."""
    session = tracked.session
    item, media = session.item, session.media
    is_live, is_photo = session.is_live, item.item_type == "photo"
    return {
        "id": session.session_key,
        "rating_key": item.rating_key,
        "type": "live" if is_live else item.item_type,
        **headline(item, is_live=is_live, channel=media.channel),
        "year": item.year,
        "channel": truncate_state(media.channel) if is_live else None,
        "airs_from": _seconds(media.format.program_starts_at) if is_live else None,
        "airs_until": _seconds(media.format.program_ends_at) if is_live else None,
        "taken_on": item.aired if is_photo else None,
        "image": images.id_of(item.poster),
        "image_shape": image_shape(item.item_type),
        "user": _user(session, runtime.machine_identifier, images, slots),
        "player": truncate_state(session.player.title),
        "product": truncate_state(session.player.product),
        "state": session.player.state,
        "state_since": _rounded(tracked.state_since),
        "started_at": _rounded(tracked.started_at),
        **position_fields(tracked),
        "duration": _in_seconds(session.duration),
        "method": session.method,
        **dict(
            zip(PROGRESS_FIELDS, transcode_progress(runtime.transcodes.of(session)), strict=True)
        ),
        "bandwidth": session.bandwidth,
        "location": session.location,
        **_conversion_fields(conversion_of(session)),
        "terminable": session.session_id is not None,
    }


def position_fields(tracked: TrackedStream) -> Json:
    """Return the position in seconds and its time; None for photos and unknown positions."""
    position = tracked.position
    if position is None or tracked.session.item.item_type == "photo":
        return {"position": None, "position_updated_at": None}
    return {
        "position": round(position.position, _POSITION_DIGITS),
        "position_updated_at": round(position.updated_at, _POSITION_DIGITS),
    }


def transcode_progress(transcode: TranscodeSession | None) -> TranscodeProgress:
    """Return the progress of a transcode; nothing is known without one."""
    if transcode is None:
        return None, None, False
    progress, speed = transcode.progress, transcode.speed
    return (
        None if progress is None else min(_MAX_PERCENT, round(progress)),
        None if speed is None else round(speed, 1),
        transcode.is_throttled,
    )


def _user(
    session: Session, machine_identifier: str, images: ImageIds, slots: UserSlots
) -> Json | None:
    """Return the user with their color slot."""
    if session.user is None or (name := user_name(session)) is None:
        return None
    return {
        "name": truncate_state(name),
        "slot": slots.slot_of(machine_identifier, session.user.id),
        "image": images.id_of(session.user.thumb),
    }


def _conversion_fields(conversion: Conversion) -> Json:
    """Return what is converted, and why."""
    container = {"source": conversion.source_container, "target": conversion.target_container}
    subtitles = conversion.subtitles
    return {
        "hardware": conversion.is_hardware,
        "video": _stream(conversion.video, _video_format),
        "audio": _stream(conversion.audio, _audio_format),
        "container": container if any(container.values()) else None,
        "subtitles": None
        if subtitles is None
        else {
            "decision": subtitles.decision,
            "codec": subtitles.codec,
            "language": subtitles.language,
        },
        "reasons": list(conversion.reasons),
        "bandwidth_limit": conversion.bandwidth_limit,
    }


def _stream[FormatT](
    stream: StreamConversion[FormatT] | None, as_json: Callable[[FormatT], Json]
) -> Json | None:
    """Return the conversion of video or audio."""
    if stream is None:
        return None
    return {
        "decision": stream.decision,
        "source": as_json(stream.source),
        "target": None if stream.target is None else as_json(stream.target),
    }


def _video_format(video: VideoFormat) -> Json:
    """Return a video format."""
    return {
        "resolution": video.resolution,
        "codec": video.codec,
        "range": video.dynamic_range,
        "interlaced": video.is_interlaced,
    }


def _audio_format(audio: AudioFormat) -> Json:
    """Return an audio format."""
    return {"codec": audio.codec, "channels": audio.channels}


def _seconds(timestamp: datetime | None) -> int | None:
    """Return Unix seconds."""
    return None if timestamp is None else int(timestamp.timestamp())


def _in_seconds(milliseconds: int | None) -> float | None:
    """Return a duration in seconds."""
    return None if milliseconds is None else milliseconds / 1000


def _rounded(timestamp: float | None) -> float | None:
    """Return Unix seconds with as many digits as people can tell apart."""
    return None if timestamp is None else round(timestamp, 1)
