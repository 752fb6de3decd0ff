"""Endpoints of a section beside its items: filter choices, preferences, timeline, on deck."""

from collections.abc import Callable

from aiohttp import web

from .access import Access
from .details import list_tree
from .encode import Tree
from .errors import html_error
from .fields import FIELD_TYPES, choices
from .library import DEFAULT_KIND, Item, Kind, Section
from .metadata import LIBRARY_IDENTIFIER
from .paging import answer_page
from .state import Call, Route
from .watched import continue_watching, on_deck

_KINDS_BY_ID = {kind.type_id: kind for kind in Kind}
_PREFERENCES: tuple[tuple[str, str, int, str], ...] = (
    ("hidden", "Visibility", 0, "0:Include|1:Exclude from home screen|2:Exclude everywhere"),
    ("enableAutoPhotoTags", "Auto-tag photos", 0, ""),
    ("collectionMode", "Collections", 2, "0:Disabled|1:Hide items|2:Show items"),
)


def with_section(
    handle: Callable[[Call, Section], web.Response],
) -> Callable[[Call], web.Response]:
    """Look up the section; a missing and an unshared section are both 404."""

    def handle_section(call: Call) -> web.Response:
        section = call.state.library.sections.get(int(call.request.match_info["section"]))
        if section is None or not call.viewer.sees(section.key):
            return html_error(404)
        return handle(call, section)

    return handle_section


def _choices(call: Call, section: Section) -> web.Response:
    """Answer the values of a filter that the section's items have."""
    name = call.request.match_info["field"]
    kind = _KINDS_BY_ID.get(call.number("type") or DEFAULT_KIND[section.type].type_id)
    if name not in FIELD_TYPES or kind is None:
        return html_error(404)
    items = call.state.library.of_kind(kind, section)
    if FIELD_TYPES[name] == "tag":
        values = {
            (choice.key, choice.title)
            for item in items
            for choice in choices(item, name, call.state.library)
        }
    elif name == "year":
        values = {(str(item.year), str(item.year)) for item in items if item.year is not None}
    else:
        return html_error(400)
    path = f"/library/sections/{section.key}/all"
    rows: list[Tree] = [
        {"fastKey": f"{path}?type={kind.type_id}&{name}={key}", "key": key, "title": title}
        for key, title in sorted(values, key=lambda value: value[1])
    ]
    return call.answer({"size": len(rows), "content": "secondary", "Directory": rows})


def _preferences(call: Call, section: Section) -> web.Response:
    settings: list[Tree] = [
        {
            "id": name,
            "label": label,
            "summary": "",
            "type": "int",
            "default": str(default),
            "value": str(section.preferences.get(name, default)),
            "hidden": False,
            "advanced": False,
            "group": "",
            "enumValues": values,
        }
        for name, label, default, values in _PREFERENCES
    ]
    return call.answer({"size": len(settings), "Setting": settings})


def _timeline(call: Call, section: Section) -> web.Response:
    items = [it for it in call.state.library.items.values() if it.section is section]
    return call.answer(
        {
            "size": len(items),
            "allowSync": False,
            "art": "/:/resources/movie-fanart.jpg",
            "content": "secondary",
            "identifier": LIBRARY_IDENTIFIER,
            "latestEntryTime": int(call.state.clock()),
            "mediaTagPrefix": "/system/bundle/media/flags/",
            "mediaTagVersion": 1_700_000_000,
            "thumb": "/:/resources/movie.png",
            "title1": section.title,
            "updateQueueSize": 0,
            "viewGroup": "secondary",
            "viewMode": 65592,
        },
        root="LibraryTimeline",
    )


def _on_deck(call: Call, section: Section) -> web.Response:
    items = [it for it in on_deck(call.state.library) if it.section is section]
    return answer_page(call, items, list_tree, {"librarySectionID": section.key})


def _continue_watching(call: Call, section: Section) -> web.Response:
    items = [it for it in continue_watching(call.state.library) if it.section is section]
    return answer_page(call, items, list_tree, {"librarySectionID": section.key})


def _albums(call: Call, section: Section) -> web.Response:
    if section.type != "artist":
        return html_error(404)
    items: list[Item] = call.state.library.of_kind(Kind.ALBUM, section)
    return answer_page(call, items, list_tree, {"librarySectionID": section.key})


def _common(call: Call, section: Section) -> web.Response:
    """Answer what the items `id` have in common, for an edit of all of them."""
    keys = [int(key) for key in call.request.query.get("id", "").split(",") if key.isdecimal()]
    found = [call.state.library.items.get(key) for key in keys]
    items = [item for item in found if item is not None and item.section is section]
    if not items:
        return html_error(400)
    common: Tree = {
        "commonType": items[0].kind.type_name,
        "ratingKeys": ",".join(str(item.rating_key) for item in items),
        "mixedFields": "",
    }
    return call.answer({"size": 1, "Common": [common]})


def _accepted(call: Call, _: Section) -> web.Response:
    return call.empty()


_SECTION = r"/library/sections/{section:\d+}"

ROUTES = (
    Route(path=f"{_SECTION}/prefs", handle=with_section(_preferences), access=Access.ADMIN),
    Route(path=f"{_SECTION}/timeline", handle=with_section(_timeline)),
    Route(path=f"{_SECTION}/onDeck", handle=with_section(_on_deck)),
    Route(path=f"{_SECTION}/common", handle=with_section(_common), access=Access.ADMIN),
    Route(path=f"{_SECTION}/albums", handle=with_section(_albums)),
    Route(
        path=r"/hubs/sections/{section:\d+}/continueWatching/items",
        handle=with_section(_continue_watching),
    ),
    Route(
        path=f"{_SECTION}/analyze",
        handle=with_section(_accepted),
        access=Access.ADMIN,
        methods=("PUT",),
    ),
    Route(
        path=f"{_SECTION}/indexes",
        handle=with_section(_accepted),
        access=Access.ADMIN,
        methods=("DELETE",),
    ),
    Route(path=f"{_SECTION}/{{field:[a-zA-Z]+}}", handle=with_section(_choices)),
)
