"""Test the bench: the names of its figures, its reports and its simulated servers."""

import asyncio
import gc
import json
import sys
import time
from typing import Any

import aiohttp
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_pulse.const import DOMAIN
from scripts.bench_support.browser import SubscribedBrowser
from scripts.bench_support.event_loop_monitor import EventLoopMonitor
from scripts.bench_support.figures import GOALS, Figure, Goal, exponent, flatten, merge
from scripts.bench_support.home_assistant_blocks import measured_home_assistant_blocks
from scripts.bench_support.import_cpu import find_modules
from scripts.bench_support.recorder import RowCounts, count_rows, start_recorder
from scripts.bench_support.report import as_json, as_table
from scripts.bench_support.simulator import TOKEN
from scripts.bench_support.virtual_time import (
    VirtualTimeClock,
    VirtualTimeLoop,
    advanced_wall_clock,
)
from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer, running_servers

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
    "setup_block_ms",
    "home_assistant_block_ms",
    "cpu_us_per_position",
    "recorder_rows_per_hour",
    "recorder_rows_per_hour_of_ending_items",
    "statistics_rows_per_hour",
    "browser_bytes_per_minute",
    "import_ms",
    "memory_per_server_kib",
    "growth",
    "machine",
}
RUN = "import runpy, {0}; runpy.run_module('scripts.bench_support', run_name='__main__')"
NEWER = "tests.newer_home_assistant"
BENCH = ("-c", RUN.format(NEWER)) if NEWER in sys.modules else ("-m", "scripts.bench_support")
"""Arguments that start the bench, with a newer Home Assistant as `scripts/test --newest`."""
PARTS = {
    "setup_block_ms": {"6", "50", "300"},
    "cpu_us_per_position": {"1", "40", "320"},
    "recorder_rows_per_hour": {
        "10",
        "40",
        "10_followed_4",
        "idle_6",
        "idle_50",
        "idle_300",
        "scan",
    },
    "statistics_rows_per_hour": {"6", "50", "300", "watch_time"},
    "browser_bytes_per_minute": {"10", "40"},
}


@pytest.mark.timeout(300)  # it starts Home Assistant many times
async def test_quick_run_prints_every_value_and_a_value_for_every_goal(
    socket_enabled: None,
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *BENCH, "--json", "--quick"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    figures = json.loads(output)
    assert set(figures) == NAMES
    assert {name: set(figures[name]) for name in PARTS} == PARTS
    del figures["machine"]
    assert set(GOALS) <= {name for name, _ in flatten(figures)}
    assert b"Traceback" not in errors


def test_table_shows_for_each_goal_whether_it_is_reached() -> None:
    lines = {line.split()[0]: line.split()[1:] for line in as_table(FIGURES).splitlines() if line}
    assert lines["setup"] == ["9", "≤", "8", "missed"]
    assert lines["idle_per_hour"] == ["6", "≤", "12", "reached"]
    assert lines["event_to_state_ms.p50"] == ["1.23"]
    assert lines["event_to_state_ms.p95"] == ["2.5", "≤", "50", "reached"]


def test_json_contains_the_values_and_the_machine() -> None:
    shown = json.loads(as_json(FIGURES))
    assert shown.pop("machine").keys() == {
        "cores",
        "processor",
        "system",
        "python",
        "home_assistant",
    }
    assert shown == {**FIGURES, "event_to_state_ms": {"p50": 1.23, "p95": 2.5}}


def test_values_with_the_same_name_are_merged() -> None:
    figures: dict[str, Figure] = {"growth": {"cpu": 1.0}, "setup": 1.0}
    merge(figures, {"growth": {"memory": 2.0}, "setup": 3.0})
    assert figures == {"growth": {"cpu": 1.0, "memory": 2.0}, "setup": 3.0}


def test_exponent_of_linear_growth_is_one() -> None:
    assert exponent((2, 20), (5, 50)) == pytest.approx(1)
    assert exponent((2, 200), (5, 50)) == pytest.approx(2)
    assert exponent((2, 2), (5, 50)) == 0


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


async def test_monitor_subtracts_excluded_time() -> None:
    now = excluded = 0.0
    monitor = EventLoopMonitor(lambda: now, excluded=lambda: excluded)
    await asyncio.sleep(0)
    now += 0.75
    excluded += 0.5
    assert await monitor.stop() == 0.25


async def test_garbage_collection_and_storage_count_as_blocks_of_home_assistant(
    socket_enabled: None,
) -> None:
    async with running_home_assistant() as hass:
        with measured_home_assistant_blocks() as blocks:
            await Store[dict[str, int]](hass, 1, "bench").async_save({"value": 1})
            assert 0 < blocks.storage <= blocks.total
            assert await Store[dict[str, int]](hass, 1, "bench").async_load() == {"value": 1}
            before = blocks.total
            gc.collect()
            assert blocks.garbage_collection > 0
            assert blocks.total > before


async def test_only_rows_of_the_integrations_entities_are_counted(socket_enabled: None) -> None:
    async with running_home_assistant() as hass:
        await start_recorder(hass)
        registry = er.async_get(hass)
        ours = registry.async_get_or_create("sensor", DOMAIN, "1").entity_id
        other = registry.async_get_or_create("sensor", "other", "1").entity_id
        assert await count_rows(hass) == RowCounts(states=0, statistics=0, watch_time_statistics=0)
        for state in ("1", "2", "3"):
            hass.states.async_set(ours, state)
            hass.states.async_set(other, state)
        hass.states.async_set(ours, "3")
        assert await count_rows(hass) == RowCounts(states=3, statistics=0, watch_time_statistics=0)


async def test_browser_counts_the_bytes_of_changes_after_its_subscription(
    socket_enabled: None,
) -> None:
    async with running_home_assistant() as hass:
        hass.states.async_set("sensor.test", "1", {"text": 500 * "x"})
        browser = SubscribedBrowser()
        await browser.subscribe(hass)
        assert browser.received_bytes == 0
        hass.states.async_set("sensor.test", "2", {"text": 500 * "y"})
        await hass.async_block_till_done()
        assert 500 < browser.received_bytes < 1000


def test_import_includes_platforms_and_the_config_flow_only() -> None:
    names = {name.rpartition(".")[2] for name in find_modules()}
    assert {DOMAIN, "config_flow", "sensor", "image", "diagnostics", "repairs"} <= names
    assert not {"const", "coordinator", "options", "services"} & names


def test_wall_clock_advances_with_the_loop() -> None:
    loop = VirtualTimeLoop()
    try:
        before = time.time()
        with advanced_wall_clock(loop):
            loop.advanced = 3600
            assert 3600 <= time.time() - before < 3660
            assert 3600 <= dt_util.utcnow().timestamp() - before < 3660
            assert 3600 <= dt_util.now().timestamp() - before < 3660
        assert time.time() - before < 60
    finally:
        loop.close()


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


async def test_simulator_replays_sessions_and_counts_requests(socket_enabled: None) -> None:
    async with running_servers("scripts.bench_support.simulator", 2) as (_, server):

        async def read() -> list[int]:
            return [item["viewOffset"] for item in await read_sessions(server)]

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


async def read_sessions(server: SimulatedServer) -> list[dict[str, Any]]:
    """Return the items of /status/sessions."""
    headers = {"X-Plex-Token": TOKEN, "Accept": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{server.url}/status/sessions") as response,
    ):
        items: list[dict[str, Any]] = (await response.json())["MediaContainer"].get("Metadata", [])
        return items


async def test_long_sessions_outlast_an_hour_and_a_third_is_transcoded(
    socket_enabled: None,
) -> None:
    async with running_servers("scripts.bench_support.simulator", 1) as (server,):
        await server.call("set_long_sessions", 12)
        before = await read_sessions(server)
        await server.call("advance_clock", 3700)
        after = await read_sessions(server)
        assert len(before) == len(after) == 12
        speeds = [
            [item["TranscodeSession"]["speed"] for item in items if "TranscodeSession" in item]
            for items in (before, after)
        ]
        assert len(speeds[0]) == len(speeds[1]) == 4
        assert not set(speeds[0]) & set(speeds[1])


async def test_ending_sessions_continue_with_other_items(socket_enabled: None) -> None:
    async with running_servers("scripts.bench_support.simulator", 1) as (server,):
        await server.call("set_ending_sessions", 6)
        before = await read_sessions(server)
        for _ in range(60):
            await server.call("advance_clock", 10)
        after = await read_sessions(server)
        assert [item["sessionKey"] for item in before] == [item["sessionKey"] for item in after]
        changed = [a["ratingKey"] != b["ratingKey"] for a, b in zip(after, before, strict=True)]
        tracks = [item["type"] == "track" for item in before]
        assert changed == tracks
