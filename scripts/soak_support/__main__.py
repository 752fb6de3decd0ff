"""The command line: soak for some minutes, and print what was found."""

import argparse
import asyncio
from collections.abc import Sequence
import logging
import secrets
import sys
from unittest.mock import patch
import warnings

from homeassistant import block_async_io
from homeassistant.helpers.entity import Entity

from scripts.bench_support.home import home_assistant

from .log_watch import LogWatch
from .report import Report
from .servers import running_servers
from .soak import Soak, say
from .stand_in import TOKEN

_SERVERS = 2
_SEEDS = 2**32


def positive(text: str) -> float:
    """Return a number of minutes."""
    minutes = float(text)
    if not 0 < minutes < float("inf"):
        msg = "it must be more than nothing"
        raise argparse.ArgumentTypeError(msg)
    return minutes


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Two simulated servers in one Home Assistant, in trouble at random moments.",
        epilog="Ends with 1 on growth, a lost stream, or a log line that nobody expects.",
    )
    parser.add_argument("--minutes", type=positive, required=True, help="how long, in real time")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(_SEEDS), help="for the same again, nearly"
    )
    return parser.parse_args(arguments)


def watch_log() -> LogWatch:
    """Return what hears every line, warnings of Python's own among them."""
    watch = LogWatch((TOKEN,))
    root = logging.getLogger()
    root.addHandler(watch)
    root.setLevel(logging.INFO)
    # A token may show at any level.
    logging.getLogger("custom_components.plex_pulse").setLevel(logging.DEBUG)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("always", ResourceWarning)
    return watch


async def soak(minutes: float, report: Report) -> None:
    """Run Home Assistant and the servers."""
    async with running_servers(_SERVERS) as servers, home_assistant() as hass:
        block_async_io.enable()
        # What is off by default asks servers, too.
        with patch.object(Entity, "entity_registry_enabled_default", new=True):
            await Soak(hass, servers, report).run(minutes * 60)


def main() -> int:
    """Soak and print; return the exit code."""
    arguments = parse_arguments()
    report = Report(seed=arguments.seed, minutes=arguments.minutes)
    say(f"Seed {report.seed}.")
    watch = watch_log()
    asyncio.run(soak(arguments.minutes, report))
    report.unexpected = watch.unexpected
    report.lines_lost, report.lines_back = watch.lost, watch.back
    print(report.text())
    return 1 if any(report.problems()) else 0


if __name__ == "__main__":
    sys.exit(main())
