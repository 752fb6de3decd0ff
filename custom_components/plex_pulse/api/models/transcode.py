"""Model of a transcode session."""

from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, boolean, last_part, non_negative_float, non_negative_int, text
from .parse_cache import parse_cached

_CACHE_SIZE: Final = 512
_SETTINGS_KEYS: Final = (
    "videoDecision",
    "audioDecision",
    "subtitleDecision",
    "videoCodec",
    "sourceVideoCodec",
    "sourceAudioCodec",
    "transcodeHwDecoding",
    "transcodeHwEncoding",
)
"""All fields that `TranscodeSettings.parse` reads."""


class TranscodeSettings(Record):
    """What is converted and how; it rarely changes while a stream plays."""

    video_decision: str | None
    """copy or transcode; None without video."""
    audio_decision: str | None
    """copy or transcode; None without audio."""
    subtitle_decision: str | None
    """copy, transcode or burn; None without subtitles."""
    video_codec: str | None
    source_video_codec: str | None
    source_audio_codec: str | None
    hardware_decoder: str | None
    """vaapi, nvdec ...; None means software. `transcodeHwRequested` is only a permission."""
    hardware_encoder: str | None
    """vaapi, nvenc ...; None means software."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the settings; no field is required."""
        return cls(
            video_decision=text(fields, "videoDecision"),
            audio_decision=text(fields, "audioDecision"),
            subtitle_decision=text(fields, "subtitleDecision"),
            video_codec=text(fields, "videoCodec"),
            source_video_codec=text(fields, "sourceVideoCodec"),
            source_audio_codec=text(fields, "sourceAudioCodec"),
            hardware_decoder=text(fields, "transcodeHwDecoding"),
            hardware_encoder=text(fields, "transcodeHwEncoding"),
        )


_parse_settings = parse_cached(TranscodeSettings.parse, _SETTINGS_KEYS, _CACHE_SIZE)


class TranscodeSession(Record):
    """The conversion of a stream that is not played directly."""

    key: str | None
    """A path or its last part, depending on the version; compare `short_key`."""
    settings: TranscodeSettings
    is_throttled: bool
    speed: float | None
    """Multiple of real time; 0 while throttled."""
    progress: float | None
    """Percent converted; None for live TV."""
    remaining: int | None
    """Seconds until it is finished."""

    @property
    def short_key(self) -> str | None:
        """Return the last part of the key, without the path of newer servers."""
        return last_part(self.key)

    @property
    def uses_hardware(self) -> bool | None:
        """Return whether a hardware codec is in use, None until it is known.

        A server names the hardware only once its transcoder runs, a second or more after
        the start; until then speed and progress are 0.
        """
        settings = self.settings
        if settings.hardware_decoder is not None or settings.hardware_encoder is not None:
            return True
        if settings.video_decision != "transcode":
            return False
        is_running = self.is_throttled or bool(self.speed) or bool(self.progress)
        return False if is_running else None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the transcode session, None for an empty object."""
        if not fields:
            return None
        return cls(
            key=text(fields, "key"),
            settings=_parse_settings(fields),
            is_throttled=bool(boolean(fields, "throttled")),
            speed=non_negative_float(fields, "speed"),
            progress=non_negative_float(fields, "progress"),
            remaining=non_negative_int(fields, "remaining"),
        )
