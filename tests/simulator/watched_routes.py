"""Endpoints that mark items watched or unwatched, and the on-deck list."""

from collections.abc import Callable

from aiohttp import web

from .errors import html_error
from .library import Item
from .metadata import LIBRARY_IDENTIFIER, item_tree
from .paging import answer_page
from .state import Call, Route
from .watched import mark_unwatched, mark_watched, on_deck


def _on_deck(call: Call) -> web.Response:
    items = [item for item in on_deck(call.state.library) if call.viewer.sees(item.section.key)]
    return answer_page(call, items, item_tree, {"mixedParents": True})


def _marking(mark: Callable[[Item, float], None]) -> Callable[[Call], web.Response]:
    """Look up the item to mark."""

    def handle(call: Call) -> web.Response:
        query = call.request.query
        if not {"key", "identifier"} <= query.keys():
            return html_error(400)
        item = call.state.library.items.get(call.number("key") or 0)
        if (
            item is None
            or query["identifier"] != LIBRARY_IDENTIFIER
            or not call.viewer.sees(item.section.key)
        ):
            return html_error(404)
        mark(item, call.state.clock())
        return call.empty()

    return handle


# OpenAPI documents PUT and accepts GET, which python-plexapi sends.
_METHODS = ("GET", "PUT")

ROUTES = (
    Route(path="/library/onDeck", handle=_on_deck),
    Route(path="/:/scrobble", handle=_marking(mark_watched), methods=_METHODS),
    Route(
        path="/:/unscrobble",
        handle=_marking(lambda item, _: mark_unwatched(item)),
        methods=_METHODS,
    ),
)
