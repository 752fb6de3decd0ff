"""Endpoints of the simulated plex.tv and the commands of its approval page."""

from typing import TYPE_CHECKING

from aiohttp import web

from .control import from_loopback
from .plextv_accounts import PlexAccount
from .plextv_errors import Outage, answer, error
from .plextv_page import approval_page

if TYPE_CHECKING:
    from .plextv import PlexTvSimulator


def plextv_routes(plextv: PlexTvSimulator) -> list[web.RouteDef]:
    """Return the routes; those under /simulator need no token but a loopback client."""
    api, control = _Api(plextv), _Control(plextv)
    return [
        web.post("/api/v2/pins", api.create_pin),
        web.get("/api/v2/pins/{id}", api.pin),
        web.get("/api/v2/user", api.user),
        web.get("/api/v2/resources", api.resources),
        web.get("/auth", control.page),
        web.post("/simulator/approve", from_loopback(control.approve)),
        web.post("/simulator/deny", from_loopback(control.deny)),
        web.post("/simulator/outage", from_loopback(control.outage)),
        web.route("*", "/{path:.*}", api.missing),
    ]


class _Api:
    def __init__(self, plextv: PlexTvSimulator) -> None:
        self._plextv = plextv

    async def create_pin(self, request: web.Request) -> web.StreamResponse:
        client_identifier = request.headers.get("X-Plex-Client-Identifier")
        if not client_identifier:
            return _no_client_identifier()
        sign_in = self._plextv.sign_ins.create(
            client_identifier,
            request.headers.get("X-Plex-Product", ""),
            strong=_is_set(request, "strong"),
        )
        return answer(sign_in.tree(), 201)

    async def pin(self, request: web.Request) -> web.StreamResponse:
        client_identifier = request.headers.get("X-Plex-Client-Identifier")
        if not client_identifier:
            return _no_client_identifier()
        pin_id = request.match_info["id"]
        sign_in = (
            self._plextv.sign_ins.of_client(int(pin_id), client_identifier)
            if pin_id.isdecimal()
            else None
        )
        if sign_in is None:
            return error(404, 1020, "Code not found or expired")
        return answer(sign_in.tree())

    async def user(self, request: web.Request) -> web.StreamResponse:
        account = self._account(request)
        return _unauthorized() if account is None else answer(account.tree())

    async def resources(self, request: web.Request) -> web.StreamResponse:
        if (account := self._account(request)) is None:
            return _unauthorized()
        return answer(
            account.resources(
                self._plextv.clock(),
                https=_is_set(request, "includeHttps"),
                relay=_is_set(request, "includeRelay"),
                ipv6=_is_set(request, "includeIPv6"),
            )
        )

    async def missing(self, _: web.Request) -> web.StreamResponse:
        return error(404, 1002, "Not Found")

    def _account(self, request: web.Request) -> PlexAccount | None:
        token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token", "")
        return self._plextv.account_of(token)


class _Control:
    def __init__(self, plextv: PlexTvSimulator) -> None:
        self._plextv = plextv

    async def page(self, _: web.Request) -> web.StreamResponse:
        page = approval_page(list(self._plextv.accounts))
        return web.Response(text=page, content_type="text/html")

    async def approve(self, request: web.Request) -> web.StreamResponse:
        command = await request.json()
        try:
            self._plextv.approve(command["code"], command.get("account", "owner"))
        except KeyError as err:
            raise web.HTTPNotFound from err
        return web.json_response({})

    async def deny(self, request: web.Request) -> web.StreamResponse:
        try:
            self._plextv.deny((await request.json())["code"])
        except KeyError as err:
            raise web.HTTPNotFound from err
        return web.json_response({})

    async def outage(self, request: web.Request) -> web.StreamResponse:
        mode = (await request.json()).get("mode")
        self._plextv.end_outage()
        if mode is not None:
            try:
                self._plextv.begin_outage(Outage(mode))
            except ValueError as err:
                raise web.HTTPBadRequest(text=str(err)) from err
        return web.json_response({})


def _is_set(request: web.Request, name: str) -> bool:
    return request.query.get(name) in {"1", "true"}


def _unauthorized() -> web.Response:
    return error(401, 1001, "User could not be authenticated")


def _no_client_identifier() -> web.Response:
    return error(400, 1000, "X-Plex-Client-Identifier is missing")
