"""Serialize sessions as /status/sessions lists them."""

from .credits import with_credits
from .delivery import delivered_media, video_decision
from .encode import Tree
from .media import aspect_ratio
from .metadata import item_tree
from .non_library_items import CHANNEL_NUMBER, CHANNEL_SIGN, CHANNEL_TITLE, PROGRAM_SECONDS
from .session import Session
from .session_streams import part_tree
from .transcode_tree import transcode_tree


def session_tree(session: Session, now: float) -> Tree:
    """Return an item of /status/sessions in current typing: ids quoted, numbers typed."""
    item = session.item
    tree = with_credits(item_tree(item), item, is_quoted=True)
    tree["sessionKey"] = session.session_key
    tree["allowSync"] = True
    tree["viewOffset"] = session.view_offset(now)
    tree["librarySectionID"] = str(item.section.key)
    if session.live:
        tree |= {
            "live": True,
            "key": f"/livetv/sessions/{_live_uuid(session)}",
            "grandparentTitle": item.title,
            "sourceTitle": CHANNEL_TITLE,
            "genuineMediaAnalysis": "1",
        }
    if item.section.key < 0:
        for key in ("librarySectionKey", "librarySectionTitle"):
            del tree[key]
    if item.media is not None:
        tree["Media"] = [_media(session)]
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


def _live_uuid(session: Session) -> str:
    return f"live-tv-{session.session_key}"


def _media(session: Session) -> Tree:
    item = session.item
    output = delivered_media(session)
    media: Tree = {"id": str(item.rating_key), "selected": True, "container": output.container}
    if item.duration is not None:
        media["duration"] = item.duration
    if output.bitrate:
        media["bitrate"] = output.bitrate
    if output.height:
        media |= {"width": output.width, "height": output.height}
        if video_decision(session) == "directplay":
            # A string in sessions, a number in the library (seen on 1.43.3).
            media["aspectRatio"] = str(aspect_ratio(output))
    if output.video_codec:
        media |= {
            "videoCodec": output.video_codec,
            "videoResolution": output.resolution,
            "videoFrameRate": output.frame_rate,
            "videoProfile": output.video_profile,
        }
    if output.audio_codec:
        media |= {"audioCodec": output.audio_codec, "audioChannels": output.audio_channels}
    if session.live:
        media |= {
            "origin": "livetv",
            "uuid": _live_uuid(session),
            "channelCallSign": CHANNEL_SIGN,
            "channelTitle": f"{CHANNEL_NUMBER} {CHANNEL_SIGN} ({CHANNEL_TITLE})",
            "channelVcn": CHANNEL_NUMBER,
            "beginsAt": item.added_at,
            "endsAt": item.added_at + PROGRAM_SECONDS,
        }
    elif session.method != "direct_play":
        media |= {"protocol": "dash", "optimizedForStreaming": True}
    if "remoteMedia" in item.attributes:
        media |= {"source": "provider://tv.plex.provider.music", "optimizedForStreaming": True}
    media["Part"] = [part_tree(session, output)]
    return media
