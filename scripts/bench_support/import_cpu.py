"""CPU time of importing the integration.

`python -m scripts.bench_support.import_cpu`, with the modules to import before on standard input,
prints the CPU time in ms and the names of all other imported modules.
"""

import asyncio
from contextlib import suppress
from importlib import import_module
import json
import os
import pkgutil
import sys
import time
from typing import Final

from homeassistant import components

from scripts.common.paths import INTEGRATION, PROJECT

from .figures import Figure

IMPORT_PROCESSES: Final = 5
_PACKAGE: Final = "custom_components.plex_pulse"


def find_modules() -> list[str]:
    """Return the package and its modules that Home Assistant imports.

    These are the config flow and the platforms, which are named after components.
    """
    known = {"config_flow", *(module.name for module in pkgutil.iter_modules(components.__path__))}
    names = sorted(module.name for module in pkgutil.iter_modules([str(INTEGRATION)]))
    return [_PACKAGE, *(f"{_PACKAGE}.{name}" for name in names if name in known)]


async def measure_import(processes: int) -> dict[str, Figure]:
    """Return the smallest CPU time of several fresh processes, in ms.

    The modules of Home Assistant and its libraries are loaded already: a first process, which
    does not count, lists them. It also compiles what is not compiled: Home Assistant starts
    with cached bytecode.
    """
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _, required = await _import_in_process([], environment)
    milliseconds = [(await _import_in_process(required, environment))[0] for _ in range(processes)]
    return {"import_ms": min(milliseconds)}


async def _import_in_process(
    required: list[str], environment: dict[str, str]
) -> tuple[float, list[str]]:
    """Return the output of a fresh process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.bench_support.import_cpu"),
        cwd=PROJECT,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(required).encode())
    milliseconds, others = json.loads(output)
    return milliseconds, others


def main() -> None:
    """Measure in this process."""
    for name in json.load(sys.stdin):
        # Compiled extensions create modules that only exist in memory.
        with suppress(ModuleNotFoundError):
            import_module(name)
    modules = find_modules()
    known = set(sys.modules)
    began = time.process_time()
    for name in modules:
        import_module(name)
    milliseconds = 1000 * (time.process_time() - began)
    imported = [name for name in sys.modules if name not in known]
    print(json.dumps((milliseconds, [name for name in imported if not _is_own(name)])))


def _is_own(name: str) -> bool:
    """Return whether a module belongs to the integration."""
    return name == _PACKAGE or name.startswith(f"{_PACKAGE}.")


if __name__ == "__main__":
    main()
