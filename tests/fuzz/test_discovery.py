"""Fuzz discovery: invalid datagrams do not end the search for servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final, override

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_pulse.connection.gdm import DiscoveredServer, async_discover_servers
from tests.clocks import ManualClock

from .mutation import mangled
from .payload_templates import DATAGRAM
from .profiles import fuzz
from .type_conformance import conforms

_DATAGRAMS: Final = st.one_of(
    st.permutations(DATAGRAM.split(b"\r\n")).map(b"\r\n".join),
    mangled(DATAGRAM),
    mangled(DATAGRAM).flatmap(mangled),
)
_LAST: Final = DATAGRAM.replace(b"9a8b7c6d5e4f30211203f4e5d6c7b8a9", b"last").replace(
    b"32400", b"1"
)


class OddDiscoveryServer(asyncio.DatagramProtocol):
    """Answer each search with unusual datagrams and then with a valid one."""

    def __init__(self) -> None:
        """Start without unusual datagrams."""
        self.odd: list[bytes] = []
        self.address = ("127.0.0.1", 0)
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the responses."""
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport
        self.address = transport.get_extra_info("sockname")

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Send the responses."""
        if self._transport is not None:
            for answer in (*self.odd, _LAST):
                self._transport.sendto(answer, addr)


class FoundServers(dict[str, DiscoveredServer]):
    """The result of a search; sets an event when the last server is added."""

    def __init__(self) -> None:
        """Start without servers."""
        super().__init__()
        self.complete = asyncio.Event()

    @override
    def __setitem__(self, key: str, server: DiscoveredServer) -> None:
        """Add a server."""
        super().__setitem__(key, server)
        if server.machine_identifier == "last":
            self.complete.set()


@pytest.fixture
async def discovery_server(socket_enabled: None) -> AsyncIterator[OddDiscoveryServer]:
    """Return a server on a loopback socket."""
    loop = asyncio.get_running_loop()
    transport, discovery_server = await loop.create_datagram_endpoint(
        OddDiscoveryServer, local_addr=("127.0.0.1", 0)
    )
    yield discovery_server
    transport.close()


@fuzz
@given(st.lists(_DATAGRAMS, min_size=1, max_size=4))
async def test_any_datagram_is_a_server_or_ignored(
    discovery_server: OddDiscoveryServer, odd: list[bytes]
) -> None:
    """An invalid datagram does not prevent the next one from being received."""
    problems: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    discovery_server.odd = odd
    found = FoundServers()
    search = asyncio.create_task(
        async_discover_servers(discovery_server.address, ManualClock(), found)
    )
    await found.complete.wait()
    search.cancel()
    with suppress(asyncio.CancelledError):
        await search
    assert not problems
    assert all(conforms(server, DiscoveredServer) for server in found.values())
    assert all(server.address.startswith("127.0.0.1:") for server in found.values())
