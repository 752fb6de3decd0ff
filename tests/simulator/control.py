"""Control over HTTP by another process on the same machine: faults, tokens, sessions."""

from collections.abc import Awaitable, Callable, Mapping
import ipaddress
from typing import TYPE_CHECKING

from aiohttp import web

from .control_page import control_page
from .faults import Fault, Transfer
from .items import Kind

if TYPE_CHECKING:
    from .server import PlexSimulator

type _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SIMPLE_FAULTS: dict[str, Callable[[], Fault]] = {
    "hang": Fault.hang,
    "hang_body": Fault.hang_body,
    "cut_body": Fault.cut_body,
    "reset": Fault.reset,
    "disconnect": Fault.disconnect,
    "html": Fault.html,
    "oversize": Fault.oversize,
    "slow_drip": Fault.slow_drip,
}


def control_routes(simulator: PlexSimulator) -> list[web.RouteDef]:
    """Return the routes under /simulator: no token required, loopback clients only."""
    control = _Control(simulator)
    return [
        web.get("/simulator", from_loopback(control.page)),
        web.get("/simulator/requests", from_loopback(control.requests)),
        web.post("/simulator/faults", from_loopback(control.add_fault)),
        web.delete("/simulator/faults", from_loopback(control.clear_faults)),
        web.post("/simulator/tokens", from_loopback(control.add_token)),
        web.post("/simulator/revoke", from_loopback(control.revoke)),
        web.post("/simulator/starting", from_loopback(control.starting)),
        web.post("/simulator/scan", from_loopback(control.scan)),
        web.post("/simulator/sessions", from_loopback(control.start)),
        web.post(
            "/simulator/sessions/{key}/{command:pause|resume|stop}",
            from_loopback(control.session),
        ),
    ]


def from_loopback(handler: _Handler) -> _Handler:
    """Restrict a handler to requests from this machine."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:  # noqa: S104 - a mere default that is not loopback
            raise web.HTTPForbidden
        return await handler(request)

    return guarded


def _fault(command: dict[str, object]) -> Fault:
    """Build a fault from {kind, status, headers, value, location, seconds, transfer}.

    Raises:
        ValueError: The kind is unknown, or a status is missing.

    """
    kind = command.get("kind", "status")
    status = command.get("status")
    headers = command.get("headers")
    match kind:
        case "status" if isinstance(status, int):
            return Fault.status(
                status,
                headers={str(k): str(v) for k, v in headers.items()}
                if isinstance(headers, dict)
                else None,
            )
        case "slow":
            return Fault.slow(float(str(command.get("seconds", 10))))
        case "transfer":
            return Fault.transfer(Transfer(str(command.get("transfer"))))
        case "wrong_json":
            return Fault.wrong_json(command.get("value"))
        case "redirect":
            return Fault.redirect(str(command.get("location", "/")))
        case str() if kind in _SIMPLE_FAULTS:
            return _SIMPLE_FAULTS[kind]()
        case _:
            msg = f"no such fault: {kind}"
            raise ValueError(msg)


def _without_token(values: Mapping[str, str]) -> dict[str, str]:
    """Mask the token's value; its name stays, so that a token in the query is still visible."""
    return {
        name: "hidden" if name.casefold() == "x-plex-token" else value
        for name, value in values.items()
    }


class _Control:
    def __init__(self, simulator: PlexSimulator) -> None:
        self._simulator = simulator

    async def page(self, _: web.Request) -> web.StreamResponse:
        page = control_page(self._simulator.state)
        return web.Response(text=page, content_type="text/html")

    async def requests(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(
            [
                {
                    "method": request.method,
                    "path": request.path,
                    "query": _without_token(request.query),
                    "headers": _without_token(request.headers),
                    "at": request.at,
                }
                for request in self._simulator.requests
            ]
        )

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        command = await request.json()
        try:
            fault = _fault(command)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self._simulator.faults.add(
            path=command.get("path", "*"), fault=fault, times=command.get("times", 1)
        )
        return web.json_response({})

    async def clear_faults(self, _: web.Request) -> web.StreamResponse:
        self._simulator.faults.clear()
        return web.json_response({})

    async def add_token(self, request: web.Request) -> web.StreamResponse:
        self._simulator.tokens.add_owner((await request.json())["token"])
        return web.json_response({})

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        self._simulator.revoke((await request.json())["token"])
        return web.json_response({})

    async def starting(self, request: web.Request) -> web.StreamResponse:
        self._simulator.starting(bool((await request.json())["on"]))
        return web.json_response({})

    async def scan(self, request: web.Request) -> web.StreamResponse:
        """Scan {library}; the scan finds {titles}."""
        command = await request.json()
        try:
            section = self._simulator.library.section_titled(command["library"])
        except KeyError as error:
            raise web.HTTPNotFound from error
        self._simulator.scan(section, items=command["titles"])
        return web.json_response({})

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Start a stream of the movie {title}; the response has its session {key}."""
        title = (await request.json())["title"]
        movies = self._simulator.library.of_kind(Kind.MOVIE)
        movie = next((movie for movie in movies if movie.title == title), None)
        if movie is None:
            raise web.HTTPNotFound
        # Not the id of another stream of the same player, which a stop would end instead.
        session = self._simulator.sessions.start(movie, session_id=f"control-{movie.rating_key}")
        return web.json_response({"key": session.session_key})

    async def session(self, request: web.Request) -> web.StreamResponse:
        sessions = self._simulator.sessions
        session = sessions.get(request.match_info["key"])
        if session is None:
            raise web.HTTPNotFound
        match request.match_info["command"]:
            case "pause":
                sessions.pause(session)
            case "resume":
                sessions.resume(session)
            case _:
                sessions.stop(session)
        return web.json_response({})
