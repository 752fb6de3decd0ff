"""What a session delivers: the decisions on its streams and the properties of the output."""

from dataclasses import replace

from .media import MediaInfo
from .session import Session


def source_media(session: Session) -> MediaInfo:
    """Return the properties of the file."""
    return session.item.media or MediaInfo(container="")


def video_decision(session: Session) -> str:
    """Return what happens to the video: directplay, copy or transcode."""
    if session.method == "direct_play":
        return "directplay"
    return "transcode" if session.method == "transcode" and not session.copy_video else "copy"


def audio_decision(session: Session) -> str:
    """Return what happens to the audio: directplay, copy or transcode."""
    if session.method == "direct_play":
        return "directplay"
    return "transcode" if session.method == "transcode" else "copy"


def delivered_media(session: Session) -> MediaInfo:
    """Return the properties of the output, which a transcode lists instead of the file's.

    A transcoded HDR video becomes SDR (bt709 with 8 bits; seen on 1.43.3, 2026).
    """
    source = source_media(session)
    if session.live or session.method == "direct_play":
        return source
    output = replace(source, container="mp4")
    if session.method == "direct_stream":
        return output
    output = replace(
        output,
        audio_codec="aac" if source.video_codec else "opus",
        audio_channels=min(source.audio_channels, 2),
    )
    if session.copy_video or not source.video_codec:
        return output
    return replace(
        output,
        video_codec="h264",
        video_profile="high",
        width=1280,
        height=720,
        resolution="720p",
        bitrate=4000,
        hdr=False,
        dolby_vision=False,
    )
