"""What a search finds."""

from typing import Final

from .coerce import JsonObject, children, number, text
from .media import MediaItem

_ITEM_TYPES: Final = frozenset(
    {"movie", "show", "season", "episode", "artist", "album", "track", "clip", "photo"}
)


def found_items(container: JsonObject) -> tuple[MediaItem, ...]:
    """Return the items in the hubs of a search, best match first.

    Server 1.43 has items under Metadata, people and collections under Directory; the
    example in OpenAPI 1.2.2 has shows there, too. `score` is a float written as a string.
    """
    rows = [
        row
        for hub in children(container, "Hub")
        for key in ("Metadata", "Directory")
        for row in children(hub, key)
        if text(row, "type") in _ITEM_TYPES and text(row, "ratingKey") is not None
    ]
    # Hubs are one for each type: cut as they come, the first would leave the others no room.
    rows.sort(key=lambda row: number(row, "score") or 0.0, reverse=True)
    return tuple(map(MediaItem.parse, rows))
