"""The simulated Media Servers as this process sees them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
import shutil
import sys
from typing import Any, override

from scripts.bench_support.paths import PROJECT
from scripts.bench_support.servers import Server


class SoakServer(Server):
    """A server in a process of its own; its orders are the methods of StandIn."""

    def __init__(self, process: asyncio.subprocess.Process, number: int) -> None:
        """Give orders over the process' standard input."""
        super().__init__(process, number)
        self.requests = 0
        self._giving = asyncio.Lock()

    @override
    async def order(self, name: str, *arguments: object) -> Any:
        """Return what the order returns; faults and life give theirs side by side."""
        async with self._giving:
            return await super().order(name, *arguments)

    async def count_requests(self) -> None:
        """Add up the requests that came, so that the server need not remember them."""
        self.requests += await self.take_requests()


@asynccontextmanager
async def running_servers(count: int) -> AsyncGenerator[list[SoakServer]]:
    """Run so many simulated Media Servers, each in its process."""
    async with AsyncExitStack() as running:
        yield [await running.enter_async_context(_running(number)) for number in range(count)]


@asynccontextmanager
async def _running(number: int) -> AsyncGenerator[SoakServer]:
    command: tuple[str, ...] = (
        *(sys.executable, "-m", "scripts.soak_support.stand_in"),
        str(number),
    )
    # The kernel ends the child even if the soak is killed and cannot.
    if setpriv := shutil.which("setpriv"):
        command = (setpriv, "--pdeathsig", "TERM", *command)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        server = SoakServer(process, number)
        server.url = await server.order("where")
        yield server
    finally:
        if process.stdin is not None:
            # No more orders: the child ends by itself.
            process.stdin.close()
        await process.wait()
