"""Simulated Plex Media Servers in a child process, controlled over its standard input."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
import sys
from typing import Any, Final

from .child_process import end_with_parent
from .paths import PROJECT

_IDLE_CHECKS: Final = 5
"""Consecutive checks without a new or pending request after which a server is idle."""
_CONNECTION_TIMEOUT_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.01


class SimulatedServer:
    """One simulated server; its commands are the public methods of ControlledSimulator."""

    def __init__(
        self, process: asyncio.subprocess.Process, index: int, command_lock: asyncio.Lock
    ) -> None:
        """Control server number `index` of the process, whose pipes the lock protects."""
        self._process = process
        self.index = index
        self._command_lock = command_lock
        self.url = ""
        self.requests = 0
        """Requests counted by count_requests() so far."""

    async def call(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - the type depends on the method
        """Call a method of the simulator with JSON arguments and return its JSON result.

        Raises: RuntimeError when the process has ended.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            msg = "the simulator was started without pipes"
            raise RuntimeError(msg)
        async with self._command_lock:
            stdin.write(json.dumps([method, self.index, arguments]).encode() + b"\n")
            if not (line := await stdout.readline()):
                msg = "the simulator has ended"
                raise RuntimeError(msg)
        return json.loads(line)

    async def wait_until_idle(self) -> None:
        """Wait until every request that is in flight has been answered."""
        before: object = None
        unchanged = 0
        while unchanged < _IDLE_CHECKS:
            counts = await self.call("request_counts")
            unchanged = unchanged + 1 if counts == before and not counts[1] else 0
            before = counts

    async def wait_for_websocket(self) -> None:
        """Wait until a client is connected to the notification websocket."""
        async with asyncio.timeout(_CONNECTION_TIMEOUT_SECONDS):
            while not await self.call("open_websockets"):  # noqa: ASYNC110 - only the child process knows
                await asyncio.sleep(_POLL_SECONDS)

    async def take_requests(self) -> int:
        """Return the number of requests since the last call."""
        requests: dict[str, int] = await self.call("take_requests")
        return sum(requests.values())

    async def count_requests(self) -> None:
        """Add the requests since the last call to `requests` and clear the simulator's list."""
        self.requests += await self.take_requests()


@asynccontextmanager
async def running_servers(module: str, *arguments: int) -> AsyncGenerator[list[SimulatedServer]]:
    """Run the servers of one child process, `python -m MODULE ARGUMENTS`."""
    process = await asyncio.create_subprocess_exec(
        *end_with_parent((sys.executable, "-m", module, *map(str, arguments))),
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        command_lock = asyncio.Lock()
        count = await SimulatedServer(process, 0, command_lock).call("server_count")
        servers = [SimulatedServer(process, index, command_lock) for index in range(count)]
        for server in servers:
            server.url = await server.call("address")
        yield servers
    finally:
        if process.stdin is not None:
            # At the end of its input the child stops by itself.
            process.stdin.close()
        await process.wait()
