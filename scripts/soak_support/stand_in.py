"""A simulated Media Server in a process of its own, which does what it is told.

`python -m scripts.soak_support.stand_in NUMBER` reads a command per line from standard
input, `[name, server, arguments]` in JSON, and writes a line of JSON for each.
"""

import asyncio
from collections import Counter
import inspect
import json
import random
import sys
from typing import Any, Final, override

from aiohttp import web

from tests.simulator import Fault, Item, Kind, PlexSimulator, Session
from tests.simulator.autoplay import run
from tests.simulator.listener import Handler
from tests.simulator.users_and_players import (
    BEDROOM,
    BROWSER,
    HOLIDAY_TV,
    LIVING_ROOM,
    PHONE,
    USERS,
)

TOKEN: Final = "soak-token"  # noqa: S105 - of a server that lives as long as the soak

_PLAYERS: Final = (LIVING_ROOM, BEDROOM, PHONE, BROWSER, HOLIDAY_TV)
_WAYS: Final[tuple[dict[str, Any], ...]] = (
    {"method": "direct_play"},
    {"method": "transcode", "hardware": True, "location": "wan", "bandwidth": 4200},
    {"method": "direct_stream"},
    {"method": "transcode", "copy_video": True},
)
_MOST_STREAMS: Final = 8
_MOST_NEWCOMERS: Final = 12
"""What is found beyond them is deleted again: a library that grows would be growth."""


class StandIn(PlexSimulator):
    """A Media Server under orders; each order is a public method, in words of JSON."""

    def __init__(self, number: int) -> None:
        """Be a server of its own, on which nothing plays."""
        self._latency = 0.0
        self._newcomers: list[Item] = []
        super().__init__(
            TOKEN, friendly_name=f"Soak {number}", machine_identifier=f"{number + 1:040x}"
        )

    def where(self) -> str:
        """Return the address."""
        return self.url

    def streams(self) -> list[list[str | None]]:
        """Return what plays: title, user, player, state and method of each."""
        return [
            [
                session.item.title,
                session.user.name if session.user else None,
                session.player.title,
                session.state,
                session.method,
            ]
            for session in self.sessions.current()
        ]

    def listeners(self) -> int:
        """Return how many websockets are open and reach their client."""
        return self.push.connected

    def take_requests(self) -> dict[str, int]:
        """Return how many requests came since the last time, by path."""
        counted = Counter(request.path for request in self.requests)
        self.clear_requests()
        return dict(counted)

    def play(self, what: str, seed: int) -> None:
        """Have something happen to a session: start, pause, resume, stop, next, seek, convert."""
        chance = random.Random(seed)  # noqa: S311 - repeatable, and nothing secret
        current = self.sessions.current()
        if what == "start" or not current:
            if len(current) < _MOST_STREAMS:
                self._start(chance)
            return
        session = chance.choice(current)
        match what:
            case "pause":
                self.sessions.pause(session)
            case "resume":
                self.sessions.resume(session)
            case "stop":
                self.sessions.stop(session)
            case "next":
                self.sessions.next_item(session, self._choose(chance))
            case "seek":
                self.sessions.seek(
                    session, (session.item.duration or 0) * chance.randrange(50, 99) // 100
                )
            case "convert":
                self.sessions.change_method(
                    session, chance.choice(("direct_play", "direct_stream", "transcode"))
                )

    def _start(self, chance: random.Random) -> Session:
        return self.sessions.start(
            self._choose(chance),
            user=chance.choice(USERS),
            player=chance.choice(_PLAYERS),
            **chance.choice(_WAYS),
        )

    def _choose(self, chance: random.Random) -> Item:
        kind = chance.choice((Kind.MOVIE, Kind.EPISODE, Kind.TRACK))
        return chance.choice([item for item in self.library.of_kind(kind) if item.media])

    def stop_streams(self) -> None:
        """End all sessions."""
        for session in self.sessions.current():
            self.sessions.stop(session)

    def scan_movies(self, newcomers: int, frames: int) -> None:
        """Scan the films' library in so many notifications, find some and lose some."""
        section = self.library.section_titled("Movies")
        titles = [f"Newcomer {number}" for number in range(newcomers)]
        self._newcomers += self.scan(section, items=titles, frames=frames)
        while len(self._newcomers) > _MOST_NEWCOMERS:
            self.library.remove_item(self._newcomers.pop(0))

    def forget_newcomers(self) -> None:
        """Have the library as it was in the beginning."""
        while self._newcomers:
            self.library.remove_item(self._newcomers.pop())

    def fail(self, path: str, kind: str, *arguments: Any) -> None:  # noqa: ANN401 - a fault's own
        """Answer requests for a path with a fault, a method of Fault, until well()."""
        self.faults.add(path, getattr(Fault, kind)(*arguments), None)

    def delay(self, seconds: float) -> None:
        """Answer that much later, until well()."""
        self._latency = seconds

    def refuse_token(self) -> None:
        """Take the token for a stranger's, until well()."""
        self.revoke(TOKEN)

    def be_starting(self) -> None:
        """Say that the server is still starting, until well()."""
        self.starting(True)

    def give_up_idle(self) -> None:
        """Reset idle connections as soon as they are used again."""
        self.close_idle_connections()

    def end_websockets(self, how: str) -> None:
        """Close, drop, hang up or silence the websockets."""
        getattr(self.push, how)()

    async def leave(self) -> None:
        """Stop listening, until come_back()."""
        await self.stop()

    async def come_back(self) -> None:
        """Listen again at the same address, with nothing playing."""
        await self.start()

    def well(self) -> None:
        """End all faults but a leave()."""
        self.faults.clear()
        self._latency = 0.0
        self.starting(False)
        self.tokens.add_owner(TOKEN)

    @override
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, late if told so."""
        if self._latency:
            await asyncio.sleep(self._latency)
        return await super().serve(request, handler)


async def _obey(server: StandIn) -> None:
    """Carry out commands until there are no more."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        name, _, arguments = json.loads(line)
        result = getattr(server, name)(*arguments)
        print(json.dumps(await result if inspect.isawaitable(result) else result), flush=True)


async def _run(number: int) -> None:
    server = StandIn(number)
    await server.start()
    living = asyncio.create_task(run(server))
    try:
        await _obey(server)
    finally:
        living.cancel()
        await server.stop()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
