"""Ask the local network which Media Servers there are, as Plex's own apps do (GDM)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from email.parser import HeaderParser
import re
import socket
from typing import Final, override

from ..api import Clock

_PATIENCE: Final = 2.0
"""Seconds that answers are collected; servers on a LAN take a few milliseconds."""
_QUESTION: Final = b"M-SEARCH * HTTP/1.0\r\n\r\n"
_MOST_ANSWERS: Final = 50
_PORT: Final = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredServer:
    """A server that answered: what it calls itself, and where from."""

    machine_identifier: str
    name: str
    url: str


class _Listener(asyncio.DatagramProtocol):
    """Collect answers; whatever is none is left alone."""

    def __init__(self, found: dict[str, DiscoveredServer]) -> None:
        """Collect in what the form is made from."""
        self._found = found

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Note a server; the sender's address counts, not what the answer claims."""
        if len(self._found) >= _MOST_ANSWERS:
            return
        if (server := _parse(data, addr[0])) is not None:
            self._found[server.machine_identifier] = server


def _parse(data: bytes, host: str) -> DiscoveredServer | None:
    """Return the server an answer speaks of, None for a player or for noise."""
    status, _, rest = data.decode("utf-8", "replace").partition("\r\n")
    headers = HeaderParser().parsestr(rest)
    port = headers.get("Port", "")
    machine_identifier = headers.get("Resource-Identifier", "").strip()
    if (
        " 200 " not in f"{status} "
        or headers.get("Content-Type") != "plex/media-server"
        or not machine_identifier
        or _PORT.fullmatch(port) is None
        or not 0 < int(port) < 2**16
    ):
        return None
    return DiscoveredServer(
        machine_identifier=machine_identifier,
        name=headers.get("Name", "").strip() or host,
        url=f"http://{host}:{int(port)}",
    )


async def async_discover_servers(
    address: tuple[str, int], clock: Clock, found: dict[str, DiscoveredServer]
) -> None:
    """Add the servers that answer within two seconds, by machine identifier, as they do.

    Adds none where asking is not possible.
    """
    loop = asyncio.get_running_loop()
    with suppress(OSError, TimeoutError):
        async with clock.timeout(_PATIENCE):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Listener(found), family=socket.AF_INET
            )
            try:
                transport.sendto(_QUESTION, address)
                await loop.create_future()
            finally:
                transport.close()
