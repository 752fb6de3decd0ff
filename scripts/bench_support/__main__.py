"""The command line: measure all figures and print them."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
import logging
import sys
from time import monotonic
from typing import Final

from scripts.common.output import print_status
from scripts.common.simulated_servers import SimulatedServer, running_servers

from .card import measure_card
from .cpu import measure_cpu
from .database_rows import HOUR_MINUTES, measure_database_rows
from .event_loop_blocking import measure_blocks
from .figures import Figure, merge
from .history_import import measure_history_import, measure_history_memory
from .import_cpu import IMPORT_PROCESSES, measure_import
from .latency import measure_latency
from .memory import MIN_SERVERS, SERVERS, measure_memory
from .position_cpu import POSITION_ROUNDS, measure_position_cpu
from .report import as_json, as_table
from .requests import measure_requests
from .setup_blocks import SETUP_ROUNDS, measure_setup_blocks
from .virtual_time import VirtualTimeLoop

type Part = Callable[[list[SimulatedServer], int], Awaitable[dict[str, Figure]]]

_ROUNDS: Final = 20
_CPU_ROUNDS: Final = 12
_BLOCK_ROUNDS: Final = 8
_EVENTS_PER_ROUND: Final = 10


def _divisor(rounds: int) -> int:
    """Return the number by which a quick run divides numbers of libraries and streams."""
    return 1 if rounds > 1 else 10


_PARTS: Final[dict[str, Part]] = {
    "Latency": lambda servers, rounds: measure_latency(
        servers[0], events=rounds * _EVENTS_PER_ROUND, starts=rounds
    ),
    "Requests": lambda servers, _: measure_requests(servers[0]),
    "CPU time": lambda servers, rounds: measure_cpu(servers[0], rounds=min(rounds, _CPU_ROUNDS)),
    "Blocks": lambda servers, rounds: measure_blocks(servers[0], rounds=min(rounds, _BLOCK_ROUNDS)),
    "Set-up": lambda servers, rounds: measure_setup_blocks(
        servers[0], SETUP_ROUNDS if rounds > 1 else dict.fromkeys(SETUP_ROUNDS, 1), _divisor(rounds)
    ),
    "Positions": lambda servers, rounds: measure_position_cpu(
        servers[0],
        POSITION_ROUNDS if rounds > 1 else dict.fromkeys(POSITION_ROUNDS, 1),
        _divisor(rounds),
    ),
    "Rows": lambda servers, rounds: measure_database_rows(
        servers, minutes=HOUR_MINUTES if rounds > 1 else 1, divisor=_divisor(rounds)
    ),
    "Import": lambda _, rounds: measure_import(IMPORT_PROCESSES if rounds > 1 else 1),
    "Memory": lambda servers, rounds: measure_memory(
        servers if rounds > 1 else servers[:MIN_SERVERS]
    ),
}
"""Each part has servers of its own, so that no part depends on another."""


async def _run(part: Part, rounds: int) -> dict[str, Figure]:
    """Return the figures of a part."""
    async with running_servers("scripts.bench_support.simulator", SERVERS) as servers:
        return await part(servers, rounds)


def main() -> int:
    """Measure, print and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure the latency and the resource use of Plex Pulse in some minutes.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="one round with small sizes; the figures are meaningless",
    )
    parser.add_argument(
        "--card",
        action="store_true",
        help="measure the streams card in Chromium instead",
    )
    parser.add_argument(
        "--history",
        action="store_true",
        help="measure the import of 100,000 plays, and the memory of a million, instead",
    )
    arguments = parser.parse_args()
    rounds = 1 if arguments.quick else _ROUNDS
    logging.basicConfig(level=logging.ERROR)
    figures: dict[str, Figure] = {}
    if arguments.card:
        merge(figures, asyncio.run(measure_card(rounds=rounds)))
    if arguments.history:
        merge(figures, asyncio.run(measure_history_memory()))
        merge(figures, asyncio.run(measure_history_import()))
    is_special = arguments.card or arguments.history
    for name, part in _PARTS.items() if not is_special else ():
        began = monotonic()
        # Unless its time is advanced, this loop follows real time.
        merge(figures, asyncio.run(_run(part, rounds), loop_factory=VirtualTimeLoop))
        print_status(f"{name}: {monotonic() - began:.0f} s")
    print(as_json(figures) if arguments.json else as_table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
