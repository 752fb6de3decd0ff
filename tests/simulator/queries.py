"""Items that a path or a URI selects, as library lists, collections, playlists and queues need."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from .access import Viewer
from .filters import UnknownFieldError, filtered, ordered
from .library import DEFAULT_KIND, Item, Kind, Section
from .state import ServerState

_KINDS_BY_ID = {kind.type_id: kind for kind in Kind}
_LEAF_KINDS = {
    "movie": Kind.MOVIE,
    "show": Kind.EPISODE,
    "artist": Kind.TRACK,
    "photo": Kind.PHOTO,
}


class UnknownUriError(ValueError):
    """A URI that selects nothing that exists."""


def wanted_kind(section: Section, query: Mapping[str, str]) -> Kind | None:
    """Return the kind of item that a query of a section lists; None for an unknown type."""
    if "type" in query:
        return _KINDS_BY_ID.get(int(query["type"])) if query["type"].isdecimal() else None
    # clusterZoomLevel requests the photos of a photo library instead of its albums.
    if section.type == "photo" and "clusterZoomLevel" in query:
        return Kind.PHOTO
    return DEFAULT_KIND[section.type]


def section_items(
    state: ServerState, section: Section, terms: Iterable[tuple[str, str]]
) -> list[Item]:
    """Return the items of a section that pass a query, sorted as it says.

    Raises:
        UnknownFieldError: A type, a filter or a sort is not known.

    """
    terms = list(terms)
    query = dict(terms)
    kind = wanted_kind(section, query)
    if kind is None:
        raise UnknownFieldError(query["type"])
    items = state.library.of_kind(kind, section)
    if query.get("includeCollections") == "1" and kind is DEFAULT_KIND[section.type]:
        items = items + state.library.of_kind(Kind.COLLECTION, section)
    passing = filtered(items, terms, state.library, state.clock())
    return ordered(passing, query.get("sort", ""))


def items_of_uri(state: ServerState, uri: str, viewer: Viewer) -> list[Item]:
    """Return the items of `server://...`, `library://...` or a path; containers stay whole.

    Raises:
        UnknownUriError: Nothing has this URI.

    """
    path, _, query = _path_of(uri).partition("?")
    parts = path.strip("/").split("/")
    match parts:
        case ["library", "metadata", keys, *_]:
            found = [state.library.items.get(int(k)) for k in keys.split(",") if k.isdecimal()]
            items = [item for item in found if item is not None]
        case ["library", "collections", key, *_] if key.isdecimal():
            collection = state.library.items.get(int(key))
            items = [] if collection is None else collection_items(state, collection, viewer)
        case ["library", "sections", key, "all"] if key.isdecimal():
            section = state.library.sections.get(int(key))
            if section is None:
                raise UnknownUriError(uri)
            terms = parse_qsl(query, keep_blank_values=True)
            limit = dict(terms).get("limit", "")
            found_items = section_items(state, section, terms)
            items = found_items[: int(limit)] if limit.isdecimal() else found_items
            return [item for item in items if viewer.sees(item.section.key)]
        case _:
            raise UnknownUriError(uri)
    items = [item for item in items if viewer.sees(item.section.key)]
    if not items:
        raise UnknownUriError(uri)
    return items


def collection_items(state: ServerState, collection: Item, viewer: Viewer) -> list[Item]:
    """Return the items of a collection; those of a smart one follow from its query."""
    content = collection.attributes.get("content")
    if isinstance(content, str):
        return items_of_uri(state, content, viewer)
    return list(collection.children)


def playable_items(state: ServerState, uri: str, viewer: Viewer) -> list[Item]:
    """Return the playable items of a URI; a section's query with another type lists its leaves.

    Raises:
        UnknownFieldError: A filter or a sort of the query is not known.
        UnknownUriError: Nothing has this URI.

    """
    path, mark, query = uri.partition("?")
    if "/library/sections/" in path and path.endswith("/all"):
        key = path.split("/")[-2]
        section = state.library.sections.get(int(key)) if key.isdecimal() else None
        if section is not None:
            leaf = _LEAF_KINDS[section.type].type_id
            terms = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != "type"]
            uri = f"{path}{mark}{urlencode([('type', leaf), *terms])}"
    return leaves_of(items_of_uri(state, uri, viewer))


def leaves_of(items: Iterable[Item]) -> list[Item]:
    """Return what can be played of these items."""
    return [leaf for item in items for leaf in item.leaves()]


def _path_of(uri: str) -> str:
    """Return path and query of the server that a URI names."""
    parts = urlsplit(uri)
    match parts.scheme:
        case "server":
            path = parts.path.removeprefix("/com.plexapp.plugins.library")
        case "library":
            # library:///directory/<quoted path> and library://<uuid>/item/<quoted path>
            quoted = parts.path.removeprefix("/directory/").removeprefix("/item/")
            path = unquote(quoted)
            path = path if path.startswith("/") else f"/{path}"
        case _:
            path = parts.path
    return f"{path}?{parts.query}" if parts.query else path
