"""Endpoints of play queues: create, read, change."""

from collections.abc import Callable
import random

from aiohttp import web

from .errors import html_error
from .filters import UnknownFieldError
from .library import Item
from .playlist_routes import items_of
from .playlists import Entry, EntryList, PlayQueue
from .queries import UnknownUriError, playable_items
from .state import Call, Route


def _requested_items(call: Call) -> list[Item] | None:
    """Return the items of `playlistID` or of `uri`; None if there are none."""
    if (playlist_id := call.number("playlistID")) is not None:
        playlist = call.state.playlists.get(playlist_id)
        return None if playlist is None else items_of(call, playlist)
    try:
        uri = call.request.query.get("uri", "")
        return playable_items(call.state, uri, call.viewer)
    except UnknownFieldError, UnknownUriError:
        return None


def _create(call: Call) -> web.Response:
    query = call.request.query
    if (items := _requested_items(call)) is None:
        return html_error(400)
    is_shuffled = query.get("shuffle") == "1"
    start = query.get("key", "").rpartition("/")[2]
    if is_shuffled:
        random.Random(len(items)).shuffle(items)
    entries = EntryList(items)
    selected = next(
        (entry for entry in entries.entries if str(entry.item.rating_key) == start),
        next(iter(entries.entries), None),
    )
    queue = PlayQueue(
        id=len(call.state.play_queues) + 1,
        entry_list=entries,
        source_uri=query.get("uri", ""),
        is_shuffled=is_shuffled,
        selected=selected,
    )
    call.state.play_queues[queue.id] = queue
    return call.answer(queue.tree())


def _with_queue(
    handle: Callable[[Call, PlayQueue], web.Response],
) -> Callable[[Call], web.Response]:
    def handle_queue(call: Call) -> web.Response:
        queue = call.state.play_queues.get(int(call.request.match_info["queue"]))
        return html_error(404) if queue is None else handle(call, queue)

    return handle_queue


def _get(call: Call, queue: PlayQueue) -> web.Response:
    return call.answer(queue.tree())


def _add(call: Call, queue: PlayQueue) -> web.Response:
    if (items := _requested_items(call)) is None:
        return html_error(400)
    queue.add(items, plays_next=call.request.query.get("next") == "1")
    return call.answer(queue.tree())


def _clear(call: Call, queue: PlayQueue) -> web.Response:
    """Remove all entries but the selected one."""
    queue.entry_list.entries[:] = [it for it in queue.entry_list.entries if it is queue.selected]
    queue.last_added = None
    queue.version += 1
    return call.answer(queue.tree())


def _entry(call: Call, queue: PlayQueue) -> Entry | None:
    return queue.entry_list.find(int(call.request.match_info["entry"]))


def _remove(call: Call, queue: PlayQueue) -> web.Response:
    if (entry := _entry(call, queue)) is None:
        return html_error(404)
    place = queue.entry_list.entries.index(entry)
    queue.entry_list.entries.remove(entry)
    if queue.last_added is entry:
        queue.last_added = queue.entry_list.entries[place - 1] if place else None
    queue.version += 1
    return call.answer(queue.tree())


def _move(call: Call, queue: PlayQueue) -> web.Response:
    if (entry := _entry(call, queue)) is None:
        return html_error(404)
    after = queue.entry_list.find(call.number("after"))
    queue.entry_list.move(entry, after)
    if after is not None:
        queue.last_added = entry
    queue.version += 1
    return call.answer(queue.tree())


def _route(path: str, handle: Callable[[Call, PlayQueue], web.Response], method: str) -> Route:
    return Route(
        path=rf"/playQueues/{{queue:\d+}}{path}", handle=_with_queue(handle), methods=(method,)
    )


ROUTES = (
    Route(path="/playQueues", handle=_create, methods=("POST",)),
    _route("", _get, "GET"),
    _route("", _add, "PUT"),
    _route("/items", _clear, "DELETE"),
    _route(r"/items/{entry:\d+}", _remove, "DELETE"),
    _route(r"/items/{entry:\d+}/move", _move, "PUT"),
)
