"""The simulator in a process of its own: the part of the bench and the soak in the child.

The process reads one command per line from standard input, `[method, server, arguments]` in
JSON, and writes one line of JSON for each, the method's result.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
import inspect
import json
import sys
from typing import Any, Final

from tests.simulator import PlexSimulator
from tests.simulator.users_and_players import BEDROOM, BROWSER, HOLIDAY_TV, LIVING_ROOM, PHONE

PLAYERS: Final = (LIVING_ROOM, BEDROOM, PHONE, BROWSER, HOLIDAY_TV)
PLAY_METHODS: Final[tuple[dict[str, Any], ...]] = (
    {"method": "direct_play"},
    {"method": "transcode", "hardware": True, "location": "wan", "bandwidth": 4200},
    {"method": "direct_stream"},
    {"method": "transcode", "copy_video": True},
)
"""Arguments of Sessions.start()."""


class ControlledSimulator(PlexSimulator):
    """A simulated Media Server whose public methods are commands."""

    servers_in_process = 1

    def server_count(self) -> int:
        """Return the number of servers in this process."""
        return self.servers_in_process

    def address(self) -> str:
        """Return the server's URL."""
        return self.url

    def open_websockets(self) -> int:
        """Return the number of websockets that are open and reach their client."""
        return self.push.connected

    def take_requests(self) -> dict[str, int]:
        """Return the number of requests per path since the last call."""
        counts = Counter(request.path for request in self.requests)
        self.clear_requests()
        return dict(counts)


async def execute_commands(servers: Sequence[ControlledSimulator]) -> None:
    """Execute the commands from standard input until it ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        method, index, arguments = json.loads(line)
        result = getattr(servers[index], method)(*arguments)
        print(json.dumps(await result if inspect.isawaitable(result) else result), flush=True)
