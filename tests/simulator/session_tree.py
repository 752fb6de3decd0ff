"""Serialize sessions as /status/sessions lists them."""

from dataclasses import replace

from .credits import with_credits
from .encode import Tree
from .library import Kind
from .media import MediaInfo, audio_title, media_tree, video_title
from .metadata import item_tree
from .session import Session

# Plex's values for "unknown" and "unlimited".
_UNKNOWN_SIZE = -22
_UNLIMITED_BITRATE = 2_147_483_647
_LIVE_TV_DURATION = 7_200_000
# How far a transcoder is ahead of the position, in milliseconds.
_LEAD = 120_000


def session_tree(session: Session, now: float) -> Tree:
    """Return an item of /status/sessions in current typing: ids quoted, numbers typed."""
    item = session.item
    tree = with_credits(item_tree(item), item)
    tree["sessionKey"] = session.session_key
    tree["viewOffset"] = session.view_offset(now)
    tree["librarySectionID"] = str(item.section.key)
    if session.live:
        tree |= {
            "live": True,
            "key": f"/livetv/sessions/{_live_uuid(session)}",
            "grandparentTitle": "Channel 7",
        }
    if item.section.key < 0:
        for key in ("librarySectionKey", "librarySectionTitle"):
            del tree[key]
    if item.media is not None:
        tree["Media"] = [_media(session, item.media)]
    if session.user is not None:
        tree["User"] = {
            "id": str(session.user.id),
            "thumb": session.user.thumb,
            "title": session.user.name,
        }
    tree["Player"] = session.player.tree(session.state, session.user)
    if session.session_id is not None:
        tree["Session"] = {
            "id": session.session_id,
            "bandwidth": session.bandwidth,
            "location": session.location,
        }
    if session.has_transcoder:
        tree["TranscodeSession"] = transcode_tree(session, now)
    return tree


def transcode_tree(session: Session, now: float) -> Tree:
    """Return the TranscodeSession; keys that do not apply are absent."""
    source = session.item.media or MediaInfo(container="")
    output = _output(session, source)
    duration = _LIVE_TV_DURATION if session.live else session.item.duration or 0
    done = min(session.view_offset(now) + _LEAD, duration)
    tree: Tree = {
        "key": f"/transcode/sessions/{transcode_key(session)}",
        "throttled": session.throttled,
        "complete": not session.live and done >= duration,
        "progress": -1 if session.live else round(done / duration * 100, 1) if duration else 0,
        "size": _UNKNOWN_SIZE,
        "speed": 0 if session.throttled else 2.4000000953674316,
        "error": False,
        "duration": duration,
        "context": "streaming",
        "sourceAudioCodec": "ac3" if session.live else source.audio_codec,
        "audioDecision": _audio_decision(session),
        "protocol": "http" if session.live else "dash",
        "container": output.container,
        "audioCodec": output.audio_codec,
        "audioChannels": output.audio_channels,
        "transcodeHwRequested": True,
        "transcodeHwFullPipeline": session.hardware,
        "timeStamp": round(session.since, 3),
        "maxOffsetAvailable": round(done / 1000, 3),
        "minOffsetAvailable": 0,
    }
    if not session.live and not session.throttled:
        tree["remaining"] = (duration - done) // 2400
    if source.video_codec:
        tree |= {
            "sourceVideoCodec": "mpeg2video" if session.live else source.video_codec,
            "videoDecision": _video_decision(session),
            "videoCodec": output.video_codec,
            "width": output.width,
            "height": output.height,
        }
    if session.hardware:
        tree |= {
            "transcodeHwDecoding": "vaapi",
            "transcodeHwDecodingTitle": "Intel (VA API)",
            "transcodeHwEncoding": "vaapi",
            "transcodeHwEncodingTitle": "Intel (VA API)",
        }
    return tree


def transcode_key(session: Session) -> str:
    """Return the id of a session's transcoder."""
    return f"{session.player.machine_identifier[:16]}{session.session_key:0>8}"


def _live_uuid(session: Session) -> str:
    return f"live-tv-{session.session_key}"


def _video_decision(session: Session) -> str:
    return "transcode" if session.method == "transcode" and not session.copy_video else "copy"


def _audio_decision(session: Session) -> str:
    return "transcode" if session.method == "transcode" else "copy"


def _output(session: Session, source: MediaInfo) -> MediaInfo:
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
        output, video_codec="h264", width=1280, height=720, resolution="720p", bitrate=4000
    )


def _media(session: Session, source: MediaInfo) -> Tree:
    item = session.item
    output = _output(session, source)
    media = media_tree(
        item.rating_key,
        output,
        file=f"{item.title}.{source.container}",
        duration=item.duration,
        streams=True,
    )
    media |= {"id": str(item.rating_key), "selected": True}
    if session.live:
        media |= {"origin": "livetv", "uuid": _live_uuid(session)}
    if session.method != "direct_play" and not session.live:
        media["protocol"] = "dash"
    parts = media["Part"]
    if isinstance(parts, list):
        _decide_part(session, parts[0], source)
    return media


def _decide_part(session: Session, part: Tree, source: MediaInfo) -> None:
    direct = session.method == "direct_play"
    part |= {
        "id": str(part["id"]),
        "selected": True,
        "decision": "directplay" if direct else "transcode",
    }
    if not direct:
        for key in ("key", "file", "size"):
            del part[key]
    streams = part.get("Stream")
    if session.item.kind is Kind.PHOTO or not isinstance(streams, list):
        return
    for stream in streams:
        is_video = stream["streamType"] == 1
        stream["id"] = str(stream["id"])
        stream["location"] = (
            "direct" if direct or session.live else f"segments-{'video' if is_video else 'audio'}"
        )
        if not direct:
            stream["decision"] = _video_decision(session) if is_video else _audio_decision(session)
        if session.live:
            _describe_live_stream(stream, is_video=is_video)
            continue
        # A transcoded stream has the output's codec and the source's title.
        title = video_title(source) if is_video else audio_title(source)
        stream |= {"displayTitle": title, "extendedDisplayTitle": title}


def _describe_live_stream(stream: Tree, *, is_video: bool) -> None:
    stream["bitrate"] = _UNLIMITED_BITRATE if is_video else 384
    title = "1080i (MPEG2VIDEO)" if is_video else "Unknown (AC3 5.1)"
    stream["displayTitle"] = title
    stream["extendedDisplayTitle"] = title
