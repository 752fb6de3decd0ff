"""Test the bench: the names of its figures, its reports and its simulated servers."""

import asyncio
import json
import sys

import aiohttp
import pytest

from scripts.bench_support.event_loop_blocking import EventLoopMonitor
from scripts.bench_support.figures import GOALS, Figure, Goal, exponent, flatten, merge
from scripts.bench_support.report import as_json, as_table
from scripts.bench_support.simulator import TOKEN
from scripts.bench_support.virtual_time import VirtualTimeClock, VirtualTimeLoop
from scripts.common.simulated_servers import running_servers

from .product import ROOT

FIGURES: dict[str, Figure] = {
    "setup": 9,
    "idle_per_hour": 6,
    "event_to_state_ms": {"p50": 1.23456, "p95": 2.5},
}
NAMES = {
    "event_to_state_ms",
    "start_to_state_ms",
    "setup",
    "first_counts",
    "idle_per_hour",
    "steady_playback_per_minute",
    "five_starts_at_once",
    "library_scan",
    "cpu_ratio_vs_plexapi",
    "cpu_ratio_vs_floor",
    "cpu_us",
    "overhead_per_request_us",
    "longest_block_ms",
    "memory_per_server_kib",
    "growth",
    "machine",
}


@pytest.mark.timeout(180)  # starting Home Assistant takes some ten seconds
async def test_quick_run_prints_every_figure_and_a_figure_for_every_goal(
    socket_enabled: None,
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.bench_support", "--json", "--quick"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    figures = json.loads(output)
    assert set(figures) == NAMES
    del figures["machine"]
    assert set(GOALS) <= {name for name, _ in flatten(figures)}
    assert b"Traceback" not in errors


def test_table_shows_for_each_goal_whether_it_is_reached() -> None:
    lines = {line.split()[0]: line.split()[1:] for line in as_table(FIGURES).splitlines() if line}
    assert lines["setup"] == ["9", "≤", "8", "missed"]
    assert lines["idle_per_hour"] == ["6", "≤", "12", "reached"]
    assert lines["event_to_state_ms.p50"] == ["1.23"]
    assert lines["event_to_state_ms.p95"] == ["2.5", "≤", "50", "reached"]


def test_json_contains_the_figures_and_the_machine() -> None:
    shown = json.loads(as_json(FIGURES))
    assert shown.pop("machine").keys() == {
        "cores",
        "processor",
        "system",
        "python",
        "home_assistant",
    }
    assert shown == {**FIGURES, "event_to_state_ms": {"p50": 1.23, "p95": 2.5}}


def test_figures_of_one_name_are_merged() -> None:
    figures: dict[str, Figure] = {"growth": {"cpu": 1.0}, "setup": 1.0}
    merge(figures, {"growth": {"memory": 2.0}, "setup": 3.0})
    assert figures == {"growth": {"cpu": 1.0, "memory": 2.0}, "setup": 3.0}


def test_exponent_of_linear_growth_is_one() -> None:
    assert exponent(2, 20) == pytest.approx(1)
    assert exponent(2, 200) == pytest.approx(2)
    assert exponent(2, 2) == 0


def test_goal_is_a_minimum_or_a_maximum() -> None:
    assert Goal(limit=8, at_least=True).is_reached(8)
    assert not Goal(limit=8, at_least=True).is_reached(7.9)
    assert Goal(limit=8).is_reached(8)
    assert not Goal(limit=8).is_reached(8.1)


async def test_monitor_measures_blocks_until_it_is_stopped() -> None:
    now = 0.0
    monitor = EventLoopMonitor(lambda: now)
    await asyncio.sleep(0)
    now += 0.25
    await asyncio.sleep(0)
    now += 0.75
    assert await monitor.stop() == 0.75


def test_advanced_time_ends_waits_and_advances_the_clients_clock() -> None:
    async def wait_an_hour() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        clock = VirtualTimeClock(loop)
        before = clock.monotonic()
        waiting = asyncio.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        loop.advanced += 3600
        await waiting
        return clock.monotonic() - before

    assert 3600 <= asyncio.run(wait_an_hour(), loop_factory=VirtualTimeLoop) < 3660


async def test_simulator_plays_replays_and_counts_requests(socket_enabled: None) -> None:
    async with (
        running_servers("scripts.bench_support.simulator", 2) as (_, server),
        aiohttp.ClientSession() as session,
    ):

        async def read() -> list[int]:
            async with session.get(
                f"{server.url}/status/sessions",
                headers={"X-Plex-Token": TOKEN, "Accept": "application/json"},
            ) as response:
                items = (await response.json())["MediaContainer"].get("Metadata", [])
            return [item["viewOffset"] for item in items]

        await server.call("set_sessions", 3)
        before = await read()
        assert len(before) == 3
        await server.call("advance_clock", 60)
        after = await read()
        assert min(b - a for a, b in zip(before, after, strict=True)) >= 60_000
        assert await server.take_requests() == 2
        assert await server.take_requests() == 0

        await server.call("replay", True)
        replayed = await read()
        await server.call("advance_clock", 60)
        assert await read() == replayed
