"""The server's preferences: read and write."""

from aiohttp import web

from .access import Access
from .encode import Tree
from .errors import PLEX_HEADERS
from .state import Call, Route

type _Value = str | int | bool | float

# id, type, default, group, enumValues; a selection of the 155 recorded.
_PREFERENCES: tuple[tuple[str, str, _Value, str, str], ...] = (
    ("FriendlyName", "text", "", "general", ""),
    ("sendCrashReports", "bool", True, "general", ""),
    ("secureConnections", "int", 1, "network", "1:Preferred|0:Required"),
    ("allowedNetworks", "text", "", "network", ""),
    ("customConnections", "text", "", "network", ""),
    ("GdmEnabled", "bool", True, "network", ""),
    ("RelayEnabled", "bool", True, "network", ""),
    ("WebHooksEnabled", "bool", True, "network", ""),
    ("ButlerStartHour", "int", 2, "butler", ""),
    ("ButlerEndHour", "int", 5, "butler", ""),
    ("autoEmptyTrash", "bool", True, "library", ""),
    ("ScheduledLibraryUpdateInterval", "int", 3600, "library", "900:every 15 minutes|3600:hourly"),
    ("OnDeckWindow", "int", 16, "library", ""),
    ("allowMediaDeletion", "bool", True, "library", ""),
    ("TranscoderH264MinimumCRF", "double", 16.0, "transcoder", ""),
)


def preference(call: Call, name: str, default: _Value) -> _Value:
    """Return the value of a preference."""
    if name == "FriendlyName":
        return call.state.friendly_name
    return call.state.preferences.get(name, default)


def _read(call: Call) -> web.Response:
    settings = [_tree(call, *row) for row in _PREFERENCES]
    return call.answer({"size": len(settings), "Setting": settings})


def _read_one(call: Call) -> web.Response:
    wanted = call.request.query.get("id")
    settings = [_tree(call, *row) for row in _PREFERENCES if row[0] == wanted]
    if not settings:
        return _unknown(str(wanted))
    return call.answer({"size": 1, "Setting": settings})


def _tree(call: Call, name: str, kind: str, default: _Value, group: str, values: str) -> Tree:
    tree: Tree = {
        "id": name,
        "label": name,
        "summary": "",
        "type": kind,
        "default": default,
        "value": preference(call, name, default),
        "hidden": False,
        "advanced": False,
        "group": group,
    }
    return tree | {"enumValues": values} if values else tree


def _write(call: Call) -> web.Response:
    kinds = {name: kind for name, kind, *_ in _PREFERENCES}
    changes = {
        name: text for name, text in call.request.query.items() if not name.startswith("X-Plex-")
    }
    for name in changes:
        if name not in kinds:
            return _unknown(name)
    for name, text in changes.items():
        value: _Value = text
        match kinds[name]:
            case "bool":
                value = text in {"1", "true", "True"}
            case "int" if text.lstrip("-").isdecimal():
                value = int(text)
        call.state.preferences[name] = value
        if name == "FriendlyName":
            call.state.friendly_name = text
    return call.empty()


def _unknown(name: str) -> web.Response:
    return web.Response(
        status=400,
        text=f"cannot set preference value for unknown preference {name}",
        headers=PLEX_HEADERS,
    )


ROUTES = (
    Route(path="/:/prefs", handle=_read),
    Route(path="/:/prefs", handle=_write, access=Access.ADMIN, methods=("PUT",)),
    Route(path="/:/prefs/get", handle=_read_one),
)
