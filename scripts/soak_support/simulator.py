"""The soak's simulated Media Server in a process of its own.

`python -m scripts.soak_support.simulator NUMBER`
"""

import asyncio
import random
import sys
from typing import Any, Final, override

from aiohttp import web

from scripts.common.controlled_simulator import (
    PLAY_METHODS,
    PLAYERS,
    ControlledSimulator,
    execute_commands,
)
from tests.simulator import Fault, Item, Kind, Session
from tests.simulator.autoplay import run
from tests.simulator.listener import Handler
from tests.simulator.users_and_players import USERS

TOKEN: Final = "soak-token"  # noqa: S105 - of a server that runs as long as the soak

_MAX_STREAMS: Final = 8
_MAX_NEW_FILMS: Final = 12
"""More are deleted again: a library that grows would look like a memory leak."""


class SoakSimulator(ControlledSimulator):
    """A Media Server without sessions, controlled by the soak."""

    def __init__(self, number: int) -> None:
        """Name the server by its number."""
        self._latency = 0.0
        self._new_films: list[Item] = []
        super().__init__(
            TOKEN, friendly_name=f"Soak {number}", machine_identifier=f"{number + 1:040x}"
        )

    def streams(self) -> list[list[str | None]]:
        """Return title, user, player, state and method of each stream."""
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

    def change_sessions(self, action: str, seed: int) -> None:
        """Start a session, or pause, resume, stop, advance, seek or convert a random one."""
        chance = random.Random(seed)  # noqa: S311 - repeatable, and nothing secret
        current = self.sessions.current()
        if action == "start" or not current:
            if len(current) < _MAX_STREAMS:
                self._start(chance)
            return
        session = chance.choice(current)
        match action:
            case "pause":
                self.sessions.pause(session)
            case "resume":
                self.sessions.resume(session)
            case "stop":
                self.sessions.stop(session)
            case "next":
                self.sessions.next_item(session, self._choose_item(chance))
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
            self._choose_item(chance),
            user=chance.choice(USERS),
            player=chance.choice(PLAYERS),
            **chance.choice(PLAY_METHODS),
        )

    def _choose_item(self, chance: random.Random) -> Item:
        kind = chance.choice((Kind.MOVIE, Kind.EPISODE, Kind.TRACK))
        return chance.choice([item for item in self.library.of_kind(kind) if item.media])

    def stop_streams(self) -> None:
        """Stop all sessions."""
        for session in self.sessions.current():
            self.sessions.stop(session)

    def scan_movies(self, films: int, frames: int) -> None:
        """Scan the films' library with so many notifications, add films and delete old ones."""
        section = self.library.section_titled("Movies")
        titles = [f"New film {number}" for number in range(films)]
        self._new_films += self.scan(section, items=titles, frames=frames)
        while len(self._new_films) > _MAX_NEW_FILMS:
            self.library.remove_item(self._new_films.pop(0))

    def delete_new_films(self) -> None:
        """Delete all films that scans have added."""
        while self._new_films:
            self.library.remove_item(self._new_films.pop())

    def fail(self, path: str, kind: str, *arguments: Any) -> None:  # noqa: ANN401 - depends on the fault
        """Answer requests for a path with a fault, named by a method of Fault, until recover()."""
        self.faults.add(path, getattr(Fault, kind)(*arguments), None)

    def delay(self, seconds: float) -> None:
        """Delay every response until recover()."""
        self._latency = seconds

    def revoke_token(self) -> None:
        """Refuse the token until recover()."""
        self.revoke(TOKEN)

    def report_starting(self) -> None:
        """Answer as a server that is still starting, until recover()."""
        self.starting(True)

    def reset_idle_connections(self) -> None:
        """Reset idle connections as soon as they are used again."""
        self.close_idle_connections()

    def end_websockets(self, how: str) -> None:
        """Close, drop, hang up or freeze the websockets."""
        getattr(self.push, how)()

    async def shut_down(self) -> None:
        """Stop listening until restart()."""
        await self.stop()

    async def restart(self) -> None:
        """Listen again at the same address, without sessions."""
        await self.start()

    def recover(self) -> None:
        """End all faults except shut_down()."""
        self.faults.clear()
        self._latency = 0.0
        self.starting(False)
        self.tokens.add_owner(TOKEN)

    @override
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, after the configured delay."""
        if self._latency:
            await asyncio.sleep(self._latency)
        return await super().serve(request, handler)


async def _run(number: int) -> None:
    server = SoakSimulator(number)
    await server.start()
    playback = asyncio.create_task(run(server))
    try:
        await execute_commands([server])
    finally:
        playback.cancel()
        await server.stop()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
