"""The number of requests the server receives, counted there."""

from functools import partial
from typing import Final

from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import set_up, wait_for_background_work
from .figures import Figure
from .virtual_time import VirtualTimeClock, VirtualTimeLoop, advance_time

_MINUTE_SECONDS: Final = 60.0
_HOUR_SECONDS: Final = 60 * _MINUTE_SECONDS
_STEADY_MINUTES: Final = 5
_SCAN_FRAMES: Final = 1556
"""Notifications of one scan, as counted on a real server."""


async def measure_requests(server: SimulatedServer) -> dict[str, Figure]:
    """Return the number of requests in each situation, websocket upgrades included.

    The time of Home Assistant, the client and the server is advanced in steps of a few
    seconds; the server sends a notification every ten seconds, as a real one does.
    """
    loop = VirtualTimeLoop.running()
    await server.take_requests()
    async with running_home_assistant(VirtualTimeClock(loop)) as hass:
        advance = partial(
            advance_time, loop, server, action=partial(server.call, "report_positions")
        )
        await set_up(hass, server)
        setup = await server.take_requests()
        await wait_for_background_work(server)
        counts = await server.take_requests()
        # The first minute after a set-up is not an idle one.
        await advance(_MINUTE_SECONDS)
        await server.take_requests()
        await advance(_HOUR_SECONDS)
        idle = await server.take_requests()

        await server.call("set_sessions", 5)
        await server.wait_until_idle()
        await advance_time(loop, server, _MINUTE_SECONDS / 6)
        starts = await server.take_requests()

        await advance(_STEADY_MINUTES * _MINUTE_SECONDS)
        steady = await server.take_requests()

        await server.call("set_sessions", 0)
        await advance(_MINUTE_SECONDS)
        await server.take_requests()
        await server.call("scan_movies", 10, _SCAN_FRAMES)
        await advance(_MINUTE_SECONDS)
        scan = await server.take_requests()
    return {
        "setup": setup,
        "first_counts": counts,
        "idle_per_hour": idle,
        "steady_playback_per_minute": steady / _STEADY_MINUTES,
        "five_starts_at_once": starts,
        "library_scan": scan,
    }
