"""How long the event loop is held, during which Home Assistant does nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import itertools
from statistics import median
import time
from typing import Final

from custom_components.plex_pulse.coordinator.sessions import SessionsCoordinator

from .figures import ITEMS, LIBRARIES, SESSIONS, Figure, exponent
from .home import add_server, home_assistant
from .servers import Server

_PATIENCE: Final = 30.0
_JOINED: Final = 0.6
"""Seconds after which no read is under way that a start has asked for."""
_BETWEEN_READS: Final = 2.0
"""Seconds that pass at the server from one read to the next."""


class LoopWatch:
    """Take every turn of the event loop, and note the longest wait for one."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Watch from now on, by a clock of seconds."""
        self._clock = clock
        self._longest = 0.0
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Come back at once, each time."""
        before = self._clock()
        while True:
            await asyncio.sleep(0)
            now = self._clock()
            self._longest = max(self._longest, now - before)
            before = now

    async def stop(self) -> float:
        """Return the longest wait in seconds."""
        # Whoever stops it may be what holds the loop; the watch has to see that first.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        return self._longest


async def longest_block(act: Callable[[], Awaitable[object]], rounds: int) -> float:
    """Return in ms what a round's longest block is, in the middle of all rounds.

    One round alone says as much about what else the machine does.
    """
    longest: list[float] = []
    for _ in range(rounds):
        watch = LoopWatch()
        await asyncio.sleep(0)
        await act()
        longest.append(await watch.stop())
    return 1000 * median(longest)


async def measure_blocks(server: Server, *, rounds: int) -> dict[str, Figure]:
    """Return the longest blocks: of reading, of hearing where every session stands."""
    sessions = await _session_blocks(server, (1, *SESSIONS), rounds=rounds)
    libraries = {count: await _library_block(server, count, rounds=rounds) for count in LIBRARIES}
    few, many = SESSIONS
    return {
        "longest_block_ms": {
            **{f"sessions_{count}": block for count, (block, _) in sessions.items()},
            f"libraries_{LIBRARIES[1]}": libraries[LIBRARIES[1]],
            **{f"positions_of_{count}_at_once": block for count, (_, block) in sessions.items()},
        },
        "growth": {
            "block_sessions": exponent(sessions[few][0], sessions[many][0]),
            "block_positions": exponent(sessions[few][1], sessions[many][1]),
            "block_libraries": exponent(*(libraries[count] for count in LIBRARIES)),
        },
    }


async def _session_blocks(
    server: Server, counts: tuple[int, ...], *, rounds: int
) -> dict[int, tuple[float, float]]:
    """Return the longest block of reading and of hearing, by number of sessions."""
    blocks: dict[int, tuple[float, float]] = {}
    async with home_assistant() as hass:
        sessions = (await add_server(hass, server)).runtime_data.sessions

        def position_of_last() -> int | None:
            """Return where the session stands that the server tells of last."""
            return sessions.data[-1].view_offset

        async def read() -> None:
            """Read all sessions, of which all have played on."""
            await server.order("pass_time", _BETWEEN_READS)
            await sessions.async_refresh()

        async def hear() -> None:
            """Hear of each session where it stands, all at once."""
            await server.order("pass_time", _BETWEEN_READS)
            before = position_of_last()
            heard = asyncio.Event()

            def look() -> None:
                """See whether the last one has come."""
                if position_of_last() != before:
                    heard.set()

            stop = sessions.async_add_listener(look)
            await server.order("tell_positions")
            async with asyncio.timeout(_PATIENCE):
                await heard.wait()
            stop()

        for count in counts:
            await _play(sessions, server, count)
            blocks[count] = (
                await longest_block(read, rounds),
                await longest_block(hear, rounds),
            )
    return blocks


async def _play(sessions: SessionsCoordinator, server: Server, count: int) -> None:
    """Have so many sessions, known here as well."""
    await server.order("play", count)
    await asyncio.sleep(_JOINED)
    await server.settle()
    await sessions.async_refresh()


async def _library_block(server: Server, libraries: int, *, rounds: int) -> float:
    """Return the longest block of reading and counting libraries that have all grown."""
    numbers = itertools.count(ITEMS)
    await server.order("hold_libraries", libraries, next(numbers))
    async with home_assistant() as hass:
        entry = await add_server(hass, server)

        async def read() -> None:
            """Read and count all libraries."""
            await server.order("hold_libraries", libraries, next(numbers))
            await entry.runtime_data.libraries.async_refresh()

        return await longest_block(read, rounds)
