"""Programs that run beside the trial and end with it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
import os
from pathlib import Path
import signal
import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"
STOP_TIMEOUT_SECONDS: Final = 30.0


def free_port() -> int:
    """Return a port of the loopback interface on which nothing listens."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def running(
    command: Sequence[str], folder: Path, log: Path
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a program in the folder, its output going to the log, until the context is left."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_SECONDS)
        # Child processes that it did not end itself.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
