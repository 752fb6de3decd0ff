"""The Part and the Streams of a session, with the decisions on them."""

from .delivery import audio_decision, source_media, video_decision
from .encode import Tree
from .library import Kind
from .media import MediaInfo, audio_title, subtitle_title, video_title
from .media_streams import stream_trees
from .session import Session

# Plex's value for "unlimited".
_UNLIMITED_BITRATE = 2_147_483_647
_SDR_COLORS: Tree = {
    "colorPrimaries": "bt709",
    "colorRange": "tv",
    "colorSpace": "bt709",
    "colorTrc": "bt709",
}
_LOCATIONS = {1: "segments-video", 2: "segments-audio", 3: "segments-subs"}


def part_tree(session: Session, output: MediaInfo) -> Tree:
    """Return the Part; that of a transcode has no file and describes the output."""
    item = session.item
    is_direct = session.method == "direct_play"
    part: Tree = {"id": str(item.rating_key), "container": output.container, "selected": True}
    if session.has_decisions:
        part["decision"] = "directplay" if is_direct else "transcode"
    if item.duration is not None:
        part["duration"] = item.duration
    if is_direct:
        part |= {
            "key": f"/library/parts/{item.rating_key}/1700000000/file.{output.container}",
            "file": f"{item.title}.{output.container}",
            "size": output.size,
        }
    else:
        if output.height:
            part |= {"width": output.width, "height": output.height}
        if not session.live:
            part |= {"protocol": "dash", "optimizedForStreaming": True}
            if output.bitrate:
                part["bitrate"] = output.bitrate
    if output.video_codec and output.video_profile:
        part["videoProfile"] = output.video_profile
    streams = stream_trees(item.rating_key, output, has_subtitle=session.subtitle is not None)
    for stream in streams:
        _describe(session, stream)
    if session.subtitle == "burn":
        # A burned subtitle is part of the video, and listed all the same.
        _mark_burned(streams)
    part["Stream"] = streams
    return part


def _describe(session: Session, stream: Tree) -> None:
    """Add decision, location and titles, which are those of the source.

    Types of streams: 1 video, 2 audio, 3 subtitles, 4 lyrics.
    """
    kind = stream["streamType"]
    stream["id"] = str(stream["id"])
    if session.item.kind is Kind.PHOTO:
        return
    is_direct = session.method == "direct_play"
    if kind == 3:
        _describe_subtitle(session, stream)
        return
    if kind == 4:
        return
    if "remoteMedia" in session.item.attributes:
        stream["duration"] = session.item.duration or 0
    stream["location"] = (
        "direct" if is_direct or session.live else _LOCATIONS[1 if kind == 1 else 2]
    )
    if not is_direct and session.has_decisions:
        stream["decision"] = video_decision(session) if kind == 1 else audio_decision(session)
    if session.live:
        _describe_live(stream, is_video=kind == 1)
        return
    source = source_media(session)
    title = video_title(source) if kind == 1 else audio_title(source)
    stream |= {"displayTitle": title, "extendedDisplayTitle": title}
    if kind == 1 and video_decision(session) == "transcode":
        stream |= _SDR_COLORS


def _describe_subtitle(session: Session, stream: Tree) -> None:
    title = subtitle_title(source_media(session))
    stream |= {"selected": True, "displayTitle": title, "extendedDisplayTitle": title}
    if session.subtitle == "sidecar":
        stream |= {"location": "sidecar-subs", "key": f"/library/streams/{stream['id']}"}
    elif session.method == "direct_play":
        stream["location"] = "direct"
    elif session.subtitle is not None:
        stream["location"] = _LOCATIONS[3]
    if session.method != "direct_play" and session.has_decisions and session.subtitle:
        stream["decision"] = "copy" if session.subtitle == "sidecar" else session.subtitle


def _mark_burned(streams: list[Tree]) -> None:
    for stream in streams:
        if stream["streamType"] == 3:
            stream["location"] = _LOCATIONS[1]
            stream["burn"] = "1"


def _describe_live(stream: Tree, *, is_video: bool) -> None:
    stream |= {"closedCaptions": True} if is_video else {"bitrateMode": "cbr"}
    stream["bitrate"] = _UNLIMITED_BITRATE if is_video else 384
    title = "1080i (MPEG2VIDEO)" if is_video else "Unknown (AC3 5.1)"
    stream["displayTitle"] = title
    stream["extendedDisplayTitle"] = title
