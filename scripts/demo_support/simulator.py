"""The simulated Plex Media Server and plex.tv as a process."""

import asyncio
from pathlib import Path
import secrets
import sys
from typing import Final
from urllib.parse import parse_qs, urlsplit

import aiohttp

from .errors import DemoError
from .ports import LOOPBACK, free_port
from .process import ChildProcess

PLEX_PORT: Final = 32400
PLEX_TV_PORT: Final = 32500
START_TIMEOUT_SECONDS: Final = 30.0
FIRST_SESSION: Final = 1


class Simulator:
    """`python -m tests.simulator`, with a random token."""

    def __init__(self, folder: Path, plays_per_day: float | None = None) -> None:
        """Choose ports and a token; the log is written to the folder.

        plays_per_day: in the three years of history, None for the simulator's default.
        """
        self.token = secrets.token_urlsafe(15)
        self.port = free_port(PLEX_PORT)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.plex_tv_port = free_port(PLEX_TV_PORT)
        self.plex_tv_url = f"http://{LOOPBACK}:{self.plex_tv_port}"
        self._history = () if plays_per_day is None else ("--plays-per-day", str(plays_per_day))
        self.process = ChildProcess("the simulator", folder / "simulator.log", (self.token,))

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Start the simulator and wait until it responds.

        Raises: DemoError when it does not respond in time.
        """
        await self.process.start(
            (
                *(sys.executable, "-m", "tests.simulator"),
                # A token that begins with a dash would be taken for an option.
                *("--port", str(self.port), f"--token={self.token}", "--scenario", "evening"),
                *("--plex-tv-port", str(self.plex_tv_port)),
                *self._history,
            ),
            {},
        )
        try:
            async with asyncio.timeout(START_TIMEOUT_SECONDS):
                while not await self._responds(session):
                    self.process.check_running()
                    await asyncio.sleep(0.1)
        except TimeoutError as err:
            msg = f"the simulator did not respond within {START_TIMEOUT_SECONDS:.0f} s"
            raise DemoError(msg) from err

    async def approve(self, session: aiohttp.ClientSession, approval_url: str) -> None:
        """Approve a sign-in as the account's owner."""
        code = parse_qs(urlsplit(approval_url).fragment.removeprefix("?"))["code"][0]
        async with session.post(
            f"{self.plex_tv_url}/simulator/approve",
            json={"code": code, "account": "owner"},
            raise_for_status=True,
        ):
            pass

    async def add_item(self, session: aiohttp.ClientSession, library: str, title: str) -> None:
        """Add an item to a library and scan it."""
        await self.control(session, "scan", {"library": library, "titles": [title]})

    async def pause_and_resume(self, session: aiohttp.ClientSession) -> None:
        """Pause and resume the first session."""
        await self.control(session, f"sessions/{FIRST_SESSION}/pause", {})
        await self.control(session, f"sessions/{FIRST_SESSION}/resume", {})

    async def control(
        self, session: aiohttp.ClientSession, path: str, command: dict[str, object]
    ) -> dict[str, object]:
        """Send a command to the path under /simulator and return the response."""
        async with session.post(
            f"{self.url}/simulator/{path}", json=command, raise_for_status=True
        ) as response:
            result: dict[str, object] = await response.json()
            return result

    async def requests(self, session: aiohttp.ClientSession) -> list[dict[str, object]]:
        """Return the requests that the simulated server has received, without tokens."""
        async with session.get(f"{self.url}/simulator/requests", raise_for_status=True) as response:
            result: list[dict[str, object]] = await response.json()
            return result

    async def _responds(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/identity") as response:
                return response.ok
        except aiohttp.ClientError:
            return False
