"""Endpoints of the server's administration: butler, devices, agents, files, diagnostics."""

import base64
import io
import zipfile

from aiohttp import web

from .access import Access
from .encode import Tree
from .errors import PLEX_HEADERS, html_error
from .media import file_of
from .state import Call, Route
from .users_and_players import BEDROOM, BROWSER, HEADPHONES, HOLIDAY_TV, LIVING_ROOM, PHONE

_PLAYERS = (LIVING_ROOM, BEDROOM, PHONE, BROWSER, HEADPHONES, HOLIDAY_TV)
_TASKS = (
    ("BackupDatabase", 3, "Backup Database"),
    ("CleanOldBundles", 7, "Clean Old Bundles"),
    ("DeepMediaAnalysis", 1, "Deep Media Analysis"),
    ("OptimizeDatabase", 7, "Optimize Database"),
    ("RefreshLibraries", 1, "Refresh Libraries"),
)
_AGENTS = (
    ("com.plexapp.agents.imdb", "Plex Movie (Legacy)"),
    ("com.plexapp.agents.none", "Personal Media"),
    ("tv.plex.agents.movie", "Plex Movie"),
    ("tv.plex.agents.series", "Plex TV Series"),
    ("tv.plex.agents.music", "Plex Music"),
)


def _tasks(call: Call) -> web.Response:
    tasks: list[Tree] = [
        {
            "name": name,
            "interval": interval,
            "scheduleRandomized": False,
            "enabled": True,
            "title": title,
            "description": f"{title} as scheduled",
        }
        for name, interval, title in _TASKS
    ]
    return call.answer({"ButlerTask": tasks}, root="ButlerTasks")


def _accepted(call: Call) -> web.Response:
    return call.empty()


def _task(call: Call) -> web.Response:
    known = {name for name, *_ in _TASKS}
    return call.empty() if call.request.match_info["task"] in known else html_error(404)


def device_trees(created_at: int) -> list[Tree]:
    """Return the players that have used the server."""
    return [
        {
            "id": number,
            "key": f"/devices/{number}",
            "name": player.title,
            "platform": player.platform,
            "clientIdentifier": player.machine_identifier,
            "createdAt": created_at,
        }
        for number, player in enumerate(_PLAYERS, start=1)
    ]


def _devices(call: Call) -> web.Response:
    devices = device_trees(int(call.state.clock()) - 86_400)
    return call.answer(
        {"size": len(devices), "identifier": "com.plexapp.system.devices", "Device": devices}
    )


def _servers(call: Call) -> web.Response:
    state = call.state
    server: Tree = {
        "name": state.friendly_name,
        "host": "127.0.0.1",
        "address": "127.0.0.1",
        "port": 32400,
        "machineIdentifier": state.machine_identifier,
        "version": state.version,
    }
    return call.answer({"size": 1, "Server": [server]})


def _agents(call: Call) -> web.Response:
    agents: list[Tree] = [
        {"hasAttribution": False, "hasPrefs": True, "identifier": identifier, "name": name}
        for identifier, name in _AGENTS
    ]
    return call.answer({"size": len(agents), "Agent": agents})


def _agent_preferences(call: Call) -> web.Response:
    if call.request.match_info["agent"] not in {identifier for identifier, _ in _AGENTS}:
        return html_error(404)
    setting: Tree = {
        "id": "country",
        "label": "Country",
        "type": "enum",
        "default": "1",
        "value": "1",
        "enumValues": "1:Norway|2:Portugal",
        "hidden": False,
        "advanced": False,
        "group": "",
        "summary": "",
    }
    return call.answer({"size": 1, "Setting": [setting]})


def _browse(call: Call) -> web.Response:
    """List the folders of the sections, and the files in one of them."""
    encoded = call.request.match_info.get("path", "")
    try:
        path = base64.b64decode(encoded).decode() if encoded else ""
    except ValueError:
        return html_error(400)
    folders: set[str] = set()
    files: set[str] = set()
    for item in call.state.library.items.values():
        if item.media is not None:
            file = file_of(item.section.title, item.title, item.year, item.media)
            inner = file.removeprefix(f"{path.rstrip('/')}/")
            if inner != file or not path:
                head, _, rest = inner.lstrip("/").partition("/")
                (folders if rest else files).add(head)
    with_files = call.request.query.get("includeFiles") != "0"
    rows: list[Tree] = [_path_tree(f"{path.rstrip('/')}/{name}") for name in sorted(folders)]
    found: list[Tree] = [
        {"path": f"{path}/{name}", "title": name} for name in sorted(files if with_files else ())
    ]
    return call.answer({"size": len(rows) + len(found), "Path": rows, "File": found})


def _path_tree(path: str) -> Tree:
    encoded = base64.b64encode(path.encode()).decode()
    return {
        "key": f"/services/browse/{encoded}",
        "title": path.rpartition("/")[2],
        "path": path,
        "home": False,
        "network": False,
    }


def _archive(call: Call) -> web.Response:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("one", "two"):
            archive.writestr(f"{call.request.match_info['kind']}-{name}.txt", "simulated\n")
    headers = {
        **PLEX_HEADERS,
        "Content-Type": "application/zip",
        "Content-Disposition": 'attachment; filename="Plex.zip"',
    }
    return web.Response(body=buffer.getvalue(), headers=headers)


def _token(call: Call) -> web.Response:
    return call.answer({"size": 0, "token": "transient-simulated-token"})


def _background(call: Call) -> web.Response:
    jobs = call.state.background_jobs
    return call.answer({"size": len(jobs), "TranscodeJob": jobs})


_ADMIN = Access.ADMIN

ROUTES = (
    Route(path="/butler", handle=_tasks, access=_ADMIN),
    Route(path="/butler", handle=_accepted, access=_ADMIN, methods=("POST", "DELETE")),
    Route(path="/butler/{task}", handle=_task, access=_ADMIN, methods=("POST", "DELETE")),
    Route(path="/devices", handle=_devices, access=_ADMIN),
    Route(path="/servers", handle=_servers),
    Route(path="/system/agents", handle=_agents),
    Route(path="/:/plugins/{agent}/prefs", handle=_agent_preferences, access=_ADMIN),
    Route(path="/services/browse", handle=_browse, access=_ADMIN),
    Route(path="/services/browse/{path}", handle=_browse, access=_ADMIN),
    Route(path="/diagnostics/{kind:logs|databases}", handle=_archive, access=_ADMIN),
    Route(path="/security/token", handle=_token),
    Route(path="/status/sessions/background", handle=_background, access=_ADMIN),
    Route(path="/library/optimize", handle=_accepted, access=_ADMIN, methods=("PUT",)),
    Route(path="/library/clean/bundles", handle=_accepted, access=_ADMIN, methods=("PUT",)),
)
