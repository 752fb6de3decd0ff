"""Tests of the benchmark: its figures, goals, tables and stand-in servers."""

import asyncio
import json
import sys

import aiohttp
import pytest

from scripts.bench_support.blocks import LoopWatch
from scripts.bench_support.figures import GOALS, Figure, Goal, exponent, flat, merge
from scripts.bench_support.moved_time import MovedTimeClock, MovedTimeLoop
from scripts.bench_support.report import as_json, as_table
from scripts.bench_support.servers import running_servers
from scripts.bench_support.stand_in import TOKEN

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


@pytest.mark.timeout(180)  # Home Assistant's start takes about ten seconds
async def test_bench_prints_every_figure_and_one_for_each_goal(socket_enabled: None) -> None:
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
    assert set(GOALS) <= {name for name, _ in flat(figures)}
    assert b"Traceback" not in errors


def test_bench_table_shows_whether_each_goal_is_reached() -> None:
    lines = {line.split()[0]: line.split()[1:] for line in as_table(FIGURES).splitlines() if line}
    assert lines["setup"] == ["9", "≤", "8", "missed"]
    assert lines["idle_per_hour"] == ["6", "≤", "12", "reached"]
    assert lines["event_to_state_ms.p50"] == ["1.23"]
    assert lines["event_to_state_ms.p95"] == ["2.5", "≤", "50", "reached"]


def test_bench_json_has_figures_and_machine() -> None:
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


def test_exponent_of_growth() -> None:
    assert exponent(2, 20) == pytest.approx(1)
    assert exponent(2, 200) == pytest.approx(2)
    assert exponent(2, 2) == 0


def test_goal_is_a_minimum_or_a_maximum() -> None:
    assert Goal(limit=8, at_least=True).is_reached(8)
    assert not Goal(limit=8, at_least=True).is_reached(7.9)
    assert Goal(limit=8).is_reached(8)
    assert not Goal(limit=8).is_reached(8.1)


async def test_event_loop_blocking_is_measured_until_the_end() -> None:
    now = 0.0
    watch = LoopWatch(lambda: now)
    await asyncio.sleep(0)
    now += 0.25
    await asyncio.sleep(0)
    now += 0.75
    assert await watch.stop() == 0.75


def test_virtual_time_ends_sleeps_and_advances_the_clients_clock() -> None:
    async def wait_an_hour() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, MovedTimeLoop)
        clock = MovedTimeClock(loop)
        before = clock.monotonic()
        waiting = asyncio.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        loop.passed += 3600
        await waiting
        return clock.monotonic() - before

    assert 3600 <= asyncio.run(wait_an_hour(), loop_factory=MovedTimeLoop) < 3660


async def test_stand_in_server_plays_replays_and_counts_requests(socket_enabled: None) -> None:
    async with running_servers(2) as (_, server), aiohttp.ClientSession() as session:

        async def read() -> list[int]:
            async with session.get(
                f"{server.url}/status/sessions",
                headers={"X-Plex-Token": TOKEN, "Accept": "application/json"},
            ) as response:
                items = (await response.json())["MediaContainer"].get("Metadata", [])
            return [item["viewOffset"] for item in items]

        await server.order("play", 3)
        before = await read()
        assert len(before) == 3
        await server.order("pass_time", 60)
        after = await read()
        assert min(b - a for a, b in zip(before, after, strict=True)) >= 60_000
        assert await server.take_requests() == 2
        assert await server.take_requests() == 0

        await server.order("replay", True)
        replayed = await read()
        await server.order("pass_time", 60)
        assert await read() == replayed
