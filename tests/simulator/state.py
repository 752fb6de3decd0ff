"""The state of a simulated server, shared by its endpoints."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
import gzip
from typing import Literal, Protocol

from aiohttp import web

from .access import Access, Tokens, Viewer
from .encode import Tree, as_strings, to_json, to_xml, wants_json
from .errors import PLEX_HEADERS
from .library import Library
from .playlists import Playlist, PlayQueue
from .sessions import Sessions
from .websocket import Push

type Typing = Literal["modern", "strings"]


class RunningScan(Protocol):
    """A scan that a client requested."""

    def is_over(self, now: float) -> bool:
        """Report the progress up to now and return whether the scan is due to end."""
        ...

    def end(self) -> None:
        """End the scan."""
        ...


@dataclass(slots=True, kw_only=True)
class ServerState:
    """A server's identity, options, library, sessions and tokens.

    new_version is a published update with its update_state. scans are the scans that
    clients requested, by section key.
    dates_seasons_by_episode: /library/recentlyAdded lists a season by its newest episode; else
    by its own date, which hides new episodes of old seasons (homarr PR 6848).
    compresses: answer with gzip to those who accept it.
    """

    clock: Callable[[], float]
    friendly_name: str
    machine_identifier: str
    version: str
    plex_pass: bool
    typing: Typing
    root_without_token: Literal[401, 404]
    admin_refusal: Literal[401, 403]
    library: Library
    sessions: Sessions
    tokens: Tokens
    push: Push
    claimed: bool = True
    has_live_tv: bool = True
    compresses: bool = False
    dates_seasons_by_episode: bool = True
    reachable: bool = True
    starting: bool = False
    starting_plugins: bool = False
    new_version: str | None = None
    can_install: bool = False
    update_state: str = "available"
    checked_at: float | None = None
    playlists: dict[int, Playlist] = field(default_factory=dict)
    play_queues: dict[int, PlayQueue] = field(default_factory=dict)
    preferences: dict[str, str | int | bool | float] = field(default_factory=dict)
    background_jobs: list[Tree] = field(default_factory=list)
    activities: list[Tree] = field(default_factory=list)
    scans: dict[int, RunningScan] = field(default_factory=dict)

    def clear_activities(self) -> None:
        """Remove background activities and scans, as a restart does."""
        self.activities.clear()
        self.background_jobs.clear()
        self.scans.clear()
        for section in self.library.sections.values():
            section.refreshing = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request and its user."""

    state: ServerState
    request: web.Request
    viewer: Viewer

    def answer(
        self, tree: Tree, *, root: str = "MediaContainer", headers: dict[str, str] | None = None
    ) -> web.Response:
        """Answer a tree in the format that the Accept header requests."""
        if wants_json(self.request.headers.get("Accept", "")):
            body, content_type = to_json(root, tree), "application/json"
        else:
            body, content_type = to_xml(root, tree), "text/xml;charset=utf-8"
        found = {**PLEX_HEADERS, "Content-Type": content_type, **(headers or {})}
        if self.state.compresses and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            found |= {
                "Content-Encoding": "gzip",
                "X-Plex-Content-Original-Length": str(len(body)),
            }
            body = gzip.compress(body)
            found["X-Plex-Content-Compressed-Length"] = str(len(body))
        return web.Response(body=body, headers=found)

    def answer_items(self, items: list[Tree]) -> web.Response:
        """Answer session items in the typing of the server's version; XML has only strings."""
        if self.state.typing == "strings":
            items = [as_strings(item) for item in items]
        return self.answer({"size": len(items), "Metadata": items})

    def empty(self) -> web.Response:
        """Answer 200 without a body, as Plex does for commands."""
        return web.Response(headers=PLEX_HEADERS)

    def number(self, name: str) -> int | None:
        """Return a numeric query argument or header, or None."""
        text = self.request.query.get(name) or self.request.headers.get(name) or ""
        return int(text) if text.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path with its handler and the required access."""

    path: str
    handle: Callable[[Call], web.StreamResponse | Awaitable[web.StreamResponse]]
    access: Access = Access.USER
    methods: tuple[str, ...] = ("GET",)
