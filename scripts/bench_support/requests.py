"""How many requests the server gets, counted there."""

from functools import partial
from typing import Final

from .figures import Figure
from .home import home_assistant, set_up, settled
from .moved_time import MovedTimeClock, MovedTimeLoop, pass_time
from .servers import Server

_MINUTE: Final = 60.0
_HOUR: Final = 60 * _MINUTE
_STEADY_MINUTES: Final = 5
_SCAN_FRAMES: Final = 1556
"""As many as a real server was seen to send for one scan."""


async def measure_requests(loop: MovedTimeLoop, server: Server) -> dict[str, Figure]:
    """Return the requests of each situation, the websocket's upgrade among them.

    The time of Home Assistant, client and server is moved on in steps of a few seconds;
    as a real one does, the server says something every ten.
    """
    await server.order("take_requests")
    async with home_assistant(MovedTimeClock(loop)) as hass:
        await set_up(hass, server)
        setup = await server.take_requests()
        await settled(server)
        counts = await server.take_requests()
        positions = partial(server.order, "tell_positions")
        # The first minute after a set-up is not an idle one.
        await pass_time(loop, server, _MINUTE, happening=positions)
        await server.take_requests()
        await pass_time(loop, server, _HOUR, happening=positions)
        idle = await server.take_requests()

        await server.order("play", 5)
        await server.settle()
        await pass_time(loop, server, _MINUTE / 6)
        starts = await server.take_requests()

        await pass_time(loop, server, _STEADY_MINUTES * _MINUTE, happening=positions)
        steady = await server.take_requests()

        await server.order("play", 0)
        await pass_time(loop, server, _MINUTE, happening=positions)
        await server.take_requests()
        await server.order("find_films", 10, _SCAN_FRAMES)
        await pass_time(loop, server, _MINUTE, happening=positions)
        scan = await server.take_requests()
    return {
        "setup": setup,
        "first_counts": counts,
        "idle_per_hour": idle,
        "steady_playback_per_minute": steady / _STEADY_MINUTES,
        "five_starts_at_once": starts,
        "library_scan": scan,
    }
