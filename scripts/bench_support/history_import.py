"""The import of a large history by a real Home Assistant, and the memory of a larger one."""

import asyncio
import os
from pathlib import Path
import sys
import tempfile
from time import monotonic
from typing import Final, cast

from scripts.common.paths import PROJECT
from scripts.demo_support.demo import Demo

from .figures import Figure
from .process_memory import peak, start_peak

ROWS: Final = 100_000
MEMORY_ROWS: Final = 1_000_000
_DAYS: Final = 3 * 365
# Weekends have more plays than the rest, and a holiday has none.
_PLAYS_PER_AVERAGE: Final = 1.13
_TIMEOUT_SECONDS: Final = 3600.0


async def measure_history_import(rows: int = ROWS) -> dict[str, Figure]:
    """Return the costs of the import of about that many rows.

    Home Assistant and the server are processes of their own; the clock is the real one. The
    memory is the peak of Home Assistant's process above what it had before the set-up.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with Demo(Path(folder), rows / _DAYS / _PLAYS_PER_AVERAGE) as demo:
            await demo.start()
            pid = demo.home_assistant.process.pid
            before = start_peak(pid)
            began = monotonic()
            entry_id = await demo.add_server()
            await demo.wait_for_history(_TIMEOUT_SECONDS)
            seconds = monotonic() - began
            memory = peak(pid) - before
            answer = await demo.client.get(f"/api/diagnostics/config_entry/{entry_id}")
    history = cast("dict[str, dict[str, dict[str, float]]]", answer)["data"]["history"]
    return {
        "history_import": {
            "plays": history["plays"],
            "requests": history["requests"],
            "seconds": seconds,
            "memory_mib": memory,
        }
    }


async def measure_history_memory(rows: int = MEMORY_ROWS) -> dict[str, Figure]:
    """Return the peak of the memory that a log of that many plays adds to a fresh process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.bench_support.history_memory", str(rows)),
        cwd=PROJECT,
        env=os.environ,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return {"history_memory_mib": {str(rows): float(output)}}
