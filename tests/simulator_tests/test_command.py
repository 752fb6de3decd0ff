"""The command line: the address it prints, and its end."""

import asyncio
import sys

import aiohttp


async def test_command_runs_evening_until_terminated(
    socket_enabled: None, session: aiohttp.ClientSession
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.simulator", "--port", "0", "--token", "owner-token", "--name", "Lighthouse"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        url = line.removeprefix("Listening on ").partition(",")[0]
        async with session.get(f"{url}/") as response:
            assert (await response.json())["MediaContainer"]["friendlyName"] == "Lighthouse"
        async with session.get(f"{url}/status/sessions") as response:
            assert (await response.json())["MediaContainer"]["size"] == 6
    finally:
        process.terminate()
        assert await process.wait() == 0
