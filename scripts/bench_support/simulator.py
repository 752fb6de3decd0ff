"""The bench's simulated Media Servers, in a process whose CPU time is not measured.

`python -m scripts.bench_support.simulator SERVERS`
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
import sys
import time
from typing import Final, override

from aiohttp import web

from scripts.common.controlled_simulator import (
    PLAY_METHODS,
    PLAYERS,
    ControlledSimulator,
    execute_commands,
)
from tests.simulator.activities import Scan
from tests.simulator.library import Item, Kind, Library, Section
from tests.simulator.listener import Handler
from tests.simulator.session import Session
from tests.simulator.users_and_players import USERS
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .transcode_speed import varying_transcode_speed

TOKEN: Final = "bench-token"  # noqa: S105 - of a server that runs for a minute


_MINUTE: Final = 60_000
"""In ms, as the durations and offsets of items are."""


class _LargeLibrary(Library):
    """A library that lists every item of a section many times."""

    items_per_section = 1

    @override
    def of_kind(self, kind: Kind, section: Section | None = None) -> list[Item]:
        """Return the items, repeated until a section has the configured number."""
        found = super().of_kind(kind, section)
        return found * (self.items_per_section // len(found)) if found else found


class BenchSimulator(ControlledSimulator):
    """A Media Server without sessions, controlled by the bench."""

    def __init__(self, number: int) -> None:
        """Name the server by its number."""
        self._advanced = 0.0
        self._replayed: dict[tuple[str, str | None], web.Response] | None = None
        self._in_flight = 0
        self._scan_delivery: asyncio.Future[None] | None = None
        self._scan: Scan | None = None
        self._next_items: Iterator[Item] | None = None
        super().__init__(
            TOKEN,
            clock=lambda: time.time() + self._advanced,
            friendly_name=f"Bench {number}",
            machine_identifier=f"{number:040x}",
        )

    def set_sessions(self, count: int) -> None:
        """Replace all sessions: films, episodes and tracks, with all play methods."""
        for session in self.sessions.current():
            self.sessions.stop(session)
        kinds = [self.library.of_kind(kind) for kind in (Kind.MOVIE, Kind.EPISODE, Kind.TRACK)]
        for number in range(count):
            items = kinds[number % len(kinds)]
            self._start(items[number % len(items)], number)

    def _start(self, item: Item, number: int) -> Session:
        method = PLAY_METHODS[number % len(PLAY_METHODS)]
        user, player = USERS[number % len(USERS)], PLAYERS[number % len(PLAYERS)]
        return self.sessions.start(item, user=user, player=player, **method)

    def set_long_sessions(self, count: int) -> None:
        """Replace all sessions: items with 70 to 150 minutes left, a third of them transcoded."""
        self.set_sessions(0)
        kinds = [self.library.of_kind(kind) for kind in (Kind.MOVIE, Kind.EPISODE, Kind.TRACK)]
        for number in range(count):
            items = kinds[number // 3 % len(kinds)]
            player = PLAYERS[number % len(PLAYERS)]
            self.sessions.start(
                replace(items[number % len(items)], duration=(90 + number * 7 % 60) * _MINUTE),
                user=USERS[number % len(USERS)],
                player=replace(player, title=f"{player.title} {number}"),
                method="transcode" if number % 3 == 0 else "direct_play",
                offset=number * 13 % 20 * _MINUTE,
            )

    def set_ending_sessions(self, count: int) -> None:
        """Replace all sessions; at the end of an item its session continues with another."""
        self.set_sessions(count)
        self._next_items = cycle(self.library.of_kind(Kind.TRACK))

    def pause(self) -> float:
        """Pause the first session and return when its notification was sent, in seconds."""
        sent = time.monotonic()
        self.sessions.pause(self.sessions.current()[0])
        return sent

    def resume(self) -> float:
        """Resume the first session and return when its notification was sent, in seconds."""
        sent = time.monotonic()
        self.sessions.resume(self.sessions.current()[0])
        return sent

    def start_one(self) -> float:
        """Start one more session and return when its notification was sent, in seconds."""
        film, *_ = self.library.of_kind(Kind.MOVIE)
        sent = time.monotonic()
        self._start(film, len(self.sessions.current()))
        return sent

    def stop_last(self) -> None:
        """Stop the session that started last."""
        self.sessions.stop(self.sessions.current()[-1])

    def report_positions(self) -> None:
        """Send the position of each session and a ping."""
        self.sessions.tick()
        self.push.ping()

    async def deliver_positions(self) -> None:
        """Send the position of each session, and wait until the client has handled them."""
        self.sessions.tick()
        await self.push.wait_delivered()

    def advance_clock(self, seconds: float) -> None:
        """Advance the clock."""
        if self._next_items is not None:
            for session in self.sessions.current():
                ends_at = session.ends_at()
                if ends_at is not None and ends_at <= self.clock() + seconds:
                    self.sessions.next_item(session, next(self._next_items))
        self._advanced += seconds
        self.advance()

    def scan_movies(self, films: int, frames: int) -> None:
        """Scan the films' library with so many notifications and add new films."""
        titles = [f"New film {number}" for number in range(films)]
        self.scan(self.library.section_titled("Movies"), items=titles, frames=frames)
        self._scan_delivery = asyncio.ensure_future(self.push.wait_delivered())

    def start_scan(self) -> None:
        """Start a scan of the films' library."""
        self._scan = self.begin_scan(self.library.section_titled("Movies"))

    async def report_scan(self, start: float, end: float, frames: int) -> None:
        """Report the scan's progress from start to end, in percent, in so many notifications."""
        if self._scan is None:
            return
        for frame in range(frames):
            progress = start + (end - start) * frame / frames
            self._scan.report(int(progress), f"Folder {progress:.2f}")
        await self.push.wait_delivered()

    async def end_scan(self, films: int) -> None:
        """Add films and end the scan."""
        section = self.library.section_titled("Movies")
        for number in range(films):
            self.library.add_item(Kind.MOVIE, f"New film {number}", section)
        if self._scan is not None:
            self._scan.end()
        await self.push.wait_delivered()

    def set_libraries(self, count: int, items: int) -> None:
        """Replace all libraries with libraries of films, each with so many items."""
        library = _LargeLibrary(self.clock)
        for number in range(count):
            section = library.add_section(f"Films {number}", "movie")
            library.add_item(Kind.MOVIE, "A Film", section, duration=5_400_000)
        library.items_per_section = items
        self.state.library = library

    def replay(self, on: bool) -> None:
        """Send each response again as it was, at nearly no cost."""
        self._replayed = {} if on else None

    def request_counts(self) -> tuple[int, int]:
        """Return the number of requests, and of requests and scans that are not complete."""
        is_scanning = self._scan_delivery is not None and not self._scan_delivery.done()
        return len(self.requests), self._in_flight + is_scanning

    @override
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, from memory while replaying."""
        if self._replayed is not None and request.path != NOTIFICATIONS_PATH:
            return await self._replay(self._replayed, request, handler)
        if request.path == NOTIFICATIONS_PATH:
            return await super().serve(request, handler)
        self._in_flight += 1
        try:
            return await super().serve(request, handler)
        finally:
            self._in_flight -= 1

    async def _replay(
        self,
        replayed: dict[tuple[str, str | None], web.Response],
        request: web.Request,
        handler: Handler,
    ) -> web.StreamResponse:
        key = (request.path_qs, request.headers.get("Accept"))
        if (known := replayed.get(key)) is None:
            response = await super().serve(request, handler)
            if not isinstance(response, web.Response):
                return response
            replayed[key] = known = response
        return web.Response(
            status=known.status, body=known.body, headers={"Content-Type": known.content_type}
        )


async def _run(count: int) -> None:
    servers = [BenchSimulator(number) for number in range(count)]
    for server in servers:
        server.servers_in_process = count
        await server.start()
    try:
        with varying_transcode_speed():
            await execute_commands(servers)
    finally:
        for server in servers:
            await server.stop()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
