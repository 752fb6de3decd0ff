"""Endpoints of single items: metadata, children, leaves, related items."""

from aiohttp import web

from .details import details_tree, library_tree, list_tree
from .encode import Tree
from .errors import html_error
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
        {
            name: value
            for name, value in details_tree(
                item, checks_files=query.get("checkFiles") == "1"
            ).items()
            if name not in left_out
        }
        for item in items
    ]
    about: Tree = {"allowSync": True, "identifier": LIBRARY_IDENTIFIER}
    section = items[0].section
    return answer_page(call, rows, lambda row: row, about | section_place(section))


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
)
