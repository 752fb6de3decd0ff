"""Endpoints of collections: create, list, change, delete."""

from collections.abc import Callable

from aiohttp import web

from .access import Access
from .details import details_tree, list_tree
from .errors import html_error
from .filters import UnknownFieldError
from .item_preferences import preferences_tree
from .item_routes import section_place
from .library import Item, Kind
from .paging import answer_page
from .queries import UnknownUriError, collection_items, items_of_uri
from .state import Call, Route


def _create(call: Call) -> web.Response:
    query = call.request.query
    section = call.state.library.sections.get(call.number("sectionId") or 0)
    if section is None or "title" not in query:
        return html_error(400)
    is_smart = query.get("smart") == "1"
    try:
        items = items_of_uri(call.state, query["uri"], call.viewer) if query.get("uri") else []
    except UnknownFieldError, UnknownUriError:
        return html_error(400)
    collection = call.state.library.add_item(Kind.COLLECTION, query["title"], section)
    if is_smart:
        collection.attributes = {"smart": True, "content": query.get("uri", "")}
    else:
        collection.children.extend(items)
    return _answer(call, collection)


def _answer(call: Call, collection: Item) -> web.Response:
    rows = [details_tree(collection)]
    if call.request.query.get("includePreferences") == "1":
        rows = [row | preferences_tree(collection) for row in rows]
    return call.answer({"size": 1, **section_place(collection.section), "Metadata": rows})


def _with_collection(
    handle: Callable[[Call, Item], web.Response],
) -> Callable[[Call], web.Response]:
    def handle_collection(call: Call) -> web.Response:
        item = call.state.library.items.get(int(call.request.match_info["collection"]))
        if (
            item is None
            or item.kind is not Kind.COLLECTION
            or not call.viewer.sees(item.section.key)
        ):
            return html_error(404)
        return handle(call, item)

    return handle_collection


def _children(call: Call, collection: Item) -> web.Response:
    try:
        items = collection_items(call.state, collection, call.viewer)
    except UnknownUriError:
        items = []
    has_guids = call.request.query.get("includeGuids") == "1"
    return answer_page(
        call,
        items,
        lambda item: list_tree(item, has_guids=has_guids),
        section_place(collection.section),
    )


def _add(call: Call, collection: Item) -> web.Response:
    uri = call.request.query.get("uri", "")
    try:
        items = items_of_uri(call.state, uri, call.viewer)
    except UnknownFieldError, UnknownUriError:
        return html_error(400)
    if "content" in collection.attributes:
        collection.attributes["content"] = uri
    else:
        collection.children.extend(item for item in items if item not in collection.children)
    return _answer(call, collection)


def _child(call: Call, collection: Item, key: str) -> Item | None:
    item = call.state.library.items.get(int(key)) if key.isdecimal() else None
    return item if item in collection.children else None


def _remove(call: Call, collection: Item) -> web.Response:
    item = _child(call, collection, call.request.match_info["item"])
    if item is None:
        return html_error(404)
    collection.children.remove(item)
    return _answer(call, collection)


def _move(call: Call, collection: Item) -> web.Response:
    """Move an item behind another one, or to the beginning without `after`."""
    item = _child(call, collection, call.request.match_info["item"])
    if item is None:
        return html_error(404)
    after = _child(call, collection, call.request.query.get("after", ""))
    collection.children.remove(item)
    place = 0 if after is None else collection.children.index(after) + 1
    collection.children.insert(place, item)
    return _answer(call, collection)


def _delete(call: Call, collection: Item) -> web.Response:
    call.state.library.remove_item(collection)
    return call.empty()


def _route(
    path: str, handle: Callable[[Call, Item], web.Response], *methods: str, admin: bool = True
) -> Route:
    return Route(
        path=rf"/library/collections/{{collection:\d+}}{path}",
        handle=_with_collection(handle),
        access=Access.ADMIN if admin else Access.USER,
        methods=methods or ("GET",),
    )


ROUTES = (
    Route(path="/library/collections", handle=_create, access=Access.ADMIN, methods=("POST",)),
    _route("", _answer, admin=False),
    _route("", _delete, "DELETE"),
    _route("/children", _children, admin=False),
    _route("/items", _children, admin=False),
    _route("/items", _add, "PUT"),
    _route(r"/items/{item:\d+}", _remove, "DELETE", "PUT"),
    _route(r"/items/{item:\d+}/move", _move, "PUT"),
)
