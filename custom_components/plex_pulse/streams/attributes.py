"""A session as automations and dashboards read it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.util import dt as dt_util

from ..api import MediaItem, Session

type ItemNames = dict[str, str | int | None]
type Attributes = Mapping[str, str | int | float | bool | None]


def item_names(item: MediaItem) -> ItemNames:
    """Return the title of an item and the names of what contains it.

    The keys are `title`, `series`, `season` (number), `episode` (number), `artist` and
    `album`, in this order; None where the item has no such container.
    """
    series = season = episode = artist = album = None
    match item.item_type:
        case "episode":
            series, season, episode = item.grandparent_title, item.parent_index, item.index
        case "season":
            series, season = item.parent_title, item.index
        case "album":
            artist = item.parent_title
        case "track":
            artist, album = item.grandparent_title, item.parent_title
    return {
        "title": item.title,
        "series": series,
        "season": season,
        "episode": episode,
        "artist": artist,
        "album": album,
    }


def stream_attributes(session: Session) -> Attributes:
    """Return one stream; every key is always there, None where Plex says nothing."""
    item = session.item
    transcode = session.transcode
    return {
        **item_names(item),
        "type": "live" if session.is_live else item.item_type,
        "user": user_name(session),
        "player": session.player.title,
        "product": session.player.product,
        "state": session.player.state,
        "progress": _progress(session),
        "ends_at": _ends_at(session),
        "method": session.method,
        "video_decision": transcode.video_decision if transcode else None,
        "audio_decision": transcode.audio_decision if transcode else None,
        "resolution": session.media.resolution,
        "codec": session.media.video_codec or session.media.audio_codec,
        "audio_codec": session.media.audio_codec,
        "hdr": session.media.dynamic_range,
        "hardware": transcode.uses_hardware if transcode else False,
        "throttled": transcode.is_throttled if transcode else False,
        "speed": _speed(session),
        "bandwidth": session.bandwidth,
        "location": session.location,
    }


class StreamAttributesCache:
    """Streams as attributes, made of each when it was told of, and not again until it is.

    A server tells of one stream at a time. Reckoned anew with the others, the end of one
    that was told of seconds ago would move, and with it the minute that is entry.
    """

    def __init__(self) -> None:
        """Know no stream yet."""
        self._cache: dict[str, tuple[Session, Attributes]] = {}

    def get(self, sessions: Iterable[Session]) -> list[Attributes]:
        """Return the streams in their order."""
        cached, self._cache = self._cache, {}
        listed: list[Attributes] = []
        for session in sessions:
            entry = cached.get(session.session_key)
            if entry is None or entry[0] is not session:
                entry = (session, stream_attributes(session))
            self._cache[session.session_key] = entry
            listed.append(entry[1])
        return listed


def user_name(session: Session) -> str | None:
    """Return who plays."""
    return display_name(session.user.name) if session.user is not None else None


def display_name(name: str | None) -> str | None:
    """Return a name; of an e-mail address, which is a name to Plex, the first part."""
    return (name or "").partition("@")[0] or None


def total_bandwidth(sessions: Iterable[Session], *, is_lan: bool | None = None) -> int:
    """Return the kbit/s reserved by all streams, or by those inside or outside the LAN."""
    return sum(
        session.bandwidth or 0
        for session in sessions
        if is_lan is None
        or (session.location is not None and (session.location == "lan") is is_lan)
    )


def _progress(session: Session) -> int | None:
    """Return how many percent have been played."""
    if session.duration is None or session.view_offset is None:
        return None
    return min(100, round(100 * session.view_offset / session.duration))


def _speed(session: Session) -> float | None:
    """Return how fast it is converted, in times real time, as exactly as Plex measures."""
    if session.transcode is None or session.transcode.speed is None:
        return None
    return round(session.transcode.speed, 1)


def _ends_at(session: Session) -> str | None:
    """Return when a stream that runs will end, to the minute, in ISO 8601."""
    if session.player.state != "playing" or session.duration is None or session.view_offset is None:
        return None
    try:
        end = dt_util.now() + timedelta(milliseconds=max(0, session.duration - session.view_offset))
    except OverflowError:
        return None
    return end.replace(second=0, microsecond=0).isoformat()


def truncate_state(text: str | None) -> str | None:
    """Return at most 255 characters of a text, the limit of Home Assistant for a state."""
    return text[:MAX_LENGTH_STATE_STATE] if text is not None else None


def truncate_attributes(attributes: Attributes) -> Attributes:
    """Return attributes with each text cut to the length of a state.

    For attributes that are recorded: the recorder drops the attributes of a state that
    exceed 16 KiB, and logs a warning for each.
    """
    return {
        key: truncate_state(value) if isinstance(value, str) else value
        for key, value in attributes.items()
    }
