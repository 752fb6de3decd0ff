"""Parse the results of a search."""

from itertools import islice
from typing import Final

from .coerce import JsonObject, children, number, text
from .media import MediaItem

_ITEM_TYPES: Final = frozenset(
    {"movie", "show", "season", "episode", "artist", "album", "track", "clip", "photo"}
)
_MAX_ROWS: Final = 2_000
"""A server applies the limit of a search to each type of items."""


def found_items(container: JsonObject, *, size: int) -> tuple[MediaItem, ...]:
    """Return the first items in the hubs of a search, best match first.

    Server 1.43 lists items under Metadata, and people and collections under Directory, where
    the example in OpenAPI 1.2.2 has shows, too. `score` is a float in a string.
    """
    found = (
        row
        for hub in children(container, "Hub")
        for key in ("Metadata", "Directory")
        for row in children(hub, key)
        if text(row, "type") in _ITEM_TYPES and text(row, "ratingKey") is not None
    )
    rows = list(islice(found, _MAX_ROWS))
    # Each hub has one type. Unsorted, a limit would leave only items of the first type.
    rows.sort(key=lambda row: number(row, "score") or 0.0, reverse=True)
    return tuple(map(MediaItem.parse, rows[:size]))
