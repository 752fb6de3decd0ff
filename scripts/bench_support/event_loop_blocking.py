"""The longest blocks of the event loop while data is refreshed and positions are received."""

import asyncio
import itertools
from typing import Final

from custom_components.plex_pulse.coordinator.sessions import SessionsCoordinator
from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import add_server
from .event_loop_monitor import longest_block
from .figures import ITEMS, LIBRARIES, SESSIONS, Figure, exponent

_REFRESH_COOLDOWN_SECONDS: Final = 0.6
"""After which no refresh for a started session is pending."""
_BETWEEN_REFRESHES_SECONDS: Final = 2.0
"""On the server's clock."""


async def measure_blocks(server: SimulatedServer, *, rounds: int) -> dict[str, Figure]:
    """Return the longest blocks in ms, by number of sessions and libraries."""
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
            "block_sessions": exponent((sessions[few][0], sessions[many][0]), SESSIONS),
            "block_positions": exponent((sessions[few][1], sessions[many][1]), SESSIONS),
            "block_libraries": exponent((libraries[count] for count in LIBRARIES), LIBRARIES),
        },
    }


async def _session_blocks(
    server: SimulatedServer, counts: tuple[int, ...], *, rounds: int
) -> dict[int, tuple[float, float]]:
    """Return the longest blocks of refreshing and of positions, by number of sessions."""
    blocks: dict[int, tuple[float, float]] = {}
    async with running_home_assistant() as hass:
        sessions = (await add_server(hass, server)).runtime_data.sessions

        async def refresh() -> None:
            """Refresh all sessions, whose positions have changed."""
            await server.call("advance_clock", _BETWEEN_REFRESHES_SECONDS)
            await sessions.async_refresh()

        async def receive_positions() -> None:
            """Receive the position of each session, all at once."""
            await server.call("advance_clock", _BETWEEN_REFRESHES_SECONDS)
            await server.call("deliver_positions")

        for count in counts:
            await _set_sessions(sessions, server, count)
            blocks[count] = (
                await longest_block(refresh, rounds),
                await longest_block(receive_positions, rounds),
            )
    return blocks


async def _set_sessions(sessions: SessionsCoordinator, server: SimulatedServer, count: int) -> None:
    """Start so many sessions and refresh the coordinator."""
    await server.call("set_sessions", count)
    await asyncio.sleep(_REFRESH_COOLDOWN_SECONDS)
    await server.wait_until_idle()
    await sessions.async_refresh()


async def _library_block(server: SimulatedServer, libraries: int, *, rounds: int) -> float:
    """Return the longest block in ms of refreshing libraries that have all grown."""
    numbers = itertools.count(ITEMS)
    await server.call("set_libraries", libraries, next(numbers))
    async with running_home_assistant() as hass:
        entry = await add_server(hass, server)

        async def refresh() -> None:
            """Refresh and count all libraries."""
            await server.call("set_libraries", libraries, next(numbers))
            await entry.runtime_data.libraries.async_refresh()
            # The lists of new items are read afterwards; else they would be a part of the next
            # round, or of none.
            await server.wait_until_idle()

        return await longest_block(refresh, rounds)
