"""The command line: run the demo until Ctrl-C, or once."""

import argparse
import asyncio
import fcntl
from pathlib import Path
import signal
import sys
from time import monotonic

import aiohttp

from scripts.common.output import print_status
from scripts.common.paths import PROJECT

from .demo import Demo
from .entities import Entity, find_problems
from .errors import DemoError
from .home_assistant import HOME_ASSISTANT_PORT
from .paths import STATE
from .report import as_json, as_table
from .simulator import PLEX_PORT


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Run a real Home Assistant with Plex Pulse and a simulated Plex Media Server.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="print the entities and exit; exit code 0 only if all of them have a state",
    )
    parser.add_argument(
        "--json",
        dest="show",
        action="store_const",
        const=as_json,
        help="with --once: print a JSON object",
    )
    arguments = parser.parse_args()
    if arguments.show and not arguments.once:
        parser.error("--json requires --once")
    return arguments


async def run(folder: Path, arguments: argparse.Namespace) -> int:
    """Run the demo with its state in the folder; return the exit code."""
    stop_on_signals()
    began = monotonic()
    demo = Demo(folder)
    try:
        async with demo:
            print_ports(demo)
            entities = await demo.set_up()
            print_status(f"Plex Pulse is set up, {monotonic() - began:.0f} s after the start.")
            if not arguments.once:
                print_status("Importing the history of three years, at one request per second...")
                await demo.wait_for_history()
                await wait_for_end(demo, entities)
    except (DemoError, aiohttp.ClientError, TimeoutError) as err:
        print_status(f"The demo failed: {str(err) or type(err).__name__}.")
        for process in (demo.simulator.process, demo.home_assistant.process):
            print_status(f"\nEnd of {process.log.relative_to(PROJECT)}:\n{process.log_tail()}")
        return 1
    print((arguments.show or as_table)(entities))
    return report_problems(demo, entities)


def stop_on_signals() -> None:
    """Stop the demo on SIGHUP and SIGTERM as on Ctrl-C."""
    task = asyncio.current_task()

    def stop() -> None:
        # A second Ctrl-C must not interrupt the shutdown of the programs.
        if task and not task.cancelling():
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def print_ports(demo: Demo) -> None:
    """Print the chosen ports if they are not the default ones."""
    for name, port, default in (
        ("Home Assistant", demo.home_assistant.port, HOME_ASSISTANT_PORT),
        ("the simulator", demo.simulator.port, PLEX_PORT),
    ):
        if port != default:
            print_status(f"Port {default} is in use: {name} uses {port}.")
    print_status("Starting Home Assistant and the simulator...")


async def wait_for_end(demo: Demo, entities: list[Entity]) -> None:
    """Print the addresses and wait for Ctrl-C."""
    for problem in find_problems(entities):
        print_status(problem)
    print(f"Dashboard:  {demo.home_assistant.url}", flush=True)
    print(f"Simulator:  {demo.simulator.url}/simulator", flush=True)
    print("Press Ctrl-C to stop both.", flush=True)
    await demo.wait()


def report_problems(demo: Demo, entities: list[Entity]) -> int:
    """Print missing entities and errors in Home Assistant's log; return the exit code."""
    log = demo.home_assistant.process
    errors = [line for line in log.log_lines() if " ERROR (" in line or " CRITICAL (" in line]
    problems = [*find_problems(entities), *errors]
    for problem in problems:
        print_status(problem)
    return 1 if problems else 0


def main() -> int:
    """Run the demo, of each kind only one at a time; return the exit code."""
    arguments = parse_arguments()
    folder = STATE / ("once" if arguments.once else "home")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print_status("The demo is already running.")
            return 1
        try:
            return asyncio.run(run(folder, arguments))
        except asyncio.CancelledError:
            print_status("Stopped.")
            return 0 if not arguments.once else 1


if __name__ == "__main__":
    sys.exit(main())
