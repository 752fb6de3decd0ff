"""Names and picture shape of an item, as the cards show them."""

from typing import Final

from ..api import MediaItem
from ..streams.attributes import truncate_state

type Names = dict[str, object]

_SHAPES: Final = {
    "album": "square",
    "artist": "square",
    "clip": "wide",
    "photo": "square",
    "photoalbum": "square",
    "track": "square",
}
_NAME_FIELDS: Final = ("title", "season", "episode", "episode_title", "artist", "album")


def headline(item: MediaItem, *, is_live: bool = False, channel: str | None = None) -> Names:
    """Return the headline of an item and the names beside it, None where there is none.

    The headline of an episode and of a season is the name of its series: that is what
    people recognize. That of live TV is the program, or the channel without one.
    """
    names: Names = dict.fromkeys(_NAME_FIELDS)
    names["title"] = item.title
    match item.item_type:
        case "episode":
            names["title"] = item.grandparent_title or item.title
            names["season"], names["episode"] = item.parent_index, item.index
            names["episode_title"] = item.title if item.title != names["title"] else None
        case "season":
            names["title"] = item.parent_title or item.title
            names["season"] = item.index
        case "album":
            names["artist"], names["album"] = item.parent_title, item.title
        case "track":
            names["artist"], names["album"] = item.grandparent_title, item.parent_title
        case "photo":
            names["album"] = item.parent_title
    if is_live:
        names["title"] = names["title"] or channel
    return {
        key: truncate_state(value) if isinstance(value, str) else value
        for key, value in names.items()
    } | {"title": truncate_state(str(names["title"] or "")) or "?"}


def image_shape(item_type: str) -> str:
    """Return the shape of an item's picture: poster (2:3), square or wide (16:9)."""
    return _SHAPES.get(item_type, "poster")
