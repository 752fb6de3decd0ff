"""Rows in the recorder's database and bytes to a browser, over one hour of virtual time."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from custom_components.plex_pulse.const import CONF_FOLLOWED_USERS
from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer
from tests.simulator.users_and_players import USERS

from .browser import SubscribedBrowser
from .entries import add_server
from .figures import Figure
from .recorder import count_rows, start_recorder
from .virtual_time import VirtualTimeClock, VirtualTimeLoop, advance_time, advanced_wall_clock

HOUR_MINUTES: Final = 60
_MINUTE_SECONDS: Final = 60.0
_WARM_UP_MINUTES: Final = 2
_ITEMS: Final = 100
_SCAN_MINUTES: Final = 10
_SCAN_FRAMES: Final = 1556
"""Notifications of one scan, as counted on a real server."""
_SCAN_INTERVAL_SECONDS: Final = 1.0
_NEW_FILMS: Final = 10

type Activity = Callable[[VirtualTimeLoop, SimulatedServer, float], Awaitable[None]]
"""What happens on a server within so many minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The figures of one hour."""

    states: float
    statistics: float
    watch_time_statistics: float
    browser_bytes_per_minute: float


async def report_positions(loop: VirtualTimeLoop, server: SimulatedServer, minutes: float) -> None:
    """Report the position of every stream every ten seconds."""
    await advance_time(
        loop,
        server,
        minutes * _MINUTE_SECONDS,
        action=partial(server.call, "deliver_positions"),
    )


async def scan_once(loop: VirtualTimeLoop, server: SimulatedServer, minutes: float) -> None:
    """Scan a library for ten minutes, or for the sixth part of a shorter time."""
    scan_minutes = _SCAN_MINUTES * minutes / HOUR_MINUTES
    reports = max(1, round(scan_minutes * _MINUTE_SECONDS / _SCAN_INTERVAL_SECONDS))
    await server.call("start_scan")
    for number in range(reports):
        frames = _SCAN_FRAMES * (number + 1) // reports - _SCAN_FRAMES * number // reports
        start, end = 100 * number / reports, 100 * (number + 1) / reports
        await server.call("report_scan", start, end, frames)
        await advance_time(loop, server, _SCAN_INTERVAL_SECONDS)
    await server.call("end_scan", _NEW_FILMS)
    await report_positions(loop, server, minutes - scan_minutes)


async def measure_hour(
    server: SimulatedServer,
    *,
    minutes: float = HOUR_MINUTES,
    followed: int = 0,
    activity: Activity = report_positions,
) -> Measurement:
    """Return the figures of a server, extrapolated to an hour if fewer minutes are measured."""
    loop = VirtualTimeLoop.running()
    browser = SubscribedBrowser()
    options: Mapping[str, object] = {
        CONF_FOLLOWED_USERS: {str(user.id): user.name for user in USERS[:followed]}
    }
    with advanced_wall_clock(loop):
        async with running_home_assistant(VirtualTimeClock(loop)) as hass:
            await start_recorder(hass)
            await add_server(hass, server, options=options)
            await report_positions(loop, server, min(minutes, _WARM_UP_MINUTES))
            await browser.subscribe(hass)
            before = await count_rows(hass)
            await activity(loop, server, minutes)
            received = browser.received_bytes
            after = await count_rows(hass)
    scale = HOUR_MINUTES / minutes
    return Measurement(
        states=scale * (after.states - before.states),
        statistics=scale * (after.statistics - before.statistics),
        watch_time_statistics=scale * (after.watch_time_statistics - before.watch_time_statistics),
        browser_bytes_per_minute=received / minutes,
    )


async def measure_database_rows(
    servers: list[SimulatedServer], *, minutes: float = HOUR_MINUTES, divisor: int = 1
) -> dict[str, Figure]:
    """Return the rows of states and statistics per hour and the bytes to a browser per minute.

    Larger numbers of libraries and streams are divided by the divisor.
    """
    hour = partial(measure_hour, minutes=minutes)
    ten, forty, followed, ending, few, many, most, scanned = servers[:8]
    await ten.call("set_long_sessions", 10)
    await forty.call("set_long_sessions", 40 // divisor)
    await followed.call("set_long_sessions", 10)
    await ending.call("set_ending_sessions", 10)
    # The simulator's default is six libraries of five types.
    await many.call("set_libraries", 50 // divisor, _ITEMS)
    await most.call("set_libraries", 300 // divisor, _ITEMS)
    of_ten, of_forty = await hour(ten), await hour(forty)
    idle = {6: await hour(few), 50: await hour(many), 300: await hour(most)}
    return {
        "recorder_rows_per_hour": {
            "10": of_ten.states,
            "40": of_forty.states,
            "10_followed_4": (await hour(followed, followed=4)).states,
            **{f"idle_{count}": measured.states for count, measured in idle.items()},
            "scan": (await hour(scanned, activity=scan_once)).states,
        },
        "recorder_rows_per_hour_of_ending_items": {"10": (await hour(ending)).states},
        "statistics_rows_per_hour": {
            **{f"{count}": measured.statistics for count, measured in idle.items()},
            "watch_time": idle[6].watch_time_statistics,
        },
        "browser_bytes_per_minute": {
            "10": of_ten.browser_bytes_per_minute,
            "40": of_forty.browser_bytes_per_minute,
        },
    }
