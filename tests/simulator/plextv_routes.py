"""Endpoints of the simulated plex.tv for sign-in and account, and its approval page's commands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from .control import from_loopback
from .plextv_accounts import PlexAccount
from .plextv_errors import Outage, answer, error
from .plextv_home import home_routes
from .plextv_page import approval_page

if TYPE_CHECKING:
    from .plextv import PlexTvSimulator


def plextv_routes(plextv: PlexTvSimulator) -> list[web.RouteDef]:
    """Return the routes; those under /simulator need no token but a loopback client."""
    api, control = _Api(plextv), _Control(plextv)
    return [
        web.post("/api/v2/pins", api.create_pin),
        web.post("/api/v2/pins.json", api.create_pin),
        web.get("/api/v2/pins/{id}", api.pin),
        web.put("/api/v2/pins/link", api.link_pin),
        web.get("/api/v2/user", api.user),
        web.get("/api/v2/resources", api.resources),
        *home_routes(plextv),
        web.get("/auth", control.page),
        web.post("/simulator/approve", from_loopback(control.approve)),
        web.post("/simulator/deny", from_loopback(control.deny)),
        web.post("/simulator/outage", from_loopback(control.outage)),
        web.route("*", "/{path:.*}", api.missing),
    ]


def account_of(plextv: PlexTvSimulator, request: web.Request) -> PlexAccount | None:
    """Return the account of a request's token."""
    token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token", "")
    return plextv.account_of(token)


class _Api:
    def __init__(self, plextv: PlexTvSimulator) -> None:
        self._plextv = plextv

    async def create_pin(self, request: web.Request) -> web.StreamResponse:
        # plexauth sends what others have in headers as a form.
        form = await request.post()
        fields: Mapping[str, object] = {**form, **request.headers}
        client_identifier = fields.get("X-Plex-Client-Identifier")
        if not client_identifier:
            return _no_client_identifier(request)
        sign_in = self._plextv.sign_ins.create(
            str(client_identifier),
            str(fields.get("X-Plex-Product", "")),
            strong=_is_set(request.query, "strong") or _is_set(form, "strong"),
        )
        return answer(request, sign_in.tree(), 201, root="pin")

    async def pin(self, request: web.Request) -> web.StreamResponse:
        client_identifier = request.headers.get("X-Plex-Client-Identifier")
        if not client_identifier:
            return _no_client_identifier(request)
        pin_id = request.match_info["id"].removesuffix(".json")
        sign_in = (
            self._plextv.sign_ins.of_client(int(pin_id), client_identifier)
            if pin_id.isdecimal()
            else None
        )
        if sign_in is None:
            return error(request, 404, 1020, "Code not found or expired")
        return answer(request, sign_in.tree(), root="pin")

    async def link_pin(self, request: web.Request) -> web.StreamResponse:
        """Approve a code that a user typed at plex.tv/link."""
        if (account := account_of(self._plextv, request)) is None:
            return unauthorized(request)
        try:
            self._plextv.approve(str((await request.post()).get("code", "")), account.name)
        except KeyError:
            return error(request, 404, 1020, "Code not found or expired")
        return web.Response(status=204)

    async def user(self, request: web.Request) -> web.StreamResponse:
        account = account_of(self._plextv, request)
        if account is None:
            return unauthorized(request)
        return answer(request, account.tree(), root="user")

    async def resources(self, request: web.Request) -> web.StreamResponse:
        if (account := account_of(self._plextv, request)) is None:
            return unauthorized(request)
        found = account.resources(
            self._plextv.clock(),
            https=_is_set(request.query, "includeHttps"),
            relay=_is_set(request.query, "includeRelay"),
            ipv6=_is_set(request.query, "includeIPv6"),
        )
        return answer(request, found, root="resources")

    async def missing(self, request: web.Request) -> web.StreamResponse:
        return error(request, 404, 1002, "Not Found")


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


def unauthorized(request: web.Request) -> web.Response:
    """Return the 401 of a missing, wrong or revoked account token."""
    return error(request, 401, 1001, "User could not be authenticated")


def _is_set(fields: Mapping[str, object], name: str) -> bool:
    return fields.get(name) in {"1", "true"}


def _no_client_identifier(request: web.Request) -> web.Response:
    return error(request, 400, 1000, "X-Plex-Client-Identifier is missing")
