"""The fields by which library items are filtered and sorted, with their values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from .details import details_tree
from .encode import Scalar, Tree
from .library import Item, Kind, Library
from .metadata import item_guid

type FieldType = Literal["string", "integer", "date", "boolean", "tag"]
type Value = str | float | bool

FIELD_TYPES: dict[str, FieldType] = {
    **dict.fromkeys(
        ("title", "titleSort", "studio", "summary", "tagline", "originalTitle", "editionTitle"),
        "string",
    ),
    **dict.fromkeys(("guid",), "string"),
    **dict.fromkeys(
        ("year", "viewCount", "index", "duration", "rating", "audienceRating", "userRating"),
        "integer",
    ),
    **dict.fromkeys(
        ("id", "ratingKey", "viewOffset", "unviewedLeafCount", "ratingCount", "absoluteIndex"),
        "integer",
    ),
    **dict.fromkeys(
        ("addedAt", "updatedAt", "originallyAvailableAt", "lastViewedAt", "lastRatedAt"), "date"
    ),
    **dict.fromkeys(("viewUpdatedAt",), "date"),
    **dict.fromkeys(("unwatched", "inProgress", "unmatched", "duplicate", "hdr"), "boolean"),
    **dict.fromkeys(("trash", "unwatchedLeaves"), "boolean"),
    **dict.fromkeys(("contentRating", "resolution", "collection"), "tag"),
}
# Tags by the element that lists them.
TAG_ELEMENTS = {
    "genre": "Genre",
    "actor": "Role",
    "director": "Director",
    "writer": "Writer",
    "producer": "Producer",
    "country": "Country",
    "label": "Label",
    "mood": "Mood",
    "style": "Style",
    "similar": "Similar",
    "tag": "Tag",
    "format": "Format",
    "subformat": "Subformat",
}
FIELD_TYPES |= dict.fromkeys(TAG_ELEMENTS, "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a tag field; the key is what a filter sends."""

    key: str
    title: str


def related(item: Item, kind_name: str) -> list[Item] | None:
    """Return the item, its ancestor or its descendants of a kind; None for another family."""
    if kind_title(item.kind) == kind_name:
        return [item]
    ancestor = item.parent
    while ancestor is not None:
        if kind_title(ancestor.kind) == kind_name:
            return [ancestor]
        ancestor = ancestor.parent
    found = [it for it in _descendants(item) if kind_title(it.kind) == kind_name]
    return found or None


def kind_title(kind: Kind) -> str:
    """Return the name of a kind in filters, such as `photoalbum`."""
    return kind.name.replace("_", "").lower()


def _descendants(item: Item) -> Iterable[Item]:
    for child in item.children:
        yield child
        yield from _descendants(child)


def choices(item: Item, name: str, library: Library) -> list[Choice]:
    """Return an item's values of a tag field."""
    if name == "collection":
        return [
            Choice(key=str(shelf.rating_key), title=shelf.title)
            for shelf in library.of_kind(Kind.COLLECTION, item.section)
            if item in shelf.children
        ]
    if name == "resolution":
        value = item.media.resolution if item.media else ""
        return [Choice(key=value, title=value)] if value else []
    tree = details_tree(item)
    if name == "contentRating":
        rating = tree.get(name)
        return [] if rating is None else [Choice(key=str(rating), title=str(rating))]
    rows = tree.get(TAG_ELEMENTS[name], [])
    return [
        Choice(key=str(row.get("id", row["tag"])), title=str(row["tag"]))
        for row in (rows if isinstance(rows, list) else [])
    ]


def scalar(item: Item, name: str) -> Value | None:
    """Return an item's value of a field that is no tag; dates are Unix seconds."""
    if (getter := _GETTERS.get(name)) is not None:
        return getter(item)
    value = details_tree(item).get(name)
    if isinstance(value, dict | list):
        return None
    if FIELD_TYPES[name] == "date" and isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp()
    return value


def _title_sort(item: Item) -> str:
    value: Scalar | Tree | list[Tree] = item.attributes.get("titleSort", "")
    return str(value) or item.title.removeprefix("The ")


def _unwatched(item: Item) -> bool:
    return any(not leaf.view_count for leaf in item.leaves())


_GETTERS: dict[str, Callable[[Item], Value | None]] = {
    "title": lambda item: item.title,
    "titleSort": _title_sort,
    "guid": lambda item: str(item.attributes.get("guid", item_guid(item))),
    "id": lambda item: item.rating_key,
    "ratingKey": lambda item: item.rating_key,
    "index": lambda item: item.rating_key if item.kind is Kind.COLLECTION else item.index,
    "absoluteIndex": lambda item: item.rating_key,
    "year": lambda item: item.year,
    "duration": lambda item: item.duration,
    "addedAt": lambda item: item.added_at,
    "updatedAt": lambda item: item.added_at,
    "viewUpdatedAt": lambda item: item.last_viewed_at,
    "viewCount": lambda item: sum(leaf.view_count for leaf in item.leaves()),
    "viewOffset": lambda item: item.view_offset,
    "unviewedLeafCount": lambda item: sum(not leaf.view_count for leaf in item.leaves()),
    "unwatched": _unwatched,
    "unwatchedLeaves": _unwatched,
    "inProgress": lambda item: bool(item.view_offset),
    "unmatched": lambda _: False,
    "duplicate": lambda _: False,
    "trash": lambda item: item.is_lost,
    "hdr": lambda item: bool(item.media and item.media.hdr),
    "userRating": lambda item: item.user_rating,
    "lastRatedAt": lambda item: item.last_rated_at,
}
