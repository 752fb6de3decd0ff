"""Response data of actions; each key is always present, None if unknown."""

from datetime import datetime

from homeassistant.util.json import JsonObjectType

from ..api import HistoryEntry, MediaItem, Session
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import item_names, progress_percent, stream_attributes


def media_response(runtime: PlexPulseRuntime, item: MediaItem) -> JsonObjectType:
    """Return an item; duration in seconds, view count and last view of the token's user."""
    return {
        **_names(runtime, item),
        "year": item.year,
        "duration": round(item.duration / 1000) if item.duration is not None else None,
        "summary": item.summary,
        "added_at": _iso(item.added_at),
        "view_count": item.view_count,
        "last_viewed_at": _iso(item.last_viewed_at),
    }


def stream_response(runtime: PlexPulseRuntime, session: Session) -> JsonObjectType:
    """Return a stream: the attributes of the sensor, and the keys that other actions take.

    The progress is that of the moment of the call, in percent.
    """
    position = runtime.sessions.progress.position_of(session)
    return {
        **stream_attributes(session, runtime.sessions.player_salt, position),
        "progress": progress_percent(session, position),
        "library": _library(runtime, session.item),
        "rating_key": session.item.rating_key,
        "session_key": session.session_key,
    }


def history_response(
    runtime: PlexPulseRuntime, entry: HistoryEntry, user: str | None
) -> JsonObjectType:
    """Return an entry of the history; the rating key of a deleted item is None."""
    return {
        **_names(runtime, entry.item),
        "user": user,
        "viewed_at": _iso(entry.viewed_at),
    }


def _names(runtime: PlexPulseRuntime, item: MediaItem) -> JsonObjectType:
    """Return the names of an item with its type, library and rating key."""
    names = item_names(item)
    if item.item_type == "photo":
        names["album"] = item.parent_title
    return {
        **names,
        "type": item.item_type,
        "library": _library(runtime, item),
        "rating_key": item.rating_key,
    }


def _library(runtime: PlexPulseRuntime, item: MediaItem) -> str | None:
    """Return the current title of the library of an item."""
    return runtime.libraries.data.title_of(item.library_key, item.library_title)


def _iso(timestamp: datetime | None) -> str | None:
    """Return a timestamp in ISO 8601."""
    return timestamp.isoformat() if timestamp is not None else None
