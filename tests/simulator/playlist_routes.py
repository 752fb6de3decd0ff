"""Endpoints of playlists: create, list, change, delete."""

from collections.abc import Callable
import re

from aiohttp import web

from .details import mixed_tree
from .edit_routes import lock_field
from .errors import html_error
from .filters import UnknownFieldError
from .library import Item
from .paging import answer_page
from .playlists import Entry, EntryList, Playlist, playlist_type
from .queries import UnknownUriError, playable_items
from .state import Call, Route

_SORTS = {
    "titleSort": lambda playlist: playlist.title,
    "title": lambda playlist: playlist.title,
    "addedAt": lambda playlist: playlist.added_at,
    "updatedAt": lambda playlist: playlist.added_at,
    "lastViewedAt": lambda playlist: playlist.added_at,
    "mediaCount": lambda playlist: len(playlist.entry_list.entries),
    "duration": lambda playlist: sum(it.item.duration or 0 for it in playlist.entry_list.entries),
}


_ARGUMENTS = {"playlistType", "smart", "title", "sectionID", "sort", "type", "limit"}
_IGNORED = re.compile(r"X-Plex-|include|exclude")


def items_of(call: Call, playlist: Playlist) -> list[Item]:
    """Return a playlist's items; those of a smart one follow from its query."""
    if playlist.content is None:
        return [entry.item for entry in playlist.entry_list.entries]
    try:
        return playable_items(call.state, playlist.content, call.viewer)
    except UnknownFieldError, UnknownUriError:
        return []


def _all(call: Call) -> web.Response:
    query = call.request.query
    if any(name not in _ARGUMENTS and not _IGNORED.match(name) for name in query):
        return html_error(400)
    found = [
        playlist
        for playlist in call.state.playlists.values()
        if query.get("playlistType", playlist.type) == playlist.type
        and query.get("smart", str(int(playlist.content is not None)))
        == str(int(playlist.content is not None))
        and query.get("title", "").casefold() in playlist.title.casefold()
        and _is_of_section(call, playlist)
    ]
    name, _, direction = query.get("sort", "").partition(":")
    if name:
        if name not in _SORTS:
            return html_error(400)
        found.sort(key=_SORTS[name], reverse=direction == "desc")
    return answer_page(call, found, lambda row: row.tree(items_of(call, row)))


def _is_of_section(call: Call, playlist: Playlist) -> bool:
    section = call.number("sectionID")
    return section is None or any(it.section.key == section for it in items_of(call, playlist))


def _create(call: Call) -> web.Response:
    query = call.request.query
    uri = query.get("uri", "")
    is_smart = query.get("smart") == "1"
    try:
        items = playable_items(call.state, uri, call.viewer)
    except UnknownFieldError, UnknownUriError:
        return html_error(400)
    playlist = Playlist(
        rating_key=call.state.library.take_key(),
        title=query.get("title", "Playlist"),
        type=query.get("type", playlist_type(items)),
        added_at=int(call.state.clock()),
        content=uri if is_smart else None,
        entry_list=EntryList(() if is_smart else items),
    )
    call.state.playlists[playlist.rating_key] = playlist
    return _answer(call, playlist)


def _answer(call: Call, playlist: Playlist) -> web.Response:
    return call.answer({"size": 1, "Metadata": [playlist.tree(items_of(call, playlist))]})


def _with_playlist(
    handle: Callable[[Call, Playlist], web.Response],
) -> Callable[[Call], web.Response]:
    def handle_playlist(call: Call) -> web.Response:
        playlist = call.state.playlists.get(int(call.request.match_info["playlist"]))
        return html_error(404) if playlist is None else handle(call, playlist)

    return handle_playlist


def _edit(call: Call, playlist: Playlist) -> web.Response:
    for argument, value in call.request.query.items():
        name = argument.removesuffix(".value")
        if name == "title":
            playlist.title = value
        elif name == "summary":
            playlist.summary = value
        elif name != argument:
            playlist.attributes[name] = value
        elif argument.endswith(".locked"):
            lock_field(playlist.attributes, argument.removesuffix(".locked"), value == "1")
    return call.empty()


def _delete(call: Call, playlist: Playlist) -> web.Response:
    del call.state.playlists[playlist.rating_key]
    return web.Response(status=204)


def _items(call: Call, playlist: Playlist) -> web.Response:
    about = playlist.tree([]) | {"title": playlist.title}
    if playlist.content is None:
        return answer_page(
            call,
            playlist.entry_list.entries,
            lambda entry: mixed_tree(entry.item) | {"playlistItemID": entry.id},
            {name: about[name] for name in ("ratingKey", "playlistType", "smart", "title")},
        )
    return answer_page(call, items_of(call, playlist), mixed_tree, {"smart": True})


def _add(call: Call, playlist: Playlist) -> web.Response:
    uri = call.request.query.get("uri", "")
    try:
        items = playable_items(call.state, uri, call.viewer)
    except UnknownFieldError, UnknownUriError:
        return html_error(400)
    if playlist.content is not None:
        playlist.content = uri
    else:
        playlist.entry_list.insert(len(playlist.entry_list.entries), items)
    return _answer(call, playlist)


def _entry(call: Call, playlist: Playlist) -> Entry | None:
    return playlist.entry_list.find(int(call.request.match_info["entry"]))


def _remove(call: Call, playlist: Playlist) -> web.Response:
    if (entry := _entry(call, playlist)) is None:
        return html_error(404)
    playlist.entry_list.entries.remove(entry)
    return _answer(call, playlist)


def _move(call: Call, playlist: Playlist) -> web.Response:
    if (entry := _entry(call, playlist)) is None:
        return html_error(404)
    playlist.entry_list.move(entry, playlist.entry_list.find(call.number("after")))
    return _answer(call, playlist)


def _route(path: str, handle: Callable[[Call, Playlist], web.Response], method: str) -> Route:
    return Route(
        path=rf"/playlists/{{playlist:\d+}}{path}",
        handle=_with_playlist(handle),
        methods=(method,),
    )


ROUTES = (
    Route(path="/playlists", handle=_all),
    Route(path="/playlists", handle=_create, methods=("POST",)),
    _route("", _answer, "GET"),
    _route("", _edit, "PUT"),
    _route("", _delete, "DELETE"),
    _route("/items", _items, "GET"),
    _route("/items", _add, "PUT"),
    _route(r"/items/{entry:\d+}", _remove, "DELETE"),
    _route(r"/items/{entry:\d+}/move", _move, "PUT"),
)
