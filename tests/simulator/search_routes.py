"""The search endpoint: one hub for each type, empty ones included."""

from aiohttp import web

from .details import mixed_tree
from .encode import Tree
from .errors import html_error
from .library import Item, Kind
from .search_tags import tag_rows
from .sections import section_path
from .state import Call, Route

_ITEM_HUBS = (
    Kind.MOVIE,
    Kind.SHOW,
    Kind.EPISODE,
    Kind.ARTIST,
    Kind.ALBUM,
    Kind.TRACK,
    Kind.PHOTO,
)
_TAG_HUBS = ("actor", "director", "genre")
_ROWS = 3
"""Default number of items in a hub."""
_MIN_QUERY_LENGTH = 2


def _search(call: Call) -> web.Response:
    query = call.request.query.get("query", "").strip().casefold()
    limit = call.number("limit")
    if not query:
        return html_error(400)
    if limit == 0:
        # Seen on PMS 1.43.
        return html_error(500)
    rows = limit or _ROWS
    hubs = [
        _hub(kind.type_name, "Metadata", [_item_row(it, query) for it in found])
        for kind in _ITEM_HUBS
        for found in [_found(call, kind, query)[:rows]]
    ]
    hubs += [_hub(name, "Directory", tag_rows(call, name, query, rows)) for name in _TAG_HUBS]
    shelves = _found(call, Kind.COLLECTION, query)[:rows]
    if call.request.query.get("includeCollections") == "1":
        hubs.append(_hub("collection", "Metadata", [_item_row(it, query) for it in shelves]))
    else:
        hubs.append(_hub("collection", "Directory", [_tag_row(it) for it in shelves]))
    return call.answer({"size": len(hubs), "Hub": hubs})


def _found(call: Call, kind: Kind, query: str) -> list[Item]:
    if len(query) < _MIN_QUERY_LENGTH:
        return []
    found = [
        item
        for item in call.state.library.of_kind(kind)
        if query in item.title.casefold() and call.viewer.sees(item.section.key)
    ]
    return sorted(found, key=lambda item: _score(item, query), reverse=True)


def _score(item: Item, query: str) -> float:
    return len(query) / len(item.title)


def _hub(name: str, container: str, rows: list[Tree]) -> Tree:
    return {
        "title": name.title(),
        "type": name,
        "hubIdentifier": name,
        "context": f"hub.search.{name}",
        # The number of rows in this answer; `more` is always false.
        "size": len(rows),
        "more": False,
        "style": "shelf",
        container: rows,
    }


def _item_row(item: Item, query: str) -> Tree:
    return mixed_tree(item) | {"score": f"{_score(item, query):.5f}"}


def _tag_row(item: Item) -> Tree:
    """Return a collection: a tag, which has no ratingKey."""
    return {
        "key": f"{section_path(item.section)}/all?collection={item.rating_key}",
        "librarySectionID": item.section.key,
        "librarySectionTitle": item.section.title,
        "type": "tag",
        "id": item.rating_key,
        "tag": item.title,
        "count": len(item.children),
        "score": "1.00000",
    }


ROUTES = (Route(path="/hubs/search", handle=_search),)
