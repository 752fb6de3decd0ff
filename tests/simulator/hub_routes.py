"""Endpoints of hubs: the home screen's rows, per section, recently added, continue watching."""

from aiohttp import web

from .details import mixed_tree
from .encode import Tree
from .errors import html_error
from .library import DEFAULT_KIND, Item, Kind, Section
from .metadata import LIBRARY_IDENTIFIER
from .paging import answer_page
from .section_routes import with_section
from .state import Call, Route
from .watched import continue_watching

_KINDS_BY_ID = {kind.type_id: kind for kind in Kind}
_ROWS = 12


def _newest(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.added_at, reverse=True)


def _hub(identifier: str, title: str, key: str, kind: str, items: list[Item]) -> Tree:
    shown = items[:_ROWS]
    return {
        "hubKey": key,
        "key": key,
        "title": title,
        "type": kind,
        "hubIdentifier": identifier,
        "context": f"hub.{identifier}",
        "size": len(shown),
        "more": len(items) > len(shown),
        "style": "shelf",
        "promoted": True,
        "Metadata": [mixed_tree(item) for item in shown],
    }


def _section_hubs(call: Call, section: Section) -> list[Tree]:
    kind = DEFAULT_KIND[section.type]
    items = _newest(call.state.library.of_kind(kind, section))
    name = kind.type_name
    return [
        _hub(
            f"{name}.recentlyadded.{section.key}",
            f"Recently Added in {section.title}",
            f"/library/sections/{section.key}/all?sort=addedAt:desc",
            name,
            items,
        )
    ]


def _of_section(call: Call, section: Section) -> web.Response:
    hubs = _section_hubs(call, section)
    return call.answer({"size": len(hubs), "librarySectionID": section.key, "Hub": hubs})


def _continue_hub(call: Call) -> Tree:
    items = [it for it in continue_watching(call.state.library) if call.viewer.sees(it.section.key)]
    return _hub(
        "continueWatching", "Continue Watching", "/hubs/continueWatching/items", "mixed", items
    )


def _home(call: Call) -> web.Response:
    hubs = [_continue_hub(call)]
    for section in call.state.library.sections.values():
        if call.viewer.sees(section.key):
            hubs += _section_hubs(call, section)
    return call.answer({"size": len(hubs), "Hub": hubs})


def _continue_watching(call: Call) -> web.Response:
    about: Tree = {"size": 1, "allowSync": True, "identifier": LIBRARY_IDENTIFIER}
    return call.answer(about | {"Hub": [_continue_hub(call)]})


def _recently_added(call: Call) -> web.Response:
    """Answer the newest items of a type; Tautulli reads its list here."""
    kind = _KINDS_BY_ID.get(call.number("type") or 0)
    if kind is None:
        return html_error(400)
    section = call.number("sectionID")
    items = [
        item
        for item in call.state.library.of_kind(kind)
        if call.viewer.sees(item.section.key) and section in {None, item.section.key}
    ]
    return answer_page(call, _newest(items), mixed_tree, {"mixedParents": True})


ROUTES = (
    Route(path="/hubs", handle=_home),
    Route(path="/hubs/promoted", handle=_home),
    Route(path="/hubs/continueWatching", handle=_continue_watching),
    Route(path="/hubs/home/recentlyAdded", handle=_recently_added),
    Route(path=r"/hubs/sections/{section:\d+}", handle=with_section(_of_section)),
)
