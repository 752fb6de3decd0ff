"""CPU time of reading a server: ours, python-plexapi's, and the floor."""

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
from yarl import URL

from custom_components.plex_pulse.api import (
    ClientIdentity,
    MediaType,
    PlexServerClient,
    RateLimiterRegistry,
)
from scripts.common.simulated_servers import SimulatedServer

from .figures import ITEMS, LIBRARIES, SESSIONS, Figure, exponent
from .simulator import TOKEN

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
type Construction = tuple[Callable[..., object], dict[str, object]]
"""A class and the keyword arguments of one of its values."""


class Reader:
    """Three ways to read one server: our client, the floor and python-plexapi.

    The floor is aiohttp's GET and orjson, without any processing of the result.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        floor_session: aiohttp.ClientSession,
        server: SimulatedServer,
    ) -> None:
        """Use the sessions; python-plexapi creates a session of its own."""
        self._floor_session = floor_session
        url = URL(server.url)
        self.identity_url = url / "identity"
        self.sessions_url = url / "status" / "sessions"
        self._libraries_url = url / "library" / "sections"
        # Built once, as the client does.
        self._count_urls: dict[str, URL] = {}
        self.client = PlexServerClient(
            session, server.url, TOKEN, identity=_IDENTITY, rate_limiters=RateLimiterRegistry()
        )
        self._plexapi = PlexServer(server.url, TOKEN, timeout=30)
        self._library = self._plexapi.query(Library.key)

    async def floor(self, url: URL) -> object:
        """Return the decoded JSON of a response."""
        async with self._floor_session.get(url, headers=_HEADERS) as response:
            return orjson.loads(await response.read())

    async def count_libraries(self) -> object:
        """Return the number of films in each library."""
        libraries = await self.client.get_libraries()
        return [await self.client.count_items(item.key, MediaType.MOVIE) for item in libraries]

    async def floor_libraries(self) -> None:
        """Send the same requests; read only the keys of the libraries."""
        sections = await self.floor(self._libraries_url)
        if not isinstance(sections, dict):
            raise TypeError
        for section in sections["MediaContainer"]["Directory"]:
            key = section["key"]
            if (url := self._count_urls.get(key)) is None:
                url = (self._libraries_url / key / "all").with_query(_COUNT)
                self._count_urls[key] = url
            await self.floor(url)

    async def plexapi_sessions(self) -> None:
        """Read the sessions and the attributes that our models hold."""
        for item in self._plexapi.sessions():
            _ = (item.player.state, item.session and item.session.bandwidth, item.media)
            if (transcode := item.transcodeSession) is not None:
                _ = transcode.videoDecision

    async def plexapi_libraries(self) -> None:
        """Count the same films."""
        # The object caches its list; a new one requests it again, as our client does.
        for section in Library(self._plexapi, self._library).sections():
            section.totalViewSize(libtype="movie", includeCollections=False)


async def cpu_seconds(read: Read, times: int) -> float:
    """Return the CPU time of this process for one read, all threads included."""
    began = time.process_time()
    for _ in range(times):
        await read()
    return (time.process_time() - began) / times


async def compare(reads: dict[str, Read], *, times: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each read in each round; the reads alternate."""
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


async def measure_cpu(server: SimulatedServer, *, rounds: int) -> dict[str, Figure]:
    """Return the figures of CPU time; the server replays recorded responses."""
    async with (
        # Without cookies, as the integration creates it.
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        aiohttp.ClientSession() as floor_session,
    ):
        reader = await asyncio.to_thread(Reader, session, floor_session, server)
        one = await compare(
            {
                "ours": reader.client.get_identity,
                "floor": lambda: reader.floor(reader.identity_url),
            },
            times=50,
            rounds=rounds,
        )
        sessions: dict[int, dict[str, list[float]]] = {}
        constructions: list[Construction] = []

        async def construct() -> object:
            """Construct the values of all sessions again, without a request."""
            return [kind(**named) for kind, named in constructions]

        for count in SESSIONS:
            await _replay_after(server, "set_sessions", count)
            constructions[:] = _constructions(await reader.client.get_sessions())
            sessions[count] = await compare(
                {
                    "ours": reader.client.get_sessions,
                    "floor": lambda: reader.floor(reader.sessions_url),
                    "plexapi": reader.plexapi_sessions,
                    "values_alone": construct,
                },
                times=400 // count,
                rounds=rounds,
            )
        libraries: dict[int, dict[str, list[float]]] = {}
        for count in LIBRARIES:
            await _replay_after(server, "set_libraries", count, ITEMS)
            libraries[count] = await compare(
                {
                    "ours": reader.count_libraries,
                    "floor": reader.floor_libraries,
                    "plexapi": reader.plexapi_libraries,
                },
                times=50 // count,
                rounds=rounds,
            )
        await server.call("replay", False)
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
            "cpu_sessions": exponent(
                (median(sessions[count]["ours"]) for count in SESSIONS), SESSIONS
            ),
            "cpu_sessions_floor": exponent(
                (median(sessions[count]["floor"]) for count in SESSIONS), SESSIONS
            ),
            "cpu_libraries": exponent(
                (median(libraries[count]["ours"]) for count in LIBRARIES), LIBRARIES
            ),
        },
    }


def _constructions(values: Iterable[object]) -> list[Construction]:
    """Return the constructions of all dataclass values, nested ones included."""
    found: list[Construction] = []
    for value in values:
        if not is_dataclass(value) or isinstance(value, type):
            continue
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        found += ((type(value), named), *_constructions(named.values()))
    return found


async def _replay_after(server: SimulatedServer, method: str, *arguments: int) -> None:
    """Call a method of the simulator, then replay its responses."""
    await server.call("replay", False)
    await server.call(method, *arguments)
    await server.call("replay", True)
