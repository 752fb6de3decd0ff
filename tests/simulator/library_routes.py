"""Library endpoints: sections, their items, recently added, single items."""

from collections.abc import Callable

from aiohttp import web

from .access import Access
from .activities import start_scan, stop_scan
from .details import list_tree, mixed_tree
from .encode import Tree
from .errors import html_error
from .fields import choices
from .filters import UnknownFieldError, ordered
from .library import DEFAULT_KIND, Item, Kind, Section
from .metadata import LIBRARY_IDENTIFIER
from .paging import answer_page
from .queries import section_items, wanted_kind
from .section_meta import meta_tree
from .section_routes import with_section
from .sections import section_art, section_thumb, section_tree
from .state import Call, Route

# OpenAPI documents POST; clients send GET.
_SCAN_METHODS = ("GET", "POST", "DELETE")
_TAG_TYPES = {1: "genre", 4: "director", 5: "writer", 6: "actor", 11: "label"}
_LEAF_KINDS = {
    "movie": Kind.MOVIE,
    "show": Kind.EPISODE,
    "artist": Kind.ALBUM,
    "photo": Kind.PHOTO_ALBUM,
}


def _library(call: Call) -> web.Response:
    directories: list[Tree] = [
        {"key": "sections", "title": "Library Sections"},
        {"key": "recentlyAdded", "title": "Recently Added Content"},
        {"key": "onDeck", "title": "On Deck Content"},
    ]
    return call.answer(
        {
            "size": len(directories),
            "allowSync": False,
            "art": "/:/resources/library-art.png",
            "content": "",
            "identifier": LIBRARY_IDENTIFIER,
            "mediaTagPrefix": "/system/bundle/media/flags/",
            "mediaTagVersion": 1_700_000_000,
            "title1": "Plex Library",
            "title2": "",
            "Directory": directories,
        }
    )


def _sections(call: Call) -> web.Response:
    seen = [
        section_tree(s) for s in call.state.library.sections.values() if call.viewer.sees(s.key)
    ]
    return call.answer(
        {"size": len(seen), "allowSync": False, "title1": "Plex Library", "Directory": seen}
    )


def _section(call: Call, section: Section) -> web.Response:
    directories: list[Tree] = [
        {"key": "all", "title": "All"},
        {"key": "recentlyAdded", "title": "Recently Added"},
        {"key": "collection", "secondary": True, "title": "By Collection"},
    ]
    return call.answer({"size": len(directories), **_about(section), "Directory": directories})


def _about(section: Section) -> Tree:
    return {
        "allowSync": True,
        "art": section_art(section),
        "identifier": LIBRARY_IDENTIFIER,
        "librarySectionID": section.key,
        "librarySectionTitle": section.title,
        "librarySectionUUID": section.uuid,
        "mediaTagPrefix": "/system/bundle/media/flags/",
        "mediaTagVersion": 1_700_000_000,
        "thumb": section_thumb(section),
        "title1": section.title,
        "viewMode": 65592,
    }


def _all(call: Call) -> web.Response:
    """Answer the items of all shared sections of a type, or of each section's own type."""
    query = call.request.query
    found: list[Item] = []
    try:
        for section in call.state.library.sections.values():
            if call.viewer.sees(section.key):
                found += section_items(call.state, section, query.items())
    except UnknownFieldError:
        return html_error(400)
    return answer_page(call, ordered(found, query.get("sort", "")), mixed_tree)


def _tags(call: Call) -> web.Response:
    """Answer all tags of a type, such as 1 for genres."""
    number = call.number("type") or 0
    if (name := _TAG_TYPES.get(number)) is None:
        return html_error(400)
    library = call.state.library
    found = {
        (choice.key, choice.title)
        for item in library.items.values()
        if call.viewer.sees(item.section.key) and item.kind in DEFAULT_KIND.values()
        for choice in choices(item, name, library)
    }
    rows: list[Tree] = [
        {
            "id": int(key) if key.isdecimal() else 0,
            "tag": title,
            "tagType": call.number("type") or 0,
        }
        for key, title in sorted(found, key=lambda row: row[1])
    ]
    return call.answer({"size": len(rows), "Directory": rows})


def _section_all(call: Call, section: Section) -> web.Response:
    query = call.request.query
    try:
        found = section_items(call.state, section, query.items())
    except UnknownFieldError:
        return html_error(400)
    kind = wanted_kind(section, query) or DEFAULT_KIND[section.type]
    about = _about(section) | {"title2": f"All {section.title}", "viewGroup": kind.type_name}
    if query.get("includeMeta") == "1":
        about["Meta"] = meta_tree(section)
    return answer_page(call, found, _row(call, section), about)


def _row(call: Call, section: Section) -> Callable[[Item], Tree]:
    has_guids = call.request.query.get("includeGuids") == "1"
    shelves: dict[Item, list[Tree]] = {}
    for shelf in call.state.library.of_kind(Kind.COLLECTION, section):
        for item in shelf.children:
            shelves.setdefault(item, []).append({"tag": shelf.title})

    def row(item: Item) -> Tree:
        tree = list_tree(item, has_guids=has_guids)
        return tree | {"Collection": shelves[item]} if item in shelves else tree

    return row


def _newest(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.added_at, reverse=True)


def _section_recently_added(call: Call, section: Section) -> web.Response:
    items = call.state.library.of_kind(_LEAF_KINDS[section.type], section)
    about = _about(section) | {"mixedParents": True}
    return answer_page(call, _newest(items)[:50], _row(call, section), about)


def _recently_added(call: Call) -> web.Response:
    """Answer the newest items of all shared sections; episodes are grouped by season."""
    library = call.state.library
    newest = _newest(
        [
            item
            for section in library.sections.values()
            if call.viewer.sees(section.key)
            for item in library.of_kind(_LEAF_KINDS[section.type], section)
        ]
    )
    shown: dict[Item, int] = {}
    for item in newest:
        row = item.parent if item.kind is Kind.EPISODE and item.parent else item
        shown.setdefault(
            row, item.added_at if call.state.dates_seasons_by_episode else row.added_at
        )
    rows = sorted(shown.items(), key=lambda row: row[1], reverse=True)
    return answer_page(
        call,
        rows[:100],
        lambda row: mixed_tree(row[0]) | {"addedAt": row[1]},
        {"mixedParents": True},
    )


def _collections(call: Call, section: Section) -> web.Response:
    about = _about(section)
    if call.request.query.get("includeMeta") == "1":
        about["Meta"] = meta_tree(section, only=Kind.COLLECTION)
    items = call.state.library.of_kind(Kind.COLLECTION, section)
    return answer_page(call, items, _row(call, section), about)


def _refresh(call: Call, section: Section) -> web.Response:
    if call.request.method == "DELETE":
        stop_scan(call.state, section)
    else:
        start_scan(call.state, section)
    return call.empty()


def _refresh_all(call: Call) -> web.Response:
    for section in call.state.library.sections.values():
        _refresh(call, section)
    return call.empty()


def _empty_trash(call: Call, section: Section) -> web.Response:
    call.state.library.empty_trash(section)
    return call.empty()


ROUTES = (
    Route(path="/library", handle=_library),
    Route(path="/library/all", handle=_all),
    Route(path="/library/tags", handle=_tags),
    Route(path="/library/sections", handle=_sections),
    Route(path="/library/sections/all", handle=_sections),
    Route(path=r"/library/sections/{section:\d+}", handle=with_section(_section)),
    Route(path=r"/library/sections/{section:\d+}/all", handle=with_section(_section_all)),
    Route(path=r"/library/sections/{section:\d+}/collections", handle=with_section(_collections)),
    Route(
        path=r"/library/sections/{section:\d+}/recentlyAdded",
        handle=with_section(_section_recently_added),
    ),
    Route(
        path=r"/library/sections/{section:\d+}/refresh",
        handle=with_section(_refresh),
        access=Access.ADMIN,
        methods=_SCAN_METHODS,
    ),
    Route(
        path="/library/sections/all/refresh",
        handle=_refresh_all,
        access=Access.ADMIN,
        methods=_SCAN_METHODS,
    ),
    Route(
        path=r"/library/sections/{section:\d+}/emptyTrash",
        handle=with_section(_empty_trash),
        access=Access.ADMIN,
        methods=("PUT",),
    ),
    Route(path="/library/recentlyAdded", handle=_recently_added),
)
