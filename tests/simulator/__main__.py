"""Run the simulated server: python -m tests.simulator --port 32400 --token TOKEN."""

import argparse
import asyncio
import contextlib
import signal
import sys

from .autoplay import run
from .made_up_history import made_up_history
from .plextv import PlexTvSimulator
from .server import PlexSimulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=32400)
    parser.add_argument("--token", default="owner-token")
    parser.add_argument("--scenario", choices=("evening", "quiet", "empty"), default="evening")
    parser.add_argument("--name", default="Harbour", help="friendly name of the server")
    parser.add_argument("--typing", choices=("modern", "strings"), default="modern")
    parser.add_argument("--history-years", type=float, default=3.0, help="of made-up history")
    parser.add_argument("--plays-per-day", type=float, default=8.0, help="in that history")
    parser.add_argument("--no-plex-pass", dest="plex_pass", action="store_false")
    parser.add_argument("--unclaimed", dest="claimed", action="store_false")
    parser.add_argument("--plex-tv-port", type=int, help="simulate plex.tv too, on this port")
    parser.add_argument("--account-token", default="account-token", help="of plex.tv's owner")
    return parser.parse_args()


def _plextv(simulator: PlexSimulator, access_token: str, account_token: str) -> PlexTvSimulator:
    """Return a plex.tv with one account, which owns the running simulator."""
    plextv = PlexTvSimulator()
    plextv.add_account("owner", account_token)
    plextv.add_player("owner", "Living room")
    plextv.claim("owner", simulator, access_token)
    return plextv


async def _run(arguments: argparse.Namespace) -> None:
    simulator = PlexSimulator(
        arguments.token,
        scenario=arguments.scenario,
        plex_pass=arguments.plex_pass,
        typing=arguments.typing,
        friendly_name=arguments.name,
        claimed=arguments.claimed,
    )
    history = simulator.sessions.history
    history[:0] = made_up_history(
        simulator.library,
        simulator.clock(),
        sorted({view.account_id for view in history}),
        years=arguments.history_years,
        plays_per_day=arguments.plays_per_day,
    )
    finished = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, finished.set)
    async with contextlib.AsyncExitStack() as running:
        running.push_async_callback(simulator.stop)
        port = arguments.port
        try:
            await simulator.start(arguments.host, port)
            lines = [f"Listening on {simulator.url}, control page {simulator.url}/simulator"]
            if (port := arguments.plex_tv_port) is not None:
                plextv = _plextv(simulator, arguments.token, arguments.account_token)
                running.push_async_callback(plextv.stop)
                await plextv.start(arguments.host, port)
                lines.append(f"plex.tv on {plextv.url}, approval page {plextv.approval_page}")
        except OSError as error:
            sys.exit(f"Cannot listen on {arguments.host}:{port}: {error.strerror}")
        if arguments.scenario == "evening":
            running.callback(asyncio.create_task(run(simulator)).cancel)
        print("\n".join(lines), flush=True)  # noqa: T201 - the command's output
        await finished.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
