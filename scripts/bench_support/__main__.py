"""The command line: measure everything once, and print it."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
import logging
import sys
from time import monotonic
from typing import Final

from .blocks import measure_blocks
from .cpu import measure_cpu
from .figures import Figure, merge
from .latency import measure_latency
from .memory import FEWEST_SERVERS, SERVERS, measure_memory
from .moved_time import MovedTimeLoop
from .report import as_json, as_table
from .requests import measure_requests
from .servers import Server, running_servers

type Part = Callable[[list[Server], int], Awaitable[dict[str, Figure]]]

_ROUNDS: Final = 20
_EVENTS_IN_A_ROUND: Final = 10


async def _requests(servers: list[Server], _: int) -> dict[str, Figure]:
    """Measure requests, on a loop whose time can be moved on; once says it all."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, MovedTimeLoop):
        raise TypeError
    return await measure_requests(loop, servers[0])


_PARTS: Final[dict[str, Part]] = {
    "Latency": lambda servers, rounds: measure_latency(
        servers[0], events=rounds * _EVENTS_IN_A_ROUND, starts=rounds
    ),
    "Requests": _requests,
    "CPU time": lambda servers, rounds: measure_cpu(servers[0], rounds=rounds),
    "Blocks": lambda servers, rounds: measure_blocks(servers[0], rounds=rounds),
    "Memory": lambda servers, rounds: measure_memory(
        servers if rounds > 1 else servers[:FEWEST_SERVERS]
    ),
}
"""Each with servers of its own, so that none finds what another left behind."""


async def _run(part: Part, rounds: int) -> dict[str, Figure]:
    """Return the figures of a part."""
    async with running_servers(SERVERS) as servers:
        return await part(servers, rounds)


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure what Plex Pulse costs and how quick it is, in about a minute.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument(
        "--quick", action="store_true", help="one round of each: shows that it runs, not how well"
    )
    arguments = parser.parse_args()
    rounds = 1 if arguments.quick else _ROUNDS
    logging.basicConfig(level=logging.ERROR)
    figures: dict[str, Figure] = {}
    for name, part in _PARTS.items():
        began = monotonic()
        # At its own pace, time passes on this loop as on any other.
        merge(figures, asyncio.run(_run(part, rounds), loop_factory=MovedTimeLoop))
        print(f"{name}: {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(as_json(figures) if arguments.json else as_table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
