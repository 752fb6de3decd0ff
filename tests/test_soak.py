"""Test the soak: its arguments, its report, its checks and its faults."""

from dataclasses import replace
import logging
from random import Random

import aiohttp
import pytest

from scripts.soak_support.__main__ import parse_arguments
from scripts.soak_support.faults import FaultSequence
from scripts.soak_support.log_checker import LogChecker
from scripts.soak_support.outages import Outages
from scripts.soak_support.report import Report
from scripts.soak_support.resource_usage import TOLERANCES, ResourceUsage
from scripts.soak_support.simulator import TOKEN
from scripts.soak_support.soak import running_soak_servers

LOGGER = "custom_components.plex_pulse.coordinator.health"
SECRET = "canary-token"
FAULTS = 22
START = ResourceUsage(tasks=6, listeners=200, file_descriptors=20, memory=200.0)


def clean_report() -> Report:
    """Return a report without problems."""
    return Report(seed=1, minutes=2.0, start=START, end=START)


def check_lines(*records: tuple[str, int, str, tuple[object, ...]]) -> LogChecker:
    """Return a checker after lines given as logger, level, text and arguments."""
    checker = LogChecker((SECRET,))
    for name, level, text, arguments in records:
        checker.handle(logging.LogRecord(name, level, "", 0, text, arguments, None))
    return checker


def test_arguments_are_duration_and_seed() -> None:
    arguments = parse_arguments(["--minutes", "1.5", "--seed", "7"])
    assert (arguments.minutes, arguments.seed) == (1.5, 7)


def test_default_seed_is_random() -> None:
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
def test_invalid_duration_is_rejected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse_arguments(arguments)
    assert "--minutes" in capsys.readouterr().err


def test_report_without_problems_ends_with_clean() -> None:
    report = clean_report()
    assert list(report.problems()) == []
    assert report.text().startswith("Seed 1, 2 minutes")
    assert report.text().endswith("Clean.")


@pytest.mark.parametrize("name", ["tasks", "listeners", "file_descriptors", "memory"])
def test_growth_beyond_tolerance_is_a_problem(name: str) -> None:
    report = clean_report()
    tolerated = getattr(START, name) + getattr(TOLERANCES, name)
    report.end = replace(START, **{name: tolerated})
    assert list(report.problems()) == []
    report.end = replace(START, **{name: tolerated + 1})
    (problem,) = report.problems()
    assert "grew by" in problem
    assert report.text().endswith(problem)


def test_lower_resource_usage_is_no_problem() -> None:
    report = clean_report()
    report.end = ResourceUsage(tasks=0, listeners=0, file_descriptors=0, memory=0.0)
    assert list(report.problems()) == []


def test_missing_measurement_is_a_problem() -> None:
    report = clean_report()
    report.end = None
    assert len(list(report.problems())) == 1


def test_lost_streams_and_unexpected_log_lines_are_problems() -> None:
    report = clean_report()
    report.lost.append("Soak 0: no stream is shown")
    report.unexpected.append("ERROR asyncio: never retrieved")
    problems = list(report.problems())
    assert problems[0] == "Soak 0: no stream is shown"
    assert problems[1].endswith("never retrieved")


def test_lost_connection_without_a_line_for_its_restoration_is_a_problem() -> None:
    report = clean_report()
    report.lines_lost, report.lines_restored = 2, 1
    assert len(list(report.problems())) == 1


def test_report_keeps_longest_outage_for_each_fault() -> None:
    report = clean_report()
    report.record_server_outages({"hang": 2.0, "429": 1.0})
    report.record_server_outages({"hang": 1.0, "429": 3.5})
    assert report.server_outages == {"hang": 2.0, "429": 3.5}


def test_lost_and_restored_connections_are_counted_and_expected() -> None:
    checker = check_lines(
        (LOGGER, logging.INFO, "Connection to %s lost: %s", ("Soak 0", "timeout")),
        (LOGGER, logging.INFO, "Connection to %s restored", ("Soak 0",)),
    )
    assert (checker.lost, checker.restored, checker.unexpected) == (1, 1, [])


@pytest.mark.parametrize(
    ("name", "level", "text"),
    [
        (LOGGER, logging.WARNING, "Something else"),
        (LOGGER, logging.DEBUG, f"GET / with {SECRET}"),
        ("asyncio", logging.ERROR, "Task exception was never retrieved"),
        ("py.warnings", logging.WARNING, "ResourceWarning: unclosed transport"),
        ("homeassistant.util.loop", logging.WARNING, "Detected blocking call in plex_pulse"),
    ],
)
def test_unexpected_log_line_is_recorded(name: str, level: int, text: str) -> None:
    assert len(check_lines((name, level, text, ())).unexpected) == 1


@pytest.mark.parametrize(
    ("name", "level", "text"),
    [
        (LOGGER, logging.INFO, "Something else"),
        ("homeassistant.loader", logging.WARNING, "We found a custom integration plex_pulse"),
        ("homeassistant.helpers.storage", logging.WARNING, "Unrelated"),
    ],
)
def test_expected_log_line_is_not_recorded(name: str, level: int, text: str) -> None:
    assert check_lines((name, level, text, ())).unexpected == []


def test_warning_that_a_fault_causes_is_expected_only_during_the_fault() -> None:
    checker = LogChecker((SECRET,))
    refused = "%s refuses the token: signing in is needed"
    line = logging.LogRecord(LOGGER, logging.WARNING, "", 0, refused, ("Soak 0",), None)
    checker.expected_line = refused
    checker.handle(line)
    assert checker.unexpected == []
    checker.expected_line = ""
    checker.handle(line)
    assert len(checker.unexpected) == 1


def test_outages_count_only_without_a_fault() -> None:
    outages = Outages(recovered_at=0.0)
    outages.observe(10, is_unavailable=False)
    outages.start_fault("hang")
    outages.observe(11, is_unavailable=True)
    outages.observe(20, is_unavailable=True)
    assert outages.longest == {}
    outages.end_fault(22)
    outages.observe(21, is_unavailable=True)
    assert outages.longest == {}
    outages.observe(25, is_unavailable=True)
    outages.observe(26, is_unavailable=False)
    assert outages.longest == {"hang": 3}
    outages.fault = "nothing"
    outages.observe(30, is_unavailable=True)
    outages.observe(31, is_unavailable=True)
    assert outages.longest == {"hang": 3, "nothing": 1}


def test_retry_after_of_an_earlier_fault_still_applies_after_the_next_fault() -> None:
    outages = Outages(recovered_at=0.0)
    outages.start_fault("429 with Retry-After")
    outages.end_fault(40)
    outages.start_fault("hang")
    outages.end_fault(20)
    outages.observe(39, is_unavailable=True)
    assert outages.longest == {}
    outages.observe(42, is_unavailable=True)
    assert outages.longest == {"hang": 2}


def test_same_seed_gives_same_faults_and_each_fault_once_per_round() -> None:
    one, same, other = (FaultSequence(Random(seed)) for seed in (1, 1, 2))
    drawn = [one.next() for _ in range(200)]
    assert drawn == [same.next() for _ in range(200)]
    assert drawn != [other.next() for _ in range(200)]
    names = {fault.name for fault in drawn}
    assert len(names) == FAULTS
    assert {fault.name for fault in drawn[:FAULTS]} == names
    assert {"429", "429 with Retry-After", "5xx", "hang", "restart", "token refused"} <= names


async def test_simulator_changes_sessions_and_deletes_films_of_scans(socket_enabled: None) -> None:
    async with running_soak_servers(1) as (server,):
        for action in ("start", "start", "pause", "resume", "next", "seek", "convert", "stop"):
            await server.call("change_sessions", action, 5)
        assert len(await server.call("streams")) == 1
        await server.call("stop_streams")
        assert await server.call("streams") == []
        await server.call("scan_movies", 20, 4)
        await server.call("delete_new_films")


async def test_server_recovers_from_every_fault(socket_enabled: None) -> None:
    faults = FaultSequence(Random(3))
    async with running_soak_servers(1) as (server,), aiohttp.ClientSession() as session:
        for _ in range(FAULTS):
            fault = faults.next()
            for name, *arguments in (*fault.begin, fault.end):
                await server.call(str(name), *arguments)
            async with session.get(
                f"{server.url}/status/sessions", headers={"X-Plex-Token": TOKEN}
            ) as response:
                assert response.status == 200, fault.name
        await server.count_requests()
        assert server.requests == FAULTS
