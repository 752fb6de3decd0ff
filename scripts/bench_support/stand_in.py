"""The simulated Media Servers in a process of their own, whose work counts for nobody.

`python -m scripts.bench_support.stand_in SERVERS` reads a command per line from standard
input, `[name, server, arguments]` in JSON, and writes a line of JSON for each.
"""

import asyncio
from collections import Counter
import json
import sys
import time
from typing import Any, Final, override

from aiohttp import web

from tests.simulator import PlexSimulator
from tests.simulator.library import Item, Kind, Library, Section
from tests.simulator.listener import Handler
from tests.simulator.session import Session
from tests.simulator.users_and_players import (
    BEDROOM,
    BROWSER,
    HOLIDAY_TV,
    LIVING_ROOM,
    PHONE,
    USERS,
)
from tests.simulator.websocket import NOTIFICATIONS_PATH

TOKEN: Final = "bench-token"  # noqa: S105 - of a server that lives for a minute
_PLAYERS: Final = (LIVING_ROOM, BEDROOM, PHONE, BROWSER, HOLIDAY_TV)
_WAYS: Final[tuple[dict[str, Any], ...]] = (
    {"method": "direct_play"},
    {"method": "transcode", "hardware": True, "location": "wan", "bandwidth": 4200},
    {"method": "direct_stream"},
    {"method": "transcode", "copy_video": True},
)


class _WideLibrary(Library):
    """A library in which every item of a section stands for many."""

    items_per_section = 1

    @override
    def of_kind(self, kind: Kind, section: Section | None = None) -> list[Item]:
        """Return the items so often that a section has the number wanted."""
        found = super().of_kind(kind, section)
        return found * (self.items_per_section // len(found)) if found else found


class StandIn(PlexSimulator):
    """A Media Server under orders; each order is a public method, in words of JSON."""

    def __init__(self, number: int) -> None:
        """Be a server of its own, on which nothing plays."""
        self._passed = 0.0
        self._replayed: dict[tuple[str, str | None], web.Response] | None = None
        self._busy = 0
        self._hearing: asyncio.Future[None] | None = None
        super().__init__(
            TOKEN,
            clock=lambda: time.time() + self._passed,
            friendly_name=f"Bench {number}",
            machine_identifier=f"{number:040x}",
        )

    def where(self) -> str:
        """Return the address."""
        return self.url

    def play(self, count: int) -> None:
        """Have so many sessions: films, episodes and tracks, played in every way."""
        for session in self.sessions.current():
            self.sessions.stop(session)
        shelves = [self.library.of_kind(kind) for kind in (Kind.MOVIE, Kind.EPISODE, Kind.TRACK)]
        for number in range(count):
            shelf = shelves[number % len(shelves)]
            self._start(shelf[number % len(shelf)], number)

    def _start(self, item: Item, number: int) -> Session:
        way = _WAYS[number % len(_WAYS)]
        user, player = USERS[number % len(USERS)], _PLAYERS[number % len(_PLAYERS)]
        return self.sessions.start(item, user=user, player=player, **way)

    def pause(self) -> float:
        """Pause the first session; returns when its notification left, in seconds."""
        began = time.monotonic()
        self.sessions.pause(self.sessions.current()[0])
        return began

    def resume(self) -> float:
        """Let the first session play on; returns when its notification left, in seconds."""
        began = time.monotonic()
        self.sessions.resume(self.sessions.current()[0])
        return began

    def start_one(self) -> float:
        """Begin one session more; returns when its notification left, in seconds."""
        film, *_ = self.library.of_kind(Kind.MOVIE)
        began = time.monotonic()
        self._start(film, len(self.sessions.current()))
        return began

    def stop_last(self) -> None:
        """End the session that began last."""
        self.sessions.stop(self.sessions.current()[-1])

    def tell_positions(self) -> None:
        """Tell where each session stands, and ask whether the client is there."""
        self.sessions.tick()
        self.push.ping()

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self._passed += seconds
        self.advance()

    def find_films(self, films: int, frames: int) -> None:
        """Scan the films' library in so many notifications, and find some."""
        titles = [f"Newcomer {number}" for number in range(films)]
        self.scan(self.library.section_titled("Movies"), items=titles, frames=frames)
        self._hearing = asyncio.ensure_future(self.push.heard())

    def hold_libraries(self, count: int, items: int) -> None:
        """Have libraries of films and nothing else, each of so many items."""
        library = _WideLibrary(self.clock)
        for number in range(count):
            section = library.add_section(f"Films {number}", "movie")
            library.add_item(Kind.MOVIE, "A Film", section, duration=5_400_000)
        library.items_per_section = items
        self.state.library = library

    def replay(self, on: bool) -> None:
        """Send each answer again as it was, which costs the machine next to nothing."""
        self._replayed = {} if on else None

    def take_requests(self) -> dict[str, int]:
        """Return how many requests came since the last time, by path."""
        counted = Counter(request.path for request in self.requests)
        self.clear_requests()
        return dict(counted)

    def listeners(self) -> int:
        """Return how many websockets are open."""
        return self.push.connected

    def seen(self) -> tuple[int, int]:
        """Return how many requests came, and how many of them, or of scans told, wait."""
        is_unheard = self._hearing is not None and not self._hearing.done()
        return len(self.requests), self._busy + is_unheard

    @override
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, from memory if told so."""
        if self._replayed is not None and request.path != NOTIFICATIONS_PATH:
            return await self._replay(self._replayed, request, handler)
        if request.path == NOTIFICATIONS_PATH:
            return await super().serve(request, handler)
        self._busy += 1
        try:
            return await super().serve(request, handler)
        finally:
            self._busy -= 1

    async def _replay(
        self,
        replayed: dict[tuple[str, str | None], web.Response],
        request: web.Request,
        handler: Handler,
    ) -> web.StreamResponse:
        key = (request.path_qs, request.headers.get("Accept"))
        if (known := replayed.get(key)) is None:
            answer = await super().serve(request, handler)
            if not isinstance(answer, web.Response):
                return answer
            replayed[key] = known = answer
        return web.Response(
            status=known.status, body=known.body, headers={"Content-Type": known.content_type}
        )


async def _obey(servers: list[StandIn]) -> None:
    """Carry out commands until there are no more."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        name, number, arguments = json.loads(line)
        print(json.dumps(getattr(servers[number], name)(*arguments)), flush=True)


async def _run(count: int) -> None:
    servers = [StandIn(number) for number in range(count)]
    for server in servers:
        await server.start()
    try:
        await _obey(servers)
    finally:
        for server in servers:
            await server.stop()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
