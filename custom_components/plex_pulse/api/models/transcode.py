"""What a Media Server is_transcoding for a session."""

from dataclasses import dataclass
from typing import Self

from .coerce import JsonObject, boolean, last_part, non_negative_float, non_negative_int, text


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscodeSession:
    """The conversion behind a stream.

    video_decision, audio_decision: "copy" or "transcode", None where the item has no
    such stream. hardware_decoder, hardware_encoder: "vaapi", "nvenc" ..., None means
    software: `transcodeHwRequested` only says that hardware would have been allowed.
    speed: times real time, 0 while throttled. progress: percent buffered, None for live.
    """

    key: str | None
    video_decision: str | None
    audio_decision: str | None
    subtitle_decision: str | None
    video_codec: str | None
    source_video_codec: str | None
    hardware_decoder: str | None
    hardware_encoder: str | None
    is_throttled: bool
    speed: float | None
    progress: float | None
    remaining: int | None

    @property
    def short_key(self) -> str | None:
        """Return the key without the path that newer servers put before it."""
        return last_part(self.key)

    @property
    def is_transcoding(self) -> bool:
        """Return whether video or audio is transcoded, not merely repackaged."""
        return "transcode" in {self.video_decision, self.audio_decision}

    @property
    def uses_hardware(self) -> bool:
        """Return whether a hardware codec is really at work."""
        return self.hardware_decoder is not None or self.hardware_encoder is not None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the conversion, None where a session has no such element."""
        if not fields:
            return None
        return cls(
            key=text(fields, "key"),
            video_decision=text(fields, "videoDecision"),
            audio_decision=text(fields, "audioDecision"),
            subtitle_decision=text(fields, "subtitleDecision"),
            video_codec=text(fields, "videoCodec"),
            source_video_codec=text(fields, "sourceVideoCodec"),
            hardware_decoder=text(fields, "transcodeHwDecoding"),
            hardware_encoder=text(fields, "transcodeHwEncoding"),
            is_throttled=bool(boolean(fields, "throttled")),
            speed=non_negative_float(fields, "speed"),
            progress=non_negative_float(fields, "progress"),
            remaining=non_negative_int(fields, "remaining"),
        )
