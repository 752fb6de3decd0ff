"""A GDM responder: answers M-SEARCH as Media Servers do on 239.0.0.250:32414."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import socket
import time
from typing import Self, override

from .plextv_accounts import PLEX_DIRECT_LABEL
from .server import PlexSimulator

GDM_GROUP = "239.0.0.250"
GDM_PORT = 32414
# python-plexapi sends only this line, other clients a whole request with line ends.
_SEARCH = b"M-SEARCH * HTTP/1."

type _Address = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GdmServer:
    """A Media Server found by GDM; updated is in Unix seconds."""

    name: str
    machine_identifier: str
    port: int
    version: str = "1.43.4.10903-e5521bd8c"
    updated: float = field(default_factory=time.time)

    @classmethod
    def of(cls, simulator: PlexSimulator) -> Self:
        """Return the announcement of a running simulator."""
        state = simulator.state
        return cls(
            name=state.friendly_name,
            machine_identifier=state.machine_identifier,
            port=simulator.port,
            version=state.version,
            updated=state.clock(),
        )

    @property
    def reply(self) -> bytes:
        """Return the datagram."""
        return "\r\n".join(
            (
                "HTTP/1.0 200 OK",
                "Content-Type: plex/media-server",
                f"Host: {PLEX_DIRECT_LABEL}.plex.direct",
                f"Name: {self.name}",
                f"Port: {self.port}",
                f"Resource-Identifier: {self.machine_identifier}",
                f"Updated-At: {self.updated:.0f}",
                f"Version: {self.version}",
                "",
                "",
            )
        ).encode()


class GdmResponder:
    """Answers each search with one datagram per server and records the searches.

    Other datagrams are ignored. `raw` are datagrams to send unchanged before the servers' own.
    """

    def __init__(self, *servers: GdmServer) -> None:
        """Take the servers; without any, searches stay unanswered."""
        self.servers = list(servers)
        self.raw: list[bytes] = []
        self.searches: list[bytes] = []
        self.host = ""
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> _Address:
        """Return the address to search instead of the multicast group."""
        return self.host, self.port

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, *, multicast: bool = False
    ) -> None:
        """Listen on a port, 0 for a free one; with multicast, join GDM's group as well."""
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Protocol(self._replies), local_addr=(host, port)
        )
        sock = self._transport.get_extra_info("socket")
        if multicast:
            membership = socket.inet_aton(GDM_GROUP) + socket.inet_aton(host)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        self.host, self.port = sock.getsockname()[:2]

    async def stop(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    def _replies(self, datagram: bytes) -> list[bytes]:
        if not datagram.startswith(_SEARCH):
            return []
        self.searches.append(datagram)
        return [*self.raw, *(server.reply for server in self.servers)]


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, replies: Callable[[bytes], list[bytes]]) -> None:
        self._replies = replies
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: _Address) -> None:
        if self._transport is not None:
            for reply in self._replies(data):
                self._transport.sendto(reply, addr)
