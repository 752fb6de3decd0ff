"""Endpoints of single items: metadata, children, leaves, related items."""

from aiohttp import web

from .details import details_tree, guid_trees, library_tree, list_tree
from .encode import Tree
from .errors import html_error
from .fields import choices
from .item_preferences import preferences_tree
from .library import Item, Kind, Section
from .metadata import LIBRARY_IDENTIFIER, item_path
from .paging import answer_page
from .state import Call, Route

_SEASONS_OF = (Kind.SHOW, Kind.ARTIST)


def found_items(call: Call) -> list[Item]:
    """Return the items of a path such as /library/metadata/1,2 that the user may see."""
    keys = call.request.match_info["items"].split(",")
    found = (call.state.library.items.get(int(key)) for key in keys if key.isdecimal())
    return [item for item in found if item is not None and call.viewer.sees(item.section.key)]


def _metadata(call: Call) -> web.Response:
    items = found_items(call)
    if not items:
        return html_error(404)
    query = call.request.query
    left_out = {
        *query.get("excludeElements", "").split(","),
        *query.get("excludeFields", "").split(","),
    }
    rows = [
        {name: value for name, value in _full_tree(call, item).items() if name not in left_out}
        for item in items
    ]
    about: Tree = {"allowSync": True, "identifier": LIBRARY_IDENTIFIER}
    section = items[0].section
    return answer_page(call, rows, lambda row: row, about | section_place(section))


def _full_tree(call: Call, item: Item) -> Tree:
    query = call.request.query
    tree = details_tree(item, checks_files=query.get("checkFiles") == "1")
    shelves: list[Tree] = [
        {"id": int(choice.key), "filter": f"collection={choice.key}", "tag": choice.title}
        for choice in choices(item, "collection", call.state.library)
    ]
    if shelves:
        tree["Collection"] = shelves
    if query.get("includePreferences") == "1":
        tree |= preferences_tree(item)
    return tree


def _matches(call: Call) -> web.Response:
    """Answer what an agent proposes: items with the guid of `title`, such as imdb-tt0000001."""
    items = found_items(call)
    if not items:
        return html_error(404)
    source, _, key = call.request.query.get("title", "").partition("-")
    wanted = f"{source}://{key}"
    rows: list[Tree] = [
        {"guid": tree["guid"], "name": other.title, "score": 100, "year": str(other.year)}
        for other in call.state.library.of_kind(items[0].kind, items[0].section)
        for tree in [details_tree(other)]
        if wanted in {str(guid["id"]) for guid in guid_trees(other)}
    ]
    return call.answer({"size": len(rows), "SearchResult": rows})


def section_place(section: Section) -> Tree:
    """Return the attributes of a container whose items belong to one section."""
    return {
        "librarySectionID": section.key,
        "librarySectionTitle": section.title,
        "librarySectionUUID": section.uuid,
        "mediaTagPrefix": "/system/bundle/media/flags/",
        "mediaTagVersion": 1_700_000_000,
    }


def _children(call: Call) -> web.Response:
    items = found_items(call)
    if not items:
        return html_error(404)
    return _answer_children(call, items[0], items[0].children)


def _leaves(call: Call) -> web.Response:
    items = found_items(call)
    if not items or not items[0].kind.is_container:
        return html_error(404)
    return _answer_children(call, items[0], list(items[0].leaves()))


def _grandchildren(call: Call) -> web.Response:
    items = found_items(call)
    if not items or items[0].kind not in _SEASONS_OF:
        return html_error(404)
    found = [leaf for child in items[0].children for leaf in child.children]
    return _answer_children(call, items[0], found)


def _answer_children(call: Call, item: Item, children: list[Item]) -> web.Response:
    query = call.request.query
    about = section_place(item.section) | {"key": str(item.rating_key)}
    has_guids = query.get("includeGuids") == "1"
    return answer_page(call, children, lambda child: list_tree(child, has_guids=has_guids), about)


def _related(call: Call) -> web.Response:
    """Answer hubs of similar items: those that share a genre."""
    items = found_items(call)
    if not items:
        return html_error(404)
    item = items[0]
    similar = [
        other
        for other in call.state.library.of_kind(item.kind, item.section)
        if other is not item and set(other.genres) & set(item.genres)
    ][:1]
    identifier = f"{item.kind.type_name}.similar"
    hubs: list[Tree] = [
        {
            "hubKey": item_path(other),
            "key": f"{item_path(item)}/similar",
            "title": f"Related {item.kind.type_name.title()}s",
            "type": item.kind.type_name,
            "hubIdentifier": identifier,
            "context": f"hub.{identifier}",
            "size": len(similar),
            "more": False,
            "random": False,
            "style": "shelf",
            "Metadata": [list_tree(row) | library_tree(row) for row in similar],
        }
        for other in similar
    ]
    return call.answer({"size": len(hubs), **section_place(item.section), "Hub": hubs})


def _similar(call: Call) -> web.Response:
    items = found_items(call)
    return answer_page(call, [], list_tree) if items else html_error(404)


_ITEMS = r"/library/metadata/{items:[\d,]+}"

ROUTES = (
    Route(path=_ITEMS, handle=_metadata),
    Route(path=f"{_ITEMS}/children", handle=_children),
    Route(path=f"{_ITEMS}/allLeaves", handle=_leaves),
    Route(path=f"{_ITEMS}/grandchildren", handle=_grandchildren),
    Route(path=f"{_ITEMS}/related", handle=_related),
    Route(path=f"{_ITEMS}/similar", handle=_similar),
    Route(path=f"{_ITEMS}/matches", handle=_matches),
)
