"""The demo's child processes, which end with it."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import signal
from typing import Final

from scripts.common.child_process import end_with_parent
from scripts.common.paths import PROJECT

from .errors import DemoError

STOP_TIMEOUT_SECONDS: Final = 30.0
TAIL_LINES: Final = 40


class ChildProcess:
    """A program running in a session of its own, its output in a log file."""

    def __init__(self, name: str, log: Path, secrets: Sequence[str] = ()) -> None:
        """Name the program for messages; secrets are redacted when its log is shown."""
        self.name = name
        self.log = log
        self._secrets = secrets
        self._process: asyncio.subprocess.Process | None = None

    async def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path = PROJECT
    ) -> None:
        """Start the program in the folder."""
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *end_with_parent(command),
                cwd=folder,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                # Ctrl-C must reach the demo only, which then stops its children in order.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Return the id of the process.

        Raises: DemoError when it was not started.
        """
        if self._process is None:
            msg = f"{self.name} was not started"
            raise DemoError(msg)
        return self._process.pid

    def check_running(self) -> None:
        """Check that the program runs.

        Raises: DemoError when it has ended.
        """
        if self._process is not None and self._process.returncode is not None:
            msg = f"{self.name} ended with exit code {self._process.returncode}"
            raise DemoError(msg)

    async def wait(self) -> None:
        """Return when the program ends."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """Terminate the program; after a timeout kill it and its children."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def log_lines(self) -> list[str]:
        """Return the log, without secrets."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        for secret in self._secrets:
            text = text.replace(secret, "**REDACTED**")
        return text.splitlines()

    def log_tail(self) -> str:
        """Return the last lines of the log, without secrets."""
        return "\n".join(self.log_lines()[-TAIL_LINES:])
