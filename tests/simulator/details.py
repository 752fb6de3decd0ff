"""Items as lists contain them and as their own metadata has them."""

from .credits import list_credits, with_credits
from .encode import Tree
from .library import Item, Kind
from .metadata import item_thumb, item_tree
from .sections import section_path

_GUID_SOURCES = {
    Kind.MOVIE: ("imdb://tt{:07}", "tmdb://{}", "tvdb://{}"),
    Kind.SHOW: ("imdb://tt{:07}", "tmdb://{}", "tvdb://{}"),
    Kind.SEASON: ("tmdb://{}", "tvdb://{}"),
    Kind.EPISODE: ("imdb://tt{:07}", "tmdb://{}", "tvdb://{}"),
    Kind.ARTIST: ("mbid://{:032x}",),
    Kind.ALBUM: ("mbid://{:032x}",),
    Kind.TRACK: ("mbid://{:032x}",),
}
_WITH_IMAGES = frozenset(_GUID_SOURCES)


def list_tree(item: Item, *, has_guids: bool = False) -> Tree:
    """Return an item in the list of its own section, whose container names the section."""
    tree = item_tree(item)
    for key in ("librarySectionID", "librarySectionKey", "librarySectionTitle"):
        del tree[key]
    tree = tree | list_credits(item.kind, item.rating_key, item.genres) | item.attributes
    tree.pop("Guid", None)
    return tree | {"Guid": guid_trees(item)} if has_guids else tree


def mixed_tree(item: Item) -> Tree:
    """Return an item in a list of several sections, which names its own."""
    return list_tree(item) | library_tree(item)


def library_tree(item: Item) -> Tree:
    """Return what names an item's section."""
    return {
        "librarySectionID": item.section.key,
        "librarySectionKey": section_path(item.section),
        "librarySectionTitle": item.section.title,
    }


def details_tree(item: Item, *, checks_files: bool = False) -> Tree:
    """Return an item's own metadata: streams, credits, identifiers, images.

    checks_files adds whether each file exists, as `checkFiles=1` does.
    """
    tree = with_credits(item_tree(item, streams=True), item)
    if guids := guid_trees(item):
        tree["Guid"] = guids
    if item.kind in _WITH_IMAGES:
        tree["Image"] = [
            {"alt": item.title, "type": "coverPoster", "url": item_thumb(item)},
            {"alt": item.title, "type": "background", "url": str(tree["art"])},
        ]
    if checks_files:
        for part in _parts(tree):
            part |= {"accessible": not item.is_lost, "exists": not item.is_lost}
    return tree


def guid_trees(item: Item) -> list[Tree]:
    """Return an item's identifiers in other databases."""
    own = item.attributes.get("Guid")
    if isinstance(own, list):
        return own
    return [{"id": source.format(item.rating_key)} for source in _GUID_SOURCES.get(item.kind, ())]


def _parts(tree: Tree) -> list[Tree]:
    media = tree.get("Media")
    found: list[Tree] = []
    for row in media if isinstance(media, list) else []:
        parts = row["Part"]
        if isinstance(parts, list):
            found.extend(parts)
    return found
