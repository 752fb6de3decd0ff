"""A host on a real socket that records every request and applies scripted faults."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
import secrets
import socket
import ssl
from typing import Final, Self

from aiohttp import web

from .fault_responder import FaultResponder, Sleep
from .faults import Faults
from .shared_port import SharedPort

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEEP_ALIVE = 20
"""Seconds after which Plex closes an idle connection; sent in the Keep-Alive header."""
_CONTROL_PREFIX = "/simulator"
_PORTS: Final = range(20_000, 32_000)
"""Below the range that Linux uses for outgoing connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A received request; headers are case-insensitive, `at` is the simulator's clock."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    at: float


def is_control(path: str) -> bool:
    """Whether a path belongs to the simulator's control, which no real host has."""
    return path == _CONTROL_PREFIX or path.startswith(f"{_CONTROL_PREFIX}/")


class Listener(ABC):
    """Common part of the simulated hosts; requests under /simulator bypass it."""

    def __init__(self, clock: Callable[[], float], sleep: Sleep) -> None:
        """Prepare to listen; clock returns Unix seconds, sleep paces Fault.slow_drip."""
        self.clock = clock
        self.faults = Faults()
        self.requests: list[RecordedRequest] = []
        self.host = ""
        self.port = 0
        self.stopping = asyncio.Event()
        self._sleep = sleep
        self._scheme = "http"
        self._runner: web.AppRunner | None = None
        self._shared_port: SharedPort | None = None

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Return the host's routes."""

    @property
    def url(self) -> str:
        """Return the base URL, such as http://127.0.0.1:32401."""
        return f"{self._scheme}://{self.host}:{self.port}"

    def count(self, path: str) -> int:
        """Return the number of requests received for a path."""
        return sum(1 for request in self.requests if request.path == path)

    def clear_requests(self) -> None:
        """Clear the recorded requests."""
        self.requests.clear()

    async def fault_reached(self, count: int = 1) -> None:
        """Wait until this many requests are held by a fault."""
        await self.faults.wait_reached(count)

    async def start(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ssl_context: ssl.SSLContext | None = None,
        also_plain: bool = False,
    ) -> None:
        """Listen; port 0 is a free port, and the same port again after stop().

        With also_plain a port with TLS answers plain http as well: secure connections are
        preferred, not required.
        """
        self.stopping = asyncio.Event()
        runner = web.AppRunner(
            self.application(),
            handler_cancellation=True,
            keepalive_timeout=KEEP_ALIVE,
            shutdown_timeout=0.5,
            access_log=None,
        )
        self._runner = runner
        await runner.setup()
        port = port or self.port or _free_port(host)
        if ssl_context is not None and also_plain:
            server = runner.server
            assert server is not None
            self._shared_port = SharedPort(server, ssl_context)
            await self._shared_port.start(host, port)
        else:
            await web.TCPSite(runner, host, port, ssl_context=ssl_context).start()
        self._scheme = "https" if ssl_context else "http"
        self.host = host
        self.port = port

    async def stop(self) -> None:
        """Close every connection and stop listening; start() restarts the host."""
        self.stopping.set()
        shared_port, self._shared_port = self._shared_port, None
        if shared_port is not None:
            await shared_port.stop()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    def application(self) -> web.Application:
        """Return the application that runs while the host listens."""
        application = web.Application(middlewares=[self._middleware])
        application.add_routes(self.routes())
        return application

    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record a request and answer it, or apply the next matching fault."""
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                headers=request.headers,
                at=self.clock(),
            )
        )
        fault = self.faults.take(request.path)
        if fault is None:
            return await handler(request)
        responder = FaultResponder(self.faults, self._sleep, self.stopping)
        return await responder.respond(fault, request, lambda: handler(request))

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_control(request.path):
            return await handler(request)
        return await self.serve(request, handler)


def _free_port(host: str) -> int:
    """Return a free port that no outgoing connection uses while the host is stopped."""
    while True:
        port = _PORTS[secrets.randbelow(len(_PORTS))]
        with socket.socket() as probe, suppress(OSError):
            probe.bind((host, port))
            return port
