"""Endpoints of the server's own update: check, download, install."""

from aiohttp import web

from .access import Access
from .encode import Tree
from .errors import html_error
from .state import Call, Route

_HOUR = 3600
# Real servers include the owner's token in this URL.
_DOWNLOAD = "https://plex.tv/downloads/latest/5?X-Plex-Token=simulated-download-token"


def _status(call: Call) -> web.Response:
    state = call.state
    checked_at = state.clock() - _HOUR if state.checked_at is None else state.checked_at
    tree: Tree = {
        "size": 0,
        "autoUpdateVersion": 1,
        "canInstall": state.can_install,
        "checkedAt": int(checked_at),
        "downloadURL": _DOWNLOAD,
        "status": 0,
    }
    if state.new_version is not None:
        tree["size"] = 1
        tree["Release"] = [
            {
                "key": "https://plex.tv/updater/releases/1",
                "version": state.new_version,
                "added": "Quieter nights\nLonger evenings",
                "fixed": "(Scanner) Lost its way in fog",
                "downloadURL": _DOWNLOAD,
                "state": state.update_state,
            }
        ]
    return call.answer(tree)


def _check(call: Call) -> web.Response:
    state = call.state
    state.checked_at = state.clock()
    if call.number("download") and state.new_version is not None:
        # A real server answers before the download is complete.
        state.update_state = "downloaded"
    return call.empty()


def _apply(call: Call) -> web.Response:
    state = call.state
    if not state.can_install:
        return html_error(400)
    if state.new_version is None or state.update_state != "downloaded":
        return html_error(500)
    state.version, state.new_version, state.update_state = state.new_version, None, "available"
    return call.empty()


ROUTES = (
    Route(path="/updater/status", handle=_status, access=Access.ADMIN),
    Route(path="/updater/check", handle=_check, access=Access.ADMIN, methods=("PUT",)),
    Route(path="/updater/apply", handle=_apply, access=Access.ADMIN, methods=("PUT",)),
)
