"""The TranscodeSession of a session, as sessions, /transcode/sessions and frames have it."""

import math

from .delivery import audio_decision, delivered_media, source_media, video_decision
from .encode import Tree
from .session import Session

# Plex's value for "unknown".
_UNKNOWN_SIZE = -22
_LIVE_TV_DURATION = 7_200_000
# How far a transcoder is ahead of the position, in milliseconds.
_LEAD = 120_000
_MEAN_SPEED = 2.4


def transcode_tree(session: Session, now: float) -> Tree:
    """Return the TranscodeSession; keys that do not apply are absent.

    In its first seconds the hardware is unknown: nothing requested, titles without a name,
    progress and speed 0.
    """
    source = source_media(session)
    output = delivered_media(session)
    runs = session.transcoder_runs(now)
    duration = _LIVE_TV_DURATION if session.live else session.item.duration or 0
    done = min(session.view_offset(now) + (_LEAD if runs else 0), duration)
    speed = _speed(session, now) if runs else 0
    tree: Tree = {
        "key": f"/transcode/sessions/{transcode_key(session)}",
        "throttled": session.throttled,
        "complete": not session.live and 0 < duration <= done,
        "progress": _progress(session, done, duration, runs=runs),
        "size": _UNKNOWN_SIZE,
        "speed": speed,
        "error": False,
        "duration": duration,
        "context": "streaming",
        "sourceAudioCodec": "ac3" if session.live else source.audio_codec,
        "audioDecision": audio_decision(session),
        "protocol": "http" if session.live else "dash",
        "container": output.container,
        "audioCodec": output.audio_codec,
        "audioChannels": output.audio_channels,
        "transcodeHwRequested": runs,
        "transcodeHwFullPipeline": runs and session.hardware,
        "timeStamp": round(session.transcoder_since, 3),
        "maxOffsetAvailable": round(done / 1000, 3),
        "minOffsetAvailable": 0.0,
    }
    if not session.live and speed:
        tree["remaining"] = int((duration - done) / 1000 / speed)
    if source.video_codec:
        tree |= {
            "sourceVideoCodec": "mpeg2video" if session.live else source.video_codec,
            "videoDecision": video_decision(session),
            "videoCodec": output.video_codec,
            "width": output.width,
            "height": output.height,
        }
    if session.subtitle is not None and session.subtitle != "sidecar":
        tree["subtitleDecision"] = session.subtitle
    if session.hardware:
        tree |= _hardware(runs=runs)
    return tree


def transcode_key(session: Session) -> str:
    """Return the id of a session's transcoder."""
    return f"{session.player.machine_identifier[:16]}{session.session_key:0>8}"


def _hardware(*, runs: bool) -> Tree:
    if not runs:
        return {
            "transcodeHwDecodingTitle": "Intel ()",
            "transcodeHwEncodingTitle": "Intel ()",
        }
    return {
        "transcodeHwDecoding": "vaapi",
        "transcodeHwDecodingTitle": "Intel (VA API)",
        "transcodeHwEncoding": "vaapi",
        "transcodeHwEncodingTitle": "Intel (VA API)",
    }


def _speed(session: Session, now: float) -> float:
    """Return a speed that varies from one report to the next; 0 while throttled."""
    if session.throttled:
        return 0
    return round(_MEAN_SPEED + math.sin(now - session.transcoder_since), 1)


def _progress(session: Session, done: int, duration: int, *, runs: bool) -> float:
    if session.live:
        return -1
    return round(done / duration * 100, 1) if duration and runs else 0.0
