"""An item of a shelf as the browser gets it: names, progress and facts."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..api import DetailedItem, MediaItem, is_misdated
from ..runtime_data import PlexPulseConfigEntry
from ..streams.attributes import truncate_state
from .image_ids import ImageIds
from .item_names import headline, image_shape

type Json = dict[str, object]

_NEW_FOR: Final = timedelta(days=7)
_MAX_SUMMARY_CHARACTERS: Final = 2_000
_TYPES: Final = {"photoalbum": "photo_album"}
_UNMARKABLE: Final = frozenset({"photo", "photo_album", "clip"})
_CONTAINERS: Final = frozenset({"show", "season", "artist", "album"})


def item_payload(
    detailed: DetailedItem,
    entry: PlexPulseConfigEntry,
    images: ImageIds,
    *,
    may_mark: bool,
    is_on_deck: bool,
) -> Json:
    """Return all fields of an item; times in Unix seconds, durations in seconds."""
    item = detailed.item
    item_type = _TYPES.get(item.item_type, item.item_type)
    unwatched = _unwatched(detailed)
    is_watched = item.view_count > 0 if unwatched is None else unwatched == 0
    is_begun = bool(detailed.view_offset and item.duration)
    mark = "allowed" if may_mark else "no_rights"
    return {
        "entry_id": entry.entry_id,
        "rating_key": item.rating_key,
        "type": item_type,
        **headline(item),
        "year": item.year,
        "image": images.id_of(item.poster),
        "image_shape": image_shape(item.item_type),
        "added_at": _seconds(item.added_at),
        "is_new": _is_new(item) and not is_watched,
        "watched": is_watched,
        "unwatched": unwatched,
        **_progress(detailed),
        "is_next": is_on_deck and not is_begun,
        "summary": item.summary[:_MAX_SUMMARY_CHARACTERS] if item.summary else None,
        "facts": _facts(detailed, entry),
        "mark": None if item_type in _UNMARKABLE or item.rating_key is None else mark,
    }


def _unwatched(detailed: DetailedItem) -> int | None:
    """Return the number of unwatched episodes or tracks, None for a single item."""
    if detailed.item.item_type not in _CONTAINERS or detailed.leaf_count is None:
        return None
    return max(0, detailed.leaf_count - (detailed.viewed_leaf_count or 0))


def _is_new(item: MediaItem) -> bool:
    """Return whether an item was added within the last days."""
    now = dt_util.utcnow()
    if item.added_at is None or is_misdated(item, now.timestamp()):
        return False
    return now - item.added_at < _NEW_FOR


def _progress(detailed: DetailedItem) -> Json:
    """Return the fraction that was played and the seconds left, None if not begun."""
    offset, duration = detailed.view_offset, detailed.item.duration
    if not offset or not duration:
        return {"progress": None, "remaining": None}
    return {
        "progress": round(min(1.0, offset / duration), 3),
        "remaining": max(0, round((duration - offset) / 1000)),
    }


def _facts(detailed: DetailedItem, entry: PlexPulseConfigEntry) -> Json:
    """Return the facts of an item, without those that are not known."""
    item, media = detailed.item, detailed.media
    facts: Json = {
        "duration": None if item.duration is None else round(item.duration / 1000),
        "genres": list(detailed.genres) or None,
        "rating": detailed.rating,
        "content_rating": truncate_state(detailed.content_rating),
        "resolution": media.format.resolution,
        "range": media.dynamic_range,
        "video_codec": media.format.video_codec,
        "audio_codec": media.audio_codec,
        "audio_channels": detailed.audio_channels,
        "bitrate": detailed.bitrate,
        "size": detailed.size,
        "library": entry.runtime_data.libraries.data.title_of(item.library_key, item.library_title),
        "server": entry.title,
        "studio": truncate_state(detailed.studio),
        "directors": list(detailed.directors) or None,
        "children": detailed.leaf_count,
        "last_viewed_at": _seconds(item.last_viewed_at),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _seconds(timestamp: datetime | None) -> int | None:
    """Return Unix seconds."""
    return None if timestamp is None else int(timestamp.timestamp())
