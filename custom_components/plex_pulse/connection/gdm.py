"""Discover Media Servers on the local network with GDM, the protocol of Plex's own apps."""

import asyncio
from collections import Counter
from contextlib import suppress
from email.parser import HeaderParser
import re
import socket
from typing import Final, override

from ..api import Clock, Record

_TIMEOUT_SECONDS: Final = 2.0
"""How long responses are collected; servers on a LAN take a few milliseconds."""
_SEARCH_REQUEST: Final = b"M-SEARCH * HTTP/1.0\r\n\r\n"
_MAX_SERVERS: Final = 20
_MAX_SERVERS_PER_HOST: Final = 5
"""One host must not fill the list before the others respond."""
_MAX_DATAGRAMS: Final = 200
_MAX_DATAGRAM_BYTES: Final = 2048
_MAX_NAME_LENGTH: Final = 64
_PORT: Final = re.compile(r"[0-9]{1,5}")


class DiscoveredServer(Record):
    """A server that responded."""

    machine_identifier: str
    name: str
    address: str
    """Host and port: the sender's address, and the port in the response."""


class _SearchProtocol(asyncio.DatagramProtocol):
    """Collect the responses to a search request; ignore other datagrams.

    Nothing proves a response. The first one of an address counts, and servers with the same
    machine identifier at several addresses are all kept: the user decides which address is right.
    """

    def __init__(self, found: dict[str, DiscoveredServer]) -> None:
        """Collect the servers in `found`, by address."""
        self._found = found
        self._datagrams = 0
        self._servers_by_host: Counter[str] = Counter()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Add a server; its host is the sender's address, not what the response contains."""
        host = addr[0]
        self._datagrams += 1
        if (
            self._datagrams > _MAX_DATAGRAMS
            or len(self._found) >= _MAX_SERVERS
            or self._servers_by_host[host] >= _MAX_SERVERS_PER_HOST
        ):
            return
        server = _parse(data[:_MAX_DATAGRAM_BYTES], host)
        if server is not None and server.address not in self._found:
            self._found[server.address] = server
            self._servers_by_host[host] += 1


def _parse(data: bytes, host: str) -> DiscoveredServer | None:
    """Return the server of a response, None for a player or an invalid datagram."""
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
        name=clean_name(headers.get("Name", "")) or host,
        address=f"{host}:{int(port)}",
    )


def clean_name(name: str) -> str:
    """Return the name of an announced or found server as one short line of printable text."""
    return "".join(filter(str.isprintable, name)).strip()[:_MAX_NAME_LENGTH]


async def async_discover_servers(
    address: tuple[str, int], clock: Clock, found: dict[str, DiscoveredServer]
) -> None:
    """Send a search request, and add the servers that respond within two seconds to `found`.

    Servers are added as they respond, by address; none if the network does not
    allow the request.
    """
    loop = asyncio.get_running_loop()
    with suppress(OSError, TimeoutError):
        async with clock.timeout(_TIMEOUT_SECONDS):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _SearchProtocol(found), family=socket.AF_INET
            )
            try:
                transport.sendto(_SEARCH_REQUEST, address)
                await loop.create_future()
            finally:
                transport.close()
