"""Serialize items as Plex does."""

from datetime import UTC, datetime
import uuid

from .encode import Tree
from .library import DEFAULT_KIND, Item, Kind
from .media import file_of
from .media_streams import media_tree
from .sections import section_path

LIBRARY_IDENTIFIER = "com.plexapp.plugins.library"
_MEDIA_FOLDER = "/media"


def item_path(item: Item) -> str:
    """Return the path of an item."""
    if item.kind is Kind.COLLECTION:
        return f"/library/collections/{item.rating_key}"
    return f"/library/metadata/{item.rating_key}"


def item_thumb(item: Item) -> str:
    """Return the path of an item's poster; tracks use their album's, as on a real server."""
    if item.kind is Kind.COLLECTION:
        return f"{item_path(item)}/composite/{item.added_at}?width=400&height=600"
    shown = item.parent if item.kind is Kind.TRACK and item.parent else item
    return f"{item_path(shown)}/thumb/{shown.added_at}"


def item_guid(item: Item) -> str:
    """Return a stable guid in Plex's format."""
    if item.kind is Kind.COLLECTION:
        return f"collection://{uuid.UUID(int=item.rating_key)}"
    return f"plex://{item.kind.type_name}/{item.rating_key:024x}"


def item_tree(item: Item, *, streams: bool = False) -> Tree:
    """Return an item as lists contain it, or with the streams of its file."""
    path = item_path(item)
    tree: Tree = {
        "ratingKey": str(item.rating_key),
        "key": f"{path}/children" if item.kind.is_container else path,
        "guid": item_guid(item),
        "type": item.kind.type_name,
        "title": item.title,
        **_sort_title(item),
        "summary": item.summary,
        "thumb": item_thumb(item),
        "art": f"{path}/art/{item.added_at}",
        "addedAt": item.added_at,
        "updatedAt": item.added_at,
        "librarySectionID": item.section.key,
        "librarySectionKey": section_path(item.section),
        "librarySectionTitle": item.section.title,
    }
    if item.parent is not None:
        tree["index"] = item.index
        tree |= _ancestor_tree("parent", item.parent)
        if item.parent.parent is not None:
            tree |= _ancestor_tree("grandparent", item.parent.parent)
    if item.kind.is_container:
        tree |= _counts(item)
    if item.section.is_personal and item.kind is Kind.MOVIE:
        # "Other videos" are movies with a subtype, and their dates come from the file.
        tree |= {"subtype": "clip", "createdAtAccuracy": "epoch,local", "createdAtTZOffset": "0"}
    if item.kind is Kind.COLLECTION:
        del tree["art"]
        tree |= _collection_tree(item)
    tree |= _dates(item)
    tree |= _views(item)
    if item.genres:
        tree["Genre"] = [{"tag": genre} for genre in item.genres]
    if item.media is not None:
        tree["Media"] = [
            media_tree(
                item.rating_key,
                item.media,
                file=file_of(item.section.title, item.title, item.year, item.media),
                duration=item.duration,
                streams=streams,
            )
        ]
    return tree | item.attributes


def _sort_title(item: Item) -> Tree:
    """Return the title without its article, if it has one."""
    short = item.title.removeprefix("The ")
    return {"titleSort": short} if short != item.title else {}


def _collection_tree(item: Item) -> Tree:
    years = [child.year for child in item.children if child.year is not None]
    kind = next((child.kind for child in item.children), DEFAULT_KIND[item.section.type])
    tree: Tree = {
        "index": item.rating_key,
        "subtype": kind.type_name,
        "ratingCount": len(item.children),
        "childCount": len(item.children),
        "smart": False,
    }
    if years:
        tree |= {"minYear": str(min(years)), "maxYear": str(max(years))}
    return tree


def _dates(item: Item) -> Tree:
    tree: Tree = {}
    if item.year is not None:
        tree |= {"year": item.year, "originallyAvailableAt": f"{item.year}-05-17"}
    if item.kind is Kind.PHOTO:
        taken = datetime.fromtimestamp(item.added_at, UTC)
        tree["originallyAvailableAt"] = taken.date().isoformat()
    if item.duration is not None:
        tree["duration"] = item.duration
    return tree


def _views(item: Item) -> Tree:
    """Return what users did with an item; counts derive from its leaves."""
    tree: Tree = {}
    if views := sum(leaf.view_count for leaf in item.leaves()):
        tree["viewCount"] = views
    if viewed_at := max((leaf.last_viewed_at or 0 for leaf in item.leaves()), default=0):
        tree["lastViewedAt"] = viewed_at
    if item.view_offset:
        tree["viewOffset"] = item.view_offset
    if item.user_rating is not None:
        tree["userRating"] = item.user_rating
    if item.last_rated_at is not None:
        tree["lastRatedAt"] = item.last_rated_at
    return tree


def _ancestor_tree(prefix: str, item: Item) -> Tree:
    tree: Tree = {
        f"{prefix}RatingKey": str(item.rating_key),
        f"{prefix}Key": item_path(item),
        f"{prefix}Guid": item_guid(item),
        f"{prefix}Title": item.title,
        f"{prefix}Thumb": item_thumb(item),
    }
    if prefix == "grandparent":
        tree["grandparentArt"] = f"{item_path(item)}/art/{item.added_at}"
    if item.kind is Kind.ALBUM and item.year is not None:
        tree |= {"parentYear": item.year, "parentStudio": "Harbour Records"}
    if prefix == "parent" and item.parent is not None:
        # A track's parentIndex is the disc, and all albums here have one disc.
        tree["parentIndex"] = 1 if item.kind is Kind.ALBUM else item.index
    return tree


def _counts(item: Item) -> Tree:
    leaves = list(item.leaves())
    tree: Tree = {
        "leafCount": len(leaves),
        "viewedLeafCount": sum(1 for leaf in leaves if leaf.view_count),
    }
    if item.kind in {Kind.SHOW, Kind.ARTIST, Kind.COLLECTION}:
        tree["childCount"] = len(item.children)
    return tree
