"""The command line: run the demo until Ctrl-C, or once."""

import argparse
import asyncio
import fcntl
from pathlib import Path
import signal
import sys
from time import monotonic

import aiohttp

from .dashboard import dashboard_for_users
from .demo import Demo
from .entities import Entity, find_problems
from .errors import DemoError
from .home_assistant import HOME_ASSISTANT_PORT
from .paths import PROJECT, STATE
from .report import as_json, as_table
from .simulator import PLEX_PORT


def say(message: str) -> None:
    """Tell the user how it goes; standard output is kept for results."""
    print(message, file=sys.stderr, flush=True)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Run a real Home Assistant with Plex Pulse and a simulated Plex Media Server.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="print the entities and end; exit code 0 only if all of them came up",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json",
        dest="show",
        action="store_const",
        const=as_json,
        help="with --once: print a JSON object",
    )
    form.add_argument(
        "--dashboard",
        dest="show",
        action="store_const",
        const=dashboard_for_users,
        help="with --once: print the dashboard of docs/dashboard.yaml",
    )
    arguments = parser.parse_args()
    if arguments.show and not arguments.once:
        parser.error("--json and --dashboard go with --once")
    return arguments


async def run(folder: Path, arguments: argparse.Namespace) -> int:
    """Run the demo with its state in the folder; return the exit code."""
    end_on_signals()
    began = monotonic()
    demo = Demo(folder)
    try:
        async with demo:
            say_where(demo)
            entities = await demo.set_up()
            say(f"Plex Pulse is set up, {monotonic() - began:.0f} s after the start.")
            if not arguments.once:
                await stay(demo, entities)
    except (DemoError, aiohttp.ClientError, TimeoutError) as err:
        say(f"The demo failed: {str(err) or type(err).__name__}.")
        for process in (demo.simulator.process, demo.home_assistant.process):
            say(f"\nEnd of {process.log.relative_to(PROJECT)}:\n{process.log_tail()}")
        return 1
    print((arguments.show or as_table)(entities))
    return report_problems(demo, entities)


def end_on_signals() -> None:
    """Let a closed terminal and a polite kill end the demo as Ctrl-C does."""
    task = asyncio.current_task()

    def end() -> None:
        # An impatient second Ctrl-C must not interrupt the ending of the programs.
        if task and not task.cancelling():
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)


def say_where(demo: Demo) -> None:
    """Tell which ports were chosen, if they are not the usual ones."""
    for name, port, usual in (
        ("Home Assistant", demo.home_assistant.port, HOME_ASSISTANT_PORT),
        ("the simulator", demo.simulator.port, PLEX_PORT),
    ):
        if port != usual:
            say(f"Port {usual} is taken: {name} uses {port}.")
    say("Starting Home Assistant and the simulator...")


async def stay(demo: Demo, entities: list[Entity]) -> None:
    """Show the addresses and wait for Ctrl-C."""
    for problem in find_problems(entities):
        say(problem)
    print(f"Dashboard:  {demo.home_assistant.url}", flush=True)
    print(f"Simulator:  {demo.simulator.url}/simulator", flush=True)
    print("Press Ctrl-C to end both.", flush=True)
    await demo.wait()


def report_problems(demo: Demo, entities: list[Entity]) -> int:
    """Tell what did not come up and which errors Home Assistant logged; return the exit code."""
    log = demo.home_assistant.process
    errors = [line for line in log.log_lines() if " ERROR (" in line or " CRITICAL (" in line]
    problems = [*find_problems(entities), *errors]
    for problem in problems:
        say(problem)
    return 1 if problems else 0


def main() -> int:
    """Run one demo of a kind at a time; return the exit code."""
    arguments = parse_arguments()
    folder = STATE / ("once" if arguments.once else "home")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("The demo is already running.")
            return 1
        try:
            return asyncio.run(run(folder, arguments))
        except asyncio.CancelledError:
            say("Ended.")
            return 0 if not arguments.once else 1


if __name__ == "__main__":
    sys.exit(main())
