"""Playback endpoints: sessions, their end, and the history."""

from aiohttp import web

from .access import Access
from .background_jobs import conversion_transcode
from .comparison import UnknownArgumentError, number_test
from .encode import Tree
from .errors import html_error
from .metadata import item_path, item_thumb
from .paging import answer_page
from .session import View
from .session_tree import session_tree
from .state import Call, Route
from .transcode_tree import transcode_key, transcode_tree

_HISTORY_FILTERS = frozenset(
    {"viewedAt", "librarySectionID", "accountID", "deviceID", "metadataItemID"}
)


def _sessions(call: Call) -> web.Response:
    now = call.state.clock()
    return call.answer_items([session_tree(s, now) for s in call.state.sessions.listed()])


def _transcode_sessions(call: Call) -> web.Response:
    now = call.state.clock()
    rows = [
        transcode_tree(session, now)
        for session in call.state.sessions.current()
        if session.has_transcoder
    ]
    rows += [conversion_transcode(job) for job in call.state.background_jobs]
    return call.answer({"size": len(rows), "TranscodeSession": rows})


def _stop_transcode(call: Call) -> web.Response:
    """Stop a transcoder; the server then ends its session."""
    key = call.request.match_info["key"]
    for session in call.state.sessions.current():
        if session.has_transcoder and transcode_key(session) == key:
            call.state.sessions.stop(session)
            return call.empty()
    return html_error(404)


def _history_row(call: Call) -> web.Response:
    number = int(call.request.match_info["number"])
    history = call.state.sessions.history
    if not 0 < number <= len(history):
        return html_error(404)
    view = history[number - 1]
    if call.request.method == "DELETE":
        history.remove(view)
        return call.empty()
    return call.answer({"size": 1, "Metadata": [_view_tree(call, number, view)]})


def _terminate(call: Call) -> web.Response:
    # Without Plex Pass the feature session_kick is missing, and the answer is 401.
    if not call.state.plex_pass:
        return html_error(401)
    session_id = call.request.query.get("sessionId", "")
    if not session_id:
        return html_error(403)
    session = call.state.sessions.by_id(session_id)
    if session is None:
        return html_error(404)
    call.state.sessions.stop(session)
    return call.empty()


def _history(call: Call) -> web.Response:
    query = call.request.query
    try:
        passes = number_test(query, _HISTORY_FILTERS, others=frozenset({"sort"}))
    except UnknownArgumentError:
        return html_error(400)
    views = [
        (number, view)
        for number, view in enumerate(call.state.sessions.history, start=1)
        if call.viewer.sees(view.section_key) and passes(_view_numbers(view))
    ]
    views.sort(key=lambda row: row[1].viewed_at, reverse=query.get("sort") == "viewedAt:desc")
    return answer_page(call, views, lambda row: _view_tree(call, *row))


def _view_numbers(view: View) -> dict[str, float | None]:
    return {
        "viewedAt": view.viewed_at,
        "librarySectionID": view.section_key,
        "accountID": view.account_id,
        "deviceID": 1,
        "metadataItemID": None if view.item is None else view.item.rating_key,
    }


def _view_tree(call: Call, number: int, view: View) -> Tree:
    """Return a history row; a deleted item has neither key nor thumb."""
    tree: Tree = {
        "historyKey": f"/status/sessions/history/{number}",
        "librarySectionID": str(view.section_key),
        "title": view.title,
        "type": "movie",
        "viewedAt": view.viewed_at,
        "accountID": view.account_id,
        "deviceID": 1,
    }
    item = view.item
    if item is None or item.rating_key not in call.state.library.items:
        return tree
    tree |= {
        "key": item_path(item),
        "ratingKey": str(item.rating_key),
        "type": item.kind.type_name,
        "thumb": item_thumb(item),
    }
    if item.year is not None:
        tree["originallyAvailableAt"] = f"{item.year}-05-17"
    if item.parent is not None and item.parent.parent is not None:
        tree |= {
            "parentTitle": item.parent.title,
            "parentIndex": item.parent.index,
            "index": item.index,
            "grandparentTitle": item.parent.parent.title,
            "grandparentThumb": item_thumb(item.parent.parent),
            "parentKey": item_path(item.parent),
            "grandparentKey": item_path(item.parent.parent),
        }
    return tree


ROUTES = (
    Route(path="/status/sessions", handle=_sessions, access=Access.ADMIN),
    Route(path="/transcode/sessions", handle=_transcode_sessions, access=Access.ADMIN),
    Route(
        path="/status/sessions/terminate",
        handle=_terminate,
        access=Access.ADMIN,
        methods=("GET", "POST"),
    ),
    Route(path="/status/sessions/history/all", handle=_history),
    Route(
        path=r"/status/sessions/history/{number:\d+}",
        handle=_history_row,
        access=Access.ADMIN,
        methods=("GET", "DELETE"),
    ),
    Route(
        path="/transcode/sessions/{key}",
        handle=_stop_transcode,
        access=Access.ADMIN,
        methods=("DELETE",),
    ),
)
