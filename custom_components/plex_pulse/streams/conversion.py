"""What a server converts for a stream, and why, as far as the session contains it.

While a stream is transcoded, its media describes the output. The source is known from
`sourceVideoCodec` and `sourceAudioCodec`, and from the title of each stream, which stays
that of the source ("4K HDR10 (HEVC Main 10)", "English (TRUEHD 7.1)"). A reason is listed
only if source and output show it; a setting that caused it is not part of the session.
"""

from collections.abc import Iterator
from typing import Final

from ..api import MediaStream, PlayMethod, Record, Session
from .formats import (
    AudioFormat,
    VideoFormat,
    is_deep_color_title,
    is_smaller,
    title_channels,
    title_codec,
    title_resolution,
)

_MAX_REASONS: Final = 3
_TRANSCODE: Final = "transcode"
_COPY: Final = "copy"
_DIRECT: Final = "direct"
_BURN: Final = "burn"

_SDR_CODECS: Final = frozenset({"h264", "mpeg4", "mpeg2video", "vc1"})
"""Codecs that a server never encodes with a high dynamic range."""
_SDR_BIT_DEPTH: Final = 8


class StreamConversion[FormatT](Record):
    """What happens to the video or audio: "direct", "copy" or "transcode".

    target: None if the stream is not transcoded.
    """

    decision: str
    source: FormatT
    target: FormatT | None


class SubtitleConversion(Record):
    """The subtitles that are shown: "burn", "transcode", "copy" or "direct"."""

    decision: str
    codec: str | None
    language: str | None


class Conversion(Record):
    """What is converted for a session.

    source_container: None while it is repackaged, as no field of a session has it then.
    is_hardware: None until the server knows it. bandwidth_limit: kbit/s.
    """

    video: StreamConversion[VideoFormat] | None
    audio: StreamConversion[AudioFormat] | None
    subtitles: SubtitleConversion | None
    source_container: str | None
    target_container: str | None
    is_hardware: bool | None
    reasons: tuple[str, ...]
    bandwidth_limit: int | None


def conversion_of(session: Session) -> Conversion:
    """Return what is converted for a session, and why."""
    video, audio = _video(session), _audio(session)
    subtitles = _subtitles(session)
    is_repackaged = session.transcode is not None
    container = session.media.format.container
    reasons = tuple(_reasons(session, video, audio, subtitles))[:_MAX_REASONS]
    is_limited = not {"bandwidth", "remote_quality"}.isdisjoint(reasons)
    return Conversion(
        video=video,
        audio=audio,
        subtitles=subtitles,
        source_container=None if is_repackaged else container,
        target_container=container if is_repackaged else None,
        is_hardware=session.uses_hardware,
        reasons=reasons,
        bandwidth_limit=session.media.format.bitrate if is_limited else None,
    )


def _decision(session: Session, stream: MediaStream | None, of_transcode: str | None) -> str:
    """Return the decision on video or audio; the stream's own is the more exact one."""
    decision = (stream.decision if stream is not None else None) or of_transcode
    if decision in {_TRANSCODE, _BURN}:
        return _TRANSCODE
    return _DIRECT if session.transcode is None else _COPY


def _video(session: Session) -> StreamConversion[VideoFormat] | None:
    """Return what happens to the video, None for an item without one."""
    media, settings = session.media, session.transcode_settings
    stream = media.video
    if session.item.item_type in {"photo", "track"} or (
        stream is None and media.format.video_codec is None
    ):
        return None
    title = stream.title if stream is not None else None
    decision = _decision(session, stream, settings.video_decision if settings else None)
    delivered_codec = (settings.video_codec if settings else None) or media.format.video_codec
    source_codec = settings.source_video_codec if settings is not None else None
    resolution, is_interlaced = title_resolution(title)
    is_transcoded = decision == _TRANSCODE
    if not is_transcoded:
        is_interlaced = is_interlaced or (stream is not None and stream.is_interlaced)
    source = VideoFormat(
        resolution=resolution or (None if is_transcoded else media.format.resolution),
        codec=source_codec or title_codec(title) or (None if is_transcoded else delivered_codec),
        dynamic_range=media.source_dynamic_range,
        is_interlaced=is_interlaced,
        is_deep_color=is_deep_color_title(title),
    )
    if not is_transcoded:
        return StreamConversion(decision=decision, source=source, target=None)
    target = VideoFormat(
        resolution=media.format.resolution,
        codec=delivered_codec,
        dynamic_range=_delivered_range(stream, delivered_codec),
        is_interlaced=stream is not None and stream.is_interlaced,
        is_deep_color=stream is not None and (stream.bit_depth or 0) > _SDR_BIT_DEPTH,
    )
    return StreamConversion(decision=decision, source=source, target=target)


def _audio(session: Session) -> StreamConversion[AudioFormat] | None:
    """Return what happens to the audio, None for an item without any."""
    media, settings = session.media, session.transcode_settings
    stream = media.audio
    if session.item.item_type == "photo" or (stream is None and media.audio_codec is None):
        return None
    title = stream.title if stream is not None else None
    decision = _decision(session, stream, settings.audio_decision if settings else None)
    delivered = AudioFormat(
        codec=(stream.codec if stream is not None else None) or media.audio_codec,
        channels=stream.channels if stream is not None else None,
    )
    is_transcoded = decision == _TRANSCODE
    source = AudioFormat(
        codec=(settings.source_audio_codec if settings is not None else None)
        or (title_codec(title) if is_transcoded else delivered.codec or title_codec(title)),
        channels=title_channels(title)
        if is_transcoded
        else delivered.channels or title_channels(title),
    )
    return StreamConversion(
        decision=decision, source=source, target=delivered if is_transcoded else None
    )


def _subtitles(session: Session) -> SubtitleConversion | None:
    """Return the subtitles that are shown, None without any."""
    stream, settings = session.media.subtitle, session.transcode_settings
    of_transcode = settings.subtitle_decision if settings is not None else None
    if stream is None and of_transcode is None:
        return None
    decision = (stream.decision if stream is not None else None) or of_transcode
    if (stream is not None and stream.is_burned) or _BURN in {decision, of_transcode}:
        decision = _BURN
    elif decision not in {_TRANSCODE, _COPY}:
        decision = _DIRECT if settings is None else _COPY
    return SubtitleConversion(
        decision=decision,
        codec=stream.codec if stream is not None else None,
        language=stream.language if stream is not None else None,
    )


def _reasons(
    session: Session,
    video: StreamConversion[VideoFormat] | None,
    audio: StreamConversion[AudioFormat] | None,
    subtitles: SubtitleConversion | None,
) -> Iterator[str]:
    """Yield why something is converted, the strongest reason first."""
    if session.transcode is None and session.method is PlayMethod.DIRECT_PLAY:
        return
    if session.is_live:
        yield "live"
    if video is not None and video.target is not None:
        if subtitles is not None and subtitles.decision == _BURN:
            yield "subtitles"
        yield from _video_reasons(session, video.source, video.target)
    elif audio is not None and audio.target is not None:
        yield from _audio_reasons(audio.source, audio.target)
    elif not session.is_live:
        if subtitles is not None and subtitles.decision == _TRANSCODE:
            yield "subtitles"
        yield "container"


def _video_reasons(session: Session, source: VideoFormat, target: VideoFormat) -> Iterator[str]:
    """Yield why video is transcoded."""
    if is_smaller(target, source):
        # Smaller is not enough for another codec or range to be a reason of its own.
        yield _limit_reason(session)
        return
    if source.is_interlaced and not target.is_interlaced:
        yield "interlaced"
    if source.codec and target.codec and source.codec != target.codec:
        yield "video_codec"
    if source.dynamic_range is not None and target.dynamic_range is None:
        yield "dynamic_range"
    elif source.is_deep_color and not target.is_deep_color and source.codec == target.codec:
        yield "bit_depth"


def _limit_reason(session: Session) -> str:
    """Return why a picture is smaller: the bitrate limit if there is one, else the location."""
    if session.media.format.bitrate is not None:
        return "bandwidth"
    is_remote = session.location not in {None, "lan"}
    return "remote_quality" if is_remote else "resolution"


def _audio_reasons(source: AudioFormat, target: AudioFormat) -> Iterator[str]:
    """Yield why audio is transcoded."""
    if source.codec and target.codec and source.codec != target.codec:
        yield "audio_codec"
    elif source.channels and target.channels and source.channels > target.channels:
        yield "audio_channels"


def _delivered_range(stream: MediaStream | None, codec: str | None) -> str | None:
    """Return the dynamic range of a transcoded video, None for SDR."""
    if stream is None or codec in _SDR_CODECS:
        return None
    return stream.transfer_range
