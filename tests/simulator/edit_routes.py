"""Edits of items: fields, locks, tags, collections, preferences."""

from collections.abc import Callable, Iterable
import re
from urllib.parse import unquote
import zlib

from aiohttp import web

from .access import Access
from .encode import Tree
from .errors import html_error
from .fields import TAG_ELEMENTS
from .item_routes import found_items
from .library import DEFAULT_KIND, Item, Kind, Library, Section
from .section_routes import with_section
from .state import Call, Route

_TAG = re.compile(r"(\w+)\[\d*\]\.tag\.tag(-?)$")
_NUMBERS = {"year", "index", "parentIndex", "addedAt"}
_DECIMALS = {"rating", "audienceRating", "userRating"}
_KINDS_BY_ID = {kind.type_id: kind for kind in Kind}


def _edit(call: Call, section: Section) -> web.Response:
    """Change the items `id` of a section, or all of a type."""
    query = call.request.query
    library = call.state.library
    if "id" in query:
        found = [library.items.get(int(k)) for k in query["id"].split(",") if k.isdecimal()]
        items = [item for item in found if item is not None and item.section is section]
    else:
        kind = _KINDS_BY_ID.get(call.number("type") or DEFAULT_KIND[section.type].type_id)
        items = [] if kind is None else library.of_kind(kind, section)
    if not items:
        return html_error(404)
    if "editionTitle.value" in query and not (call.state.plex_pass and call.state.claimed):
        # Editions are a feature of Plex Pass.
        return html_error(400)
    for item in items:
        _apply(library, item, query.items())
    return call.empty()


def _apply(library: Library, item: Item, changes: Iterable[tuple[str, str]]) -> None:
    tags: dict[str, list[str]] = {}
    removed: dict[str, set[str]] = {}
    for name, value in changes:
        if (match := _TAG.match(name)) is not None:
            if match[2]:
                removed[match[1]] = {unquote(part).casefold() for part in value.split(",")}
            else:
                tags.setdefault(match[1], []).append(value)
        elif name.endswith(".locked"):
            lock_field(item.attributes, name.removesuffix(".locked"), value == "1")
        elif name.endswith(".value"):
            _set(item, name.removesuffix(".value"), value)
    for kind in tags.keys() | removed.keys():
        _tag(library, item, kind, tags.get(kind), removed.get(kind, set()))


def _set(item: Item, name: str, value: str) -> None:
    if name == "title":
        item.title = value
    elif name == "summary":
        item.summary = value
    elif value == "":
        item.attributes.pop(name, None)
    elif name in _NUMBERS:
        item.attributes[name] = int(value)
    elif name in _DECIMALS:
        item.attributes[name] = float(value)
    else:
        item.attributes[name] = value


def lock_field(attributes: Tree, name: str, is_locked: bool) -> None:
    """Lock a field against refreshes of the metadata, or unlock it."""
    known = attributes.get("Field")
    fields = [row for row in (known if isinstance(known, list) else []) if row["name"] != name]
    if is_locked:
        fields.append({"name": name, "locked": True})
    attributes["Field"] = fields


def _tag(
    library: Library, item: Item, kind: str, names: list[str] | None, removed: set[str]
) -> None:
    if kind == "collection":
        _collect(library, item, names or [], removed)
        return
    element = TAG_ELEMENTS.get(kind, kind.title())
    known = item.attributes.get(element)
    rows: list[Tree] = known if isinstance(known, list) else []
    if names is not None:
        rows = [_tag_tree(kind, name) for name in names]
    item.attributes[element] = [r for r in rows if str(r["tag"]).casefold() not in removed]


def _tag_tree(kind: str, name: str) -> Tree:
    number = zlib.crc32(f"{kind}:{name}".encode()) % 1_000_000
    return {"id": number, "filter": f"{kind}={number}", "tag": name}


def _collect(library: Library, item: Item, names: list[str], removed: set[str]) -> None:
    shelves = {
        shelf.title.casefold(): shelf for shelf in library.of_kind(Kind.COLLECTION, item.section)
    }
    for name in names:
        shelf = shelves.get(name.casefold())
        if shelf is None:
            shelf = library.add_item(Kind.COLLECTION, name, item.section)
        if item not in shelf.children:
            shelf.children.append(item)
    for name in removed & shelves.keys():
        shelf = shelves[name]
        if item in shelf.children:
            shelf.children.remove(item)
        if not shelf.children:
            library.remove_item(shelf)


def _preferences(call: Call) -> web.Response:
    """Set an item's own preferences, such as the sort of a collection."""
    items = found_items(call)
    if not items:
        return html_error(404)
    for name, value in call.request.query.items():
        if not name.startswith("X-Plex-"):
            items[0].attributes[name] = value
    return call.empty()


def _edit_section(call: Call, section: Section) -> web.Response:
    """Rename a section or set its preferences, `prefs[hidden]=2`."""
    for name, value in call.request.query.items():
        if name == "name":
            section.title = value
        elif name.startswith("prefs["):
            section.preferences[name.removeprefix("prefs[").removesuffix("]")] = value
    return call.empty()


def _accepted(call: Call) -> web.Response:
    return call.empty() if found_items(call) else html_error(404)


def _route(path: str, handle: Callable[[Call], web.Response]) -> Route:
    return Route(path=path, handle=handle, access=Access.ADMIN, methods=("PUT",))


ROUTES = (
    _route(r"/library/sections/{section:\d+}/all", with_section(_edit)),
    _route(r"/library/sections/{section:\d+}", with_section(_edit_section)),
    _route(r"/library/metadata/{items:[\d,]+}/prefs", _preferences),
    _route(r"/library/collections/{items:\d+}/prefs", _preferences),
    _route(r"/library/metadata/{items:[\d,]+}/refresh", _accepted),
    _route(r"/library/metadata/{items:[\d,]+}/analyze", _accepted),
)
