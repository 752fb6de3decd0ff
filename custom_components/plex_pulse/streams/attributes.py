"""Attributes of items and sessions, for entities, events and action responses."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import re
from typing import Final

from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.util import dt as dt_util

from ..api import MediaItem, Session
from .player_id import player_id
from .position import StreamPosition
from .progress import SessionProgress

_EMAIL_ADDRESS: Final = re.compile(r"([^\s@<>()\"',;]+)@[^\s@<>()\"',;]+\.\w{2,}")
_PLAYED_TYPES: Final = frozenset({"movie", "episode", "track", "clip", "photo"})

type ItemNames = dict[str, str | int | None]
type Attributes = Mapping[str, str | int | float | bool | None]


def item_names(item: MediaItem) -> ItemNames:
    """Return the title of an item and the names of what contains it.

    The keys are `title`, `series`, `season` (number), `episode` (number), `aired` (date),
    `artist`, `album` and `edition`, in this order; None where the item has none of these.
    """
    series = season = episode = aired = album = None
    match item.item_type:
        case "episode":
            series, season, episode = item.grandparent_title, item.parent_index, item.index
            aired = item.aired
        case "season":
            series, season = item.parent_title, item.index
        case "track":
            album = item.parent_title
    return {
        "title": item.title,
        "series": series,
        "season": season,
        "episode": episode,
        "aired": aired,
        "artist": item.artist,
        "album": album,
        "edition": item.edition,
    }


def stream_attributes(
    session: Session, player_salt: str, position: StreamPosition | None
) -> Attributes:
    """Return the attributes of a session; each key is always present, None if unknown.

    position and duration in seconds, bandwidth in kbit/s, speed in multiples of real time,
    times in ISO 8601. While the stream plays, `position` is that at `position_updated_at`;
    both are constant until something happens. player_salt: see `player_id`.
    """
    item = session.item
    media = session.media
    transcode = session.transcode
    return {
        **item_names(item),
        "channel": media.channel if session.is_live else None,
        "type": media_type(session),
        "user": user_name(session),
        "player": session.player.name,
        "player_id": player_id(session, player_salt),
        "product": session.player.product,
        "state": session.player.state,
        **_position_attributes(session, position),
        "ends_at": _ends_at(session, position),
        "method": session.method,
        "video_decision": session.video_decision,
        "audio_decision": session.audio_decision,
        "subtitles": media.subtitles,
        "subtitle_decision": session.subtitle_decision,
        "resolution": media.format.resolution,
        "codec": media.format.video_codec or media.audio_codec,
        "audio_codec": media.audio_codec,
        "hdr": media.dynamic_range,
        "hardware": session.uses_hardware,
        "throttled": transcode.is_throttled if transcode else False,
        "speed": _speed(session),
        "bandwidth": session.bandwidth,
        "location": session.location,
    }


def media_type(session: Session) -> str | None:
    """Return "live" for live TV, else the type of the item, None for one that is not played."""
    if session.is_live:
        return "live"
    return session.item.item_type if session.item.item_type in _PLAYED_TYPES else None


class StreamAttributesCache:
    """Cache of stream attributes, rebuilt only for sessions that were replaced.

    Speed, throttling and buffer of a transcode change all the time; they reach the state
    only together with another change of their session.
    """

    def __init__(self, player_salt: str, progress: SessionProgress) -> None:
        """Initialize an empty cache for the sessions of one server."""
        self._player_salt = player_salt
        self._progress = progress
        self._cache: dict[str, tuple[Session, Attributes]] = {}

    def get(self, sessions: Iterable[Session]) -> list[Attributes]:
        """Return the attributes of each session, in order; drop those of other sessions."""
        cached, self._cache = self._cache, {}
        listed: list[Attributes] = []
        for session in sessions:
            entry = cached.get(session.stream_key)
            if entry is None or entry[0] is not session:
                entry = (
                    session,
                    stream_attributes(
                        self._progress.current(session),
                        self._player_salt,
                        self._progress.position_of(session),
                    ),
                )
            self._cache[session.stream_key] = entry
            listed.append(entry[1])
        return listed


def user_name(session: Session) -> str | None:
    """Return the display name of the user of a session."""
    return display_name(session.user.name) if session.user is not None else None


def display_name(name: str | None) -> str | None:
    """Return the name to show: as it is, but of an e-mail address only the first part."""
    return _EMAIL_ADDRESS.sub(r"\1", name or "") or None


def total_bandwidth(sessions: Iterable[Session], *, is_lan: bool | None = None) -> int:
    """Return the kbit/s of all sessions, or only of those in or outside the LAN.

    Paused sessions and extras count: the server reserves bandwidth for them as well.
    """
    return sum(
        session.bandwidth or 0
        for session in sessions
        if is_lan is None
        or (session.location is not None and (session.location == "lan") is is_lan)
    )


def progress_percent(session: Session, position: StreamPosition | None) -> int | None:
    """Return how much of the item has been played by now, in percent."""
    if session.duration is None or position is None:
        return None
    played = position.at(dt_util.utcnow().timestamp())
    return min(100, round(100_000 * played / session.duration))


def _position_attributes(session: Session, position: StreamPosition | None) -> Attributes:
    """Return the position, its time and the duration."""
    duration = session.duration
    return {
        "position": round(position.position) if position is not None else None,
        "position_updated_at": _utc_iso(position.updated_at) if position is not None else None,
        "duration": round(duration / 1000) if duration is not None else None,
    }


def _utc_iso(timestamp: float) -> str:
    """Return Unix seconds in ISO 8601."""
    return dt_util.utc_from_timestamp(timestamp).isoformat()


def _speed(session: Session) -> float | None:
    """Return the transcoding speed in multiples of real time, to one decimal as Plex shows it."""
    if session.transcode is None or session.transcode.speed is None:
        return None
    return round(session.transcode.speed, 1)


def _ends_at(session: Session, position: StreamPosition | None) -> str | None:
    """Return when a session will end, to the minute; of live TV, the end of the program.

    None if it does not play, as its end is then unknown.
    """
    if session.is_live:
        end = session.media.format.program_ends_at
        return _to_minute(end) if end is not None else None
    if position is None or not position.is_moving or session.duration is None:
        return None
    remaining = max(0.0, session.duration / 1000 - position.position)
    try:
        end = dt_util.utc_from_timestamp(position.updated_at) + timedelta(seconds=remaining)
    except OverflowError:
        return None
    return _to_minute(end)


def _to_minute(time: datetime) -> str | None:
    """Return a time in the time zone of Home Assistant; None in the last year of all."""
    try:
        return dt_util.as_local(time).replace(second=0, microsecond=0).isoformat()
    except OverflowError:
        return None


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
