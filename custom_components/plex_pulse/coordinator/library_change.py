"""Changes of the libraries: single items, summaries, new libraries."""

from enum import StrEnum

from ..api import LibraryKind, MediaItem, Record


class LibraryChangeKind(StrEnum):
    """Types of changes of a library."""

    ADDED = "added"
    DELETED = "deleted"
    ITEMS_ADDED = "items_added"
    """The rest of the items that were added after 20 in a minute."""
    ITEMS_DELETED = "items_deleted"
    """The rest of the items that were deleted after 20 in a minute."""
    LIBRARY_ADDED = "library_added"
    """A library that appeared, with the items it begins with."""


class LibraryChange(Record):
    """An item, or the number of items of a summary.

    `item` is None in summaries; of an item that cannot be read only title and type are known.
    """

    kind: LibraryChangeKind
    library_key: str
    library_title: str | None = None
    """The last known title, for a library that has been deleted."""
    library_kind: LibraryKind | None = None
    item: MediaItem | None = None
    count: int | None = None
    """Items in a summary; None if they could not be counted."""
    titles: tuple[str, ...] = ()
    """The first ten items of a summary."""
