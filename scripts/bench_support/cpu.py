"""CPU time of reading a server: ours, python-plexapi's, and the least it can take."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields, is_dataclass
from statistics import median
import time
from typing import Final

import aiohttp
import orjson
from plexapi.library import Library
from plexapi.server import PlexServer

from custom_components.plex_pulse.api import (
    ClientIdentity,
    MediaType,
    PlexServerClient,
    RateLimiterRegistry,
)

from .figures import ITEMS, LIBRARIES, SESSIONS, Figure, exponent
from .servers import Server
from .stand_in import TOKEN

_IDENTITY: Final = ClientIdentity(
    client_identifier="bench", product="Plex Pulse", version="0", platform="bench"
)
_HEADERS: Final = {"Accept": "application/json", "X-Plex-Token": TOKEN, **_IDENTITY.headers}
_COUNT: Final = {
    "type": 1,
    "includeCollections": 0,
    "X-Plex-Container-Start": 0,
    "X-Plex-Container-Size": 0,
}

type Read = Callable[[], Awaitable[object]]
type Build = tuple[Callable[..., object], dict[str, object]]


class Reader:
    """Three ways to read one server; the client's, the bare one and python-plexapi's."""

    def __init__(self, session: aiohttp.ClientSession, server: Server) -> None:
        """Read through the session; python-plexapi has a session of its own."""
        self._session = session
        self._url = server.url
        self.client = PlexServerClient(
            session, server.url, TOKEN, identity=_IDENTITY, rate_limiters=RateLimiterRegistry()
        )
        self._plexapi = PlexServer(server.url, TOKEN, timeout=30)
        self._library = self._plexapi.query(Library.key)

    async def bare(self, path: str, params: dict[str, int] | None = None) -> object:
        """Return the JSON of an answer, and ask nothing of it."""
        async with self._session.get(
            f"{self._url}{path}", params=params, headers=_HEADERS
        ) as response:
            return orjson.loads(await response.read())

    async def count_libraries(self) -> object:
        """Return how many films each library has."""
        libraries = await self.client.get_libraries()
        return [await self.client.count_items(item.key, MediaType.MOVIE) for item in libraries]

    async def bare_libraries(self) -> None:
        """Ask for the same, and look at nothing but where to ask on."""
        sections = await self.bare("/library/sections")
        if not isinstance(sections, dict):
            raise TypeError
        for section in sections["MediaContainer"]["Directory"]:
            await self.bare(f"/library/sections/{section['key']}/all", _COUNT)

    async def plexapi_sessions(self) -> None:
        """Read the sessions, and of each what our own models hold."""
        for item in self._plexapi.sessions():
            _ = (item.player.state, item.session and item.session.bandwidth, item.media)
            if (transcode := item.transcodeSession) is not None:
                _ = transcode.videoDecision

    async def plexapi_libraries(self) -> None:
        """Count the same films."""
        # It keeps what it has listed; a new object lists anew, as ours does.
        for section in Library(self._plexapi, self._library).sections():
            section.totalViewSize(libtype="movie", includeCollections=False)


async def cpu_seconds(read: Read, times: int) -> float:
    """Return the CPU time of this process for one read, all its threads together."""
    began = time.process_time()
    for _ in range(times):
        await read()
    return (time.process_time() - began) / times


async def compare(reads: dict[str, Read], *, times: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each read in each round; they take turns."""
    measured: dict[str, list[float]] = {name: [] for name in reads}
    for read in reads.values():
        await cpu_seconds(read, 2)
    for _ in range(rounds):
        for name, read in reads.items():
            measured[name].append(await cpu_seconds(read, times))
    return measured


def ratio(over: list[float], under: list[float]) -> float:
    """Return the median of the rounds' ratios."""
    return median(a / b for a, b in zip(over, under, strict=True))


async def measure_cpu(server: Server, *, rounds: int) -> dict[str, Figure]:
    """Return the figures of CPU time; the server sends what it has sent before."""
    async with aiohttp.ClientSession() as session:
        reader = await asyncio.to_thread(Reader, session, server)
        one = await compare(
            {"ours": reader.client.get_identity, "floor": lambda: reader.bare("/identity")},
            times=50,
            rounds=rounds,
        )
        sessions: dict[int, dict[str, list[float]]] = {}
        values: list[Build] = []

        async def build() -> object:
            """Make the values of all sessions again, without reading anything."""
            return [kind(**named) for kind, named in values]

        for count in SESSIONS:
            await _offer(server, "play", count)
            values[:] = _parts(await reader.client.get_sessions())
            sessions[count] = await compare(
                {
                    "ours": reader.client.get_sessions,
                    "floor": lambda: reader.bare("/status/sessions"),
                    "plexapi": reader.plexapi_sessions,
                    "values_alone": build,
                },
                times=400 // count,
                rounds=rounds,
            )
        libraries: dict[int, dict[str, list[float]]] = {}
        for count in LIBRARIES:
            await _offer(server, "hold_libraries", count, ITEMS)
            libraries[count] = await compare(
                {
                    "ours": reader.count_libraries,
                    "floor": reader.bare_libraries,
                    "plexapi": reader.plexapi_libraries,
                },
                times=50 // count,
                rounds=rounds,
            )
        await server.order("replay", False)
    of_sessions, of_libraries = sessions[SESSIONS[0]], libraries[LIBRARIES[1]]
    return {
        "cpu_ratio_vs_plexapi": {
            "sessions": ratio(of_sessions["plexapi"], of_sessions["ours"]),
            "libraries": ratio(of_libraries["plexapi"], of_libraries["ours"]),
        },
        "cpu_ratio_vs_floor": {
            "sessions": ratio(of_sessions["ours"], of_sessions["floor"]),
            "libraries": ratio(of_libraries["ours"], of_libraries["floor"]),
        },
        "cpu_us": {
            **{f"sessions_{way}": 1e6 * median(times) for way, times in of_sessions.items()},
            **{f"libraries_{way}": 1e6 * median(times) for way, times in of_libraries.items()},
        },
        "overhead_per_request_us": 1e6
        * median(a - b for a, b in zip(one["ours"], one["floor"], strict=True)),
        "growth": {
            "cpu_sessions": exponent(*(median(sessions[count]["ours"]) for count in SESSIONS)),
            "cpu_sessions_floor": exponent(
                *(median(sessions[count]["floor"]) for count in SESSIONS)
            ),
            "cpu_libraries": exponent(*(median(libraries[count]["ours"]) for count in LIBRARIES)),
        },
    }


def _parts(values: Iterable[object]) -> list[Build]:
    """Return the frozen values in some values, each with what it is made from."""
    parts: list[Build] = []
    for value in values:
        if not is_dataclass(value) or isinstance(value, type):
            continue
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        parts += ((type(value), named), *_parts(named.values()))
    return parts


async def _offer(server: Server, order: str, *arguments: int) -> None:
    """Have something else to read, and answer it from memory from then on."""
    await server.order("replay", False)
    await server.order(order, *arguments)
    await server.order("replay", True)
