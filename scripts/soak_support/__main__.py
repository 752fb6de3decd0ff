"""The command line: run a soak and print its report."""

import argparse
import asyncio
from collections.abc import Sequence
import logging
import secrets
import sys
from typing import Final
from unittest.mock import patch
import warnings

from homeassistant import block_async_io
from homeassistant.helpers.entity import Entity

from scripts.common.home_assistant import running_home_assistant
from scripts.common.output import print_status

from .log_checker import LogChecker
from .report import Report
from .simulator import TOKEN
from .soak import Soak, running_soak_servers

_SERVERS: Final = 2
_SEEDS: Final = 2**32


def positive(text: str) -> float:
    """Return a positive finite number of minutes.

    Raises: ArgumentTypeError for any other number.
    """
    minutes = float(text)
    if not 0 < minutes < float("inf"):
        msg = "must be a positive number"
        raise argparse.ArgumentTypeError(msg)
    return minutes


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Run two simulated servers in one Home Assistant, with random faults.",
        epilog="Exits with 1 on growth, a lost stream or an unexpected log line.",
    )
    parser.add_argument("--minutes", type=positive, required=True, help="duration, in real time")
    parser.add_argument(
        "--seed",
        type=int,
        default=secrets.randbelow(_SEEDS),
        help="seed of an earlier run, for the same faults in the same order",
    )
    return parser.parse_args(arguments)


def check_log() -> LogChecker:
    """Return a checker that receives all log lines and Python warnings from now on."""
    checker = LogChecker((TOKEN,))
    root = logging.getLogger()
    root.addHandler(checker)
    root.setLevel(logging.INFO)
    # A token must not be logged at any level.
    logging.getLogger("custom_components.plex_pulse").setLevel(logging.DEBUG)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("always", ResourceWarning)
    return checker


async def soak(minutes: float, report: Report, log: LogChecker) -> None:
    """Run Home Assistant and the servers."""
    async with running_soak_servers(_SERVERS) as servers, running_home_assistant() as hass:
        block_async_io.enable()
        # Entities that are disabled by default send requests, too.
        with patch.object(Entity, "entity_registry_enabled_default", new=True):
            await Soak(hass, servers, report, log).run(minutes * 60)


def main() -> int:
    """Run a soak, print its report and return the exit code."""
    arguments = parse_arguments()
    report = Report(seed=arguments.seed, minutes=arguments.minutes)
    print_status(f"Seed {report.seed}.")
    checker = check_log()
    asyncio.run(soak(arguments.minutes, report, checker))
    report.unexpected = checker.unexpected
    report.lines_lost, report.lines_restored = checker.lost, checker.restored
    print(report.text())
    return 1 if any(report.problems()) else 0


if __name__ == "__main__":
    sys.exit(main())
