"""The simulated Media Servers as this process sees them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
import shutil
import sys
from typing import Any, Final

from .paths import PROJECT

_LOOKS: Final = 5
"""Looks in a row that must find nothing new and nothing waiting."""
_PATIENCE: Final = 10.0
_PAUSE: Final = 0.01


class Server:
    """One of the simulated Media Servers; its orders are the methods of StandIn."""

    def __init__(self, process: asyncio.subprocess.Process, number: int) -> None:
        """Give orders over the process' standard input."""
        self._process = process
        self._number = number
        self.url = ""

    async def order(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the method returns
        """Return what the order returns, once it has been carried out."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            msg = "the stand-in was started without pipes"
            raise RuntimeError(msg)
        stdin.write(json.dumps([name, self._number, arguments]).encode() + b"\n")
        if not (line := await stdout.readline()):
            msg = "the stand-in has ended"
            raise RuntimeError(msg)
        return json.loads(line)

    async def settle(self) -> None:
        """Wait until every question that is on its way has been answered."""
        before: object = None
        same = 0
        while same < _LOOKS:
            seen = await self.order("seen")
            same = same + 1 if seen == before and not seen[1] else 0
            before = seen

    async def heard(self) -> None:
        """Wait until somebody listens to the notifications."""
        async with asyncio.timeout(_PATIENCE):
            while not await self.order("listeners"):  # noqa: ASYNC110 - another process knows
                await asyncio.sleep(_PAUSE)

    async def take_requests(self) -> int:
        """Return how many requests came since the last time."""
        requests: dict[str, int] = await self.order("take_requests")
        return sum(requests.values())


@asynccontextmanager
async def running_servers(count: int = 1) -> AsyncGenerator[list[Server]]:
    """Run so many simulated Media Servers in one process."""
    command: tuple[str, ...] = (sys.executable, "-m", "scripts.bench_support.stand_in", str(count))
    # The kernel ends the child even if the bench is killed and cannot.
    if setpriv := shutil.which("setpriv"):
        command = (setpriv, "--pdeathsig", "TERM", *command)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        servers = [Server(process, number) for number in range(count)]
        for server in servers:
            server.url = await server.order("where")
        yield servers
    finally:
        if process.stdin is not None:
            # No more orders: the child ends by itself.
            process.stdin.close()
        await process.wait()
