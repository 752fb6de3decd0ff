"""Endpoints for watched state, position and rating, and the lists of what comes next."""

from collections.abc import Callable

from aiohttp import web

from .details import mixed_tree
from .errors import html_error
from .library import Item
from .metadata import LIBRARY_IDENTIFIER
from .paging import answer_page
from .state import Call, Route
from .watched import continue_watching, mark_unwatched, mark_watched, on_deck


def _on_deck(call: Call) -> web.Response:
    items = [item for item in on_deck(call.state.library) if call.viewer.sees(item.section.key)]
    return answer_page(call, items, mixed_tree, {"mixedParents": True})


def _continue_watching(call: Call) -> web.Response:
    found = continue_watching(call.state.library)
    items = [item for item in found if call.viewer.sees(item.section.key)]
    return answer_page(call, items, mixed_tree, {"mixedParents": True})


def _rate(item: Item, call: Call) -> bool:
    """Rate from 0 to 10; -1 removes the rating."""
    try:
        rating = float(call.request.query.get("rating", ""))
    except ValueError:
        return False
    item.user_rating = None if rating < 0 else rating
    item.last_rated_at = int(call.state.clock())
    return True


def _progress(item: Item, call: Call) -> bool:
    """Set the position in milliseconds, as a player does while it plays."""
    position = call.number("time")
    if position is None:
        return False
    item.view_offset = position
    item.last_viewed_at = int(call.state.clock())
    return True


def _changing(change: Callable[[Item, Call], bool]) -> Callable[[Call], web.Response]:
    """Look up the item and change it; False is a bad request."""

    def handle(call: Call) -> web.Response:
        key = call.number("key") or call.number("ratingKey")
        if key is None:
            return html_error(400)
        item = call.state.library.items.get(key)
        if item is None or not call.viewer.sees(item.section.key):
            return html_error(404)
        return call.empty() if change(item, call) else html_error(400)

    return handle


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
    Route(path="/hubs/continueWatching/items", handle=_continue_watching),
    Route(path="/:/rate", handle=_changing(_rate), methods=_METHODS),
    Route(path="/:/progress", handle=_changing(_progress), methods=_METHODS),
    Route(path="/:/timeline", handle=_changing(_progress), methods=("GET", "POST")),
    Route(path="/:/scrobble", handle=_marking(mark_watched), methods=_METHODS),
    Route(
        path="/:/unscrobble",
        handle=_marking(lambda item, _: mark_unwatched(item)),
        methods=_METHODS,
    ),
)
