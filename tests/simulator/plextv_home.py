"""Endpoints of the simulated plex.tv beside the sign-in: friends, devices, options of an account.

Those of version 1 answer XML whatever the Accept header is.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from .encode import Tree, to_xml as to_media_container
from .plextv_accounts import PlexAccount
from .plextv_errors import answer, error
from .plextv_resources import resource_device_tree

if TYPE_CHECKING:
    from .plextv import PlexTvSimulator

type _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type _AccountHandler = Callable[
    [PlexTvSimulator, web.Request, PlexAccount], Awaitable[web.StreamResponse]
]

_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XML_HEADERS = {"Content-Type": "application/xml; charset=utf-8", "x-request-id": "1"}
_PRIVACY = ("optOutPlayback", "optOutLibraryStats")


def home_routes(plextv: PlexTvSimulator) -> list[web.RouteDef]:
    """Return the routes, which all need an account's token."""

    def guarded(handle: _AccountHandler) -> _Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token", "")
            if (account := plextv.account_of(token)) is None:
                return error(request, 401, 1001, "User could not be authenticated")
            return await handle(plextv, request, account)

        return handler

    return [
        web.get("/api/users", guarded(_users)),
        web.get("/api/users/", guarded(_users)),
        web.get("/users/account", guarded(_account)),
        web.get("/devices.xml", guarded(_devices)),
        web.get("/api/resources", guarded(_resources)),
        web.get("/api/servers/{machine}", guarded(_server)),
        web.get("/api/servers/{machine}/shared_servers", guarded(_shared_servers)),
        web.get("/api/servers/{machine}/shared_servers/{share}", guarded(_shared_servers)),
        web.get("/api/v2/ping", guarded(_ping)),
        web.get("/api/claim/token.json", guarded(_claim_token)),
        web.get("/api/v2/user/webhooks", guarded(_webhooks)),
        web.post("/api/v2/user/webhooks", guarded(_webhooks)),
        web.get("/api/v2/user/privacy", guarded(_privacy)),
        web.put("/api/v2/user/privacy", guarded(_privacy)),
        web.get("/api/v2/user/view_state_sync", guarded(_view_state_sync)),
        web.put("/api/v2/user/view_state_sync", guarded(_view_state_sync)),
    ]


def _xml(tree: Tree) -> web.Response:
    return web.Response(body=to_media_container("MediaContainer", tree), headers=_XML_HEADERS)


async def _users(_: PlexTvSimulator, __: web.Request, account: PlexAccount) -> web.StreamResponse:
    users = [friend.tree(account) for friend in account.friends]
    return _xml(
        {
            "friendlyName": "myPlex",
            "identifier": "com.plexapp.plugins.myplex",
            "totalSize": len(users),
            "size": len(users),
            "User": users,
        }
    )


async def _account(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    return answer(request, account.tree(), root="user")


async def _devices(
    plextv: PlexTvSimulator, _: web.Request, account: PlexAccount
) -> web.StreamResponse:
    return _xml({"publicAddress": "203.0.113.7", "Device": account.devices(plextv.clock())})


async def _resources(
    plextv: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    """Answer the resources of version 1, which Tautulli reads."""
    https = request.query.get("includeHttps") == "1"
    found = account.resources(plextv.clock(), https=https, relay=True, ipv6=True)
    devices = [resource_device_tree(resource) for resource in found]
    return _xml({"size": len(devices), "Device": devices})


async def _server(
    plextv: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    server = account.server(request.match_info["machine"])
    if server is None:
        return error(request, 404, 1002, "Not Found")
    return _xml({"Server": [server.summary()]})


async def _shared_servers(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    server = account.server(request.match_info["machine"])
    if server is None:
        return error(request, 404, 1002, "Not Found")
    share = request.match_info.get("share")
    rows = [
        friend.share_tree()
        for friend in account.friends
        if share is None or share == str(friend.share_id)
    ]
    return _xml({"size": len(rows), "SharedServer": rows})


async def _ping(_: PlexTvSimulator, __: web.Request, ___: PlexAccount) -> web.StreamResponse:
    return web.Response(body=f"{_XML_HEAD}<pong>1</pong>\n".encode(), headers=_XML_HEADERS)


async def _claim_token(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    return answer(request, {"token": f"claim-{account.id:x}"})


async def _webhooks(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    if request.method == "POST":
        form = await request.post()
        account.webhooks = [str(url) for url in form.getall("urls[]", []) if url]
    return answer(request, [{"url": url} for url in account.webhooks], root="webhooks")


async def _privacy(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    if request.method == "PUT":
        form = await request.post()
        account.privacy |= {name: str(form[name]) for name in _PRIVACY if name in form}
    return answer(
        request, {name: account.privacy.get(name, "0") for name in _PRIVACY}, root="privacy"
    )


async def _view_state_sync(
    _: PlexTvSimulator, request: web.Request, account: PlexAccount
) -> web.StreamResponse:
    if request.method == "PUT":
        account.syncs_view_state = request.query.get("consent") in {"1", "true", "True"}
    return answer(request, {"consent": account.syncs_view_state}, root="viewStateSync")
