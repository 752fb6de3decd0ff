"""Tests of the soak: its arguments, its faults, and the problems that it reports."""

from dataclasses import replace
import logging
from random import Random

import aiohttp
import pytest

from scripts.soak_support.__main__ import parse_arguments
from scripts.soak_support.home import Outages
from scripts.soak_support.log_watch import LogWatch
from scripts.soak_support.report import Report
from scripts.soak_support.servers import running_servers
from scripts.soak_support.stand_in import TOKEN
from scripts.soak_support.troubles import Troubles
from scripts.soak_support.vitals import TOLERANCES, Vitals

OURS = "custom_components.plex_pulse.coordinator.health"
SECRET = "canary-token"
KINDS = 22
START = Vitals(tasks=6, listeners=200, file_descriptors=20, memory=200.0)


def clean() -> Report:
    """Return a report without problems."""
    return Report(seed=1, minutes=2.0, start=START, end=START)


def handled_by_log_watch(*records: tuple[str, int, str, tuple[object, ...]]) -> LogWatch:
    """Return a log watch that has handled these records: logger, level, text and arguments."""
    watch = LogWatch((SECRET,))
    for name, level, text, arguments in records:
        watch.handle(logging.LogRecord(name, level, "", 0, text, arguments, None))
    return watch


def test_soak_parses_duration_and_seed() -> None:
    arguments = parse_arguments(["--minutes", "1.5", "--seed", "7"])
    assert (arguments.minutes, arguments.seed) == (1.5, 7)


def test_soak_uses_a_random_seed_by_default() -> None:
    seeds = {parse_arguments(["--minutes", "1"]).seed for _ in range(3)}
    assert len(seeds) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--minutes", "0"],
        ["--minutes", "-1"],
        ["--minutes", "nan"],
        ["--minutes", "inf"],
        ["--minutes", "ten"],
    ],
)
def test_soak_requires_a_positive_finite_duration(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse_arguments(arguments)
    assert "--minutes" in capsys.readouterr().err


def test_clean_report_has_no_problems() -> None:
    report = clean()
    assert list(report.problems()) == []
    assert report.text().startswith("Seed 1, 2 minutes")
    assert report.text().endswith("Clean.")


@pytest.mark.parametrize("name", ["tasks", "listeners", "file_descriptors", "memory"])
def test_growth_beyond_the_tolerance_is_a_problem(name: str) -> None:
    report = clean()
    tolerated = getattr(START, name) + getattr(TOLERANCES, name)
    report.end = replace(START, **{name: tolerated})
    assert list(report.problems()) == []
    report.end = replace(START, **{name: tolerated + 1})
    (problem,) = report.problems()
    assert "grew by" in problem
    assert report.text().endswith(problem)


def test_decrease_is_not_a_problem() -> None:
    report = clean()
    report.end = Vitals(tasks=0, listeners=0, file_descriptors=0, memory=0.0)
    assert list(report.problems()) == []


def test_report_without_measurements_is_a_problem() -> None:
    report = clean()
    report.end = None
    assert len(list(report.problems())) == 1


def test_lost_streams_and_unexpected_log_lines_are_problems() -> None:
    report = clean()
    report.lost.append("Soak 0: nothing is shown")
    report.unexpected.append("ERROR asyncio: never retrieved")
    problems = list(report.problems())
    assert problems[0] == "Soak 0: nothing is shown"
    assert problems[1].endswith("never retrieved")


def test_outage_without_a_restored_log_line_is_a_problem() -> None:
    report = clean()
    report.lines_lost, report.lines_back = 2, 1
    assert len(list(report.problems())) == 1


def test_report_keeps_the_longest_downtime_per_fault() -> None:
    report = clean()
    report.note_shown_down({"hang": 2.0, "429": 1.0})
    report.note_shown_down({"hang": 1.0, "429": 3.5})
    assert report.shown_down == {"hang": 2.0, "429": 3.5}


def test_lost_and_restored_log_lines_are_counted_and_expected() -> None:
    watch = handled_by_log_watch(
        (OURS, logging.INFO, "Connection to %s lost: %s", ("Soak 0", "away")),
        (OURS, logging.INFO, "Connection to %s restored", ("Soak 0",)),
    )
    assert (watch.lost, watch.back, watch.unexpected) == (1, 1, [])


@pytest.mark.parametrize(
    ("name", "level", "text"),
    [
        (OURS, logging.WARNING, "Something else"),
        (OURS, logging.DEBUG, f"GET / with {SECRET}"),
        ("asyncio", logging.ERROR, "Task exception was never retrieved"),
        ("py.warnings", logging.WARNING, "ResourceWarning: unclosed transport"),
        ("homeassistant.util.loop", logging.WARNING, "Detected blocking call in plex_pulse"),
    ],
)
def test_unexpected_log_line_is_kept(name: str, level: int, text: str) -> None:
    assert len(handled_by_log_watch((name, level, text, ())).unexpected) == 1


@pytest.mark.parametrize(
    ("name", "level", "text"),
    [
        (OURS, logging.INFO, "Something else"),
        ("homeassistant.loader", logging.WARNING, "We found a custom integration plex_pulse"),
        ("homeassistant.helpers.storage", logging.WARNING, "Of no concern"),
    ],
)
def test_irrelevant_log_line_is_not_kept(name: str, level: int, text: str) -> None:
    assert handled_by_log_watch((name, level, text, ())).unexpected == []


def test_only_downtime_of_a_healthy_server_is_measured() -> None:
    outages = Outages(well_since=0.0)
    outages.observe(10, is_down=False)
    outages.in_trouble("hang")
    outages.observe(11, is_down=True)
    outages.observe(20, is_down=True)
    assert outages.longest == {}
    outages.is_well(22)
    outages.observe(21, is_down=True)
    assert outages.longest == {}
    outages.observe(25, is_down=True)
    outages.observe(26, is_down=False)
    assert outages.longest == {"hang": 3}
    outages.cause = "nothing"
    outages.observe(30, is_down=True)
    outages.observe(31, is_down=True)
    assert outages.longest == {"hang": 3, "nothing": 1}


def test_rate_limit_outlasts_a_following_fault() -> None:
    outages = Outages(well_since=0.0)
    outages.in_trouble("429 with Retry-After")
    outages.is_well(40)
    outages.in_trouble("hang")
    outages.is_well(20)
    outages.observe(39, is_down=True)
    assert outages.longest == {}
    outages.observe(42, is_down=True)
    assert outages.longest == {"hang": 2}


def test_same_seed_gives_the_same_faults_and_all_of_them() -> None:
    one, same, other = (Troubles(Random(seed)) for seed in (1, 1, 2))
    drawn = [one.draw() for _ in range(200)]
    assert drawn == [same.draw() for _ in range(200)]
    assert drawn != [other.draw() for _ in range(200)]
    names = {trouble.name for trouble in drawn}
    assert len(names) == KINDS
    assert {trouble.name for trouble in drawn[:KINDS]} == names
    assert {"429", "429 with Retry-After", "5xx", "hang", "restart", "token refused"} <= names


async def test_soak_server_plays_and_scans_and_removes_added_items(socket_enabled: None) -> None:
    async with running_servers(1) as (server,):
        for what in ("start", "start", "pause", "resume", "next", "seek", "convert", "stop"):
            await server.order("play", what, 5)
        assert len(await server.order("streams")) == 1
        await server.order("stop_streams")
        assert await server.order("streams") == []
        await server.order("scan_movies", 20, 4)
        await server.order("forget_newcomers")


async def test_soak_server_recovers_from_every_fault(socket_enabled: None) -> None:
    troubles = Troubles(Random(3))
    async with running_servers(1) as (server,), aiohttp.ClientSession() as session:
        for _ in range(KINDS):
            trouble = troubles.draw()
            for name, *arguments in (*trouble.orders, trouble.end):
                await server.order(str(name), *arguments)
            async with session.get(
                f"{server.url}/status/sessions", headers={"X-Plex-Token": TOKEN}
            ) as answer:
                assert answer.status == 200, trouble.name
        await server.count_requests()
        assert server.requests == KINDS
