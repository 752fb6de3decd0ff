"""The simulated Plex Media Server: a real socket, scripted faults, recorded requests."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from email.utils import formatdate
import ssl
import time
from typing import Literal, override

from aiohttp import web

from .access import Tokens
from .activities import Activity, Scan, advance_scans, scan_through
from .announcer import announce
from .background_jobs import refresh_item, start_conversion
from .catalog import populate
from .claiming import set_claimed
from .connections import Connections, reset_connection
from .control import control_routes
from .encode import Tree
from .fault_responder import Sleep
from .history import past_views
from .library import Item, Library, Section
from .listener import KEEP_ALIVE, Handler, Listener, is_control
from .notifications import reachability
from .routing import plex_routes
from .scenarios import Evening
from .sessions import Sessions
from .state import ServerState, Typing
from .websocket import Push

type Scenario = Literal["evening", "quiet", "empty"]

OWNER_TOKEN = "owner-token"
DEFAULT_MACHINE_IDENTIFIER = "5f0c2d9a7b1e4860a3d5c7f91b2e4d6081a3c5e7"
_VERSION = "1.43.4.10903-e5521bd8c"


class PlexSimulator(Listener):
    """A Plex Media Server to embed in a test; __main__ runs one from the command line."""

    def __init__(
        self,
        token: str = OWNER_TOKEN,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
        scenario: Scenario = "quiet",
        plex_pass: bool = True,
        typing: Typing = "modern",
        friendly_name: str = "Harbour",
        machine_identifier: str = DEFAULT_MACHINE_IDENTIFIER,
        root_without_token: Literal[401, 404] = 401,
        admin_refusal: Literal[401, 403] = 403,
        claimed: bool = True,
    ) -> None:
        """Prepare a server; start() makes it listen.

        Scenario "evening" has sessions that start and stop, "quiet" has none, "empty" has no
        library either. clock returns Unix seconds; sleep paces Fault.slow_drip. A server that
        is not claimed has no account and serves everything without a token.
        """
        super().__init__(clock, sleep)
        library = Library(clock)
        if scenario != "empty":
            populate(library, clock())
        sessions = Sessions(clock, library)
        sessions.history.extend(past_views(library, clock()))
        push = Push(self.faults, sessions)
        announce(push, sessions, library)
        self.state = ServerState(
            clock=clock,
            friendly_name=friendly_name,
            machine_identifier=machine_identifier,
            version=_VERSION,
            plex_pass=plex_pass,
            typing=typing,
            root_without_token=root_without_token,
            admin_refusal=admin_refusal,
            library=library,
            sessions=sessions,
            tokens=Tokens(token),
            push=push,
        )
        set_claimed(self.state, claimed)
        self._evening = Evening(library, sessions) if scenario == "evening" else None
        self._connections = Connections()

    @property
    def library(self) -> Library:
        """Return the library, which tests may change."""
        return self.state.library

    @property
    def sessions(self) -> Sessions:
        """Return the sessions, which tests start and stop."""
        return self.state.sessions

    @property
    def tokens(self) -> Tokens:
        """Return the accepted tokens."""
        return self.state.tokens

    @property
    def push(self) -> Push:
        """Return the notification websocket, which tests may disturb."""
        return self.state.push

    @property
    def starting_plugins(self) -> bool:
        """Whether the root reports `startState: startingPlugins`."""
        return self.state.starting_plugins

    @starting_plugins.setter
    def starting_plugins(self, on: bool) -> None:
        self.state.starting_plugins = on

    def starting(self, on: bool) -> None:
        """Answer 503 XML on every path, /identity included, or end that."""
        self.state.starting = on

    def reachable(self, on: bool) -> None:
        """Set whether the server is reachable from the Internet, and notify it."""
        self.state.reachable = on
        self.push.publish(reachability(on))

    def begin_activity(self, kind: str, title: str) -> Activity:
        """Start a background activity, for example of kind media.generate.credits."""
        return Activity(self.state, kind, title)

    def begin_scan(self, section: Section) -> Scan:
        """Start a scan of a section; call its report() and end()."""
        return Scan(self.state, section)

    def scan(self, section: Section, *, items: Iterable[str] = (), frames: int = 12) -> list[Item]:
        """Run a whole scan of a section with this many activity notifications (at least 2).

        It finds items with these titles of the section's default kind: movies, shows,
        artists or photo albums.
        """
        return scan_through(self.state, section, items, frames)

    def refresh_item(self, item: Item) -> None:
        """Run a whole refresh of an item's metadata, notified as an activity."""
        refresh_item(self.state, item)

    def start_conversion(self, item: Item) -> Tree:
        """Start a conversion by the optimizer; remove the job from the state's list to end it."""
        return start_conversion(self.state, item)

    def advance(self) -> None:
        """Run what is due by now; every request does so as well."""
        (self._evening or self.sessions).advance(self.clock())
        advance_scans(self.state, self.clock())

    def claimed(self, on: bool) -> None:
        """Sign the server in to its account, or out of it."""
        set_claimed(self.state, on)

    def add_shared_token(self, token: str, sections: Collection[int]) -> None:
        """Accept a shared user's token for these section keys."""
        self.tokens.add_shared(token, sections)

    def revoke(self, token: str) -> None:
        """Refuse a token from now on."""
        self.tokens.revoke(token)

    def close_idle_connections(self) -> None:
        """Expire the idle connections: the next request on one is reset.

        The socket stays open until then. A client therefore always meets the race that occurs
        when a real server closes a connection while the client sends on it.
        """
        self._connections.expire_idle()

    @override
    async def start(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ssl_context: ssl.SSLContext | None = None,
        also_plain: bool = False,
    ) -> None:
        """Listen, with only the sessions that the scenario begins with."""
        self.sessions.clear()
        self.state.clear_activities()
        if self._evening is not None:
            self._evening.begin(self.clock())
        await super().start(host, port, ssl_context=ssl_context, also_plain=also_plain)

    @override
    async def stop(self) -> None:
        """Close every connection and stop listening; start() restarts the server."""
        self.push.end()
        await super().stop()
        self._connections = Connections()

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return Plex's endpoints and the control endpoints."""
        return [*control_routes(self), *plex_routes(self.state)]

    @override
    def application(self) -> web.Application:
        """Return the application with a Media Server's headers."""
        application = super().application()
        application.on_response_prepare.append(self._as_plex)
        return application

    @override
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Reset an expired connection; answer on any other."""
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return web.Response()
        if self._connections.is_expired(transport):
            reset_connection(transport)
            # The closed connection cancels this handler.
            await self.stopping.wait()
            return web.Response()
        self.advance()
        with self._connections.busy(transport):
            return await super().serve(request, handler)

    async def _as_plex(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.popall("Server", None)
        # By the server's clock, as dates in Retry-After are.
        response.headers["Date"] = formatdate(self.clock(), usegmt=True)
        if response.keep_alive and not is_control(request.path):
            response.headers["Keep-Alive"] = f"timeout={KEEP_ALIVE}"
