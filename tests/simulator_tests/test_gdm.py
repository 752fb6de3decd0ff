"""The GDM responder: responses to a search."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final, override

import pytest

from tests.simulator import GdmResponder, GdmServer, PlexSimulator

SEARCH: Final = b"M-SEARCH * HTTP/1.0\r\n\r\n"


class DatagramRecorder(asyncio.DatagramProtocol):
    """Record the received datagrams."""

    def __init__(self) -> None:
        """Start empty."""
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Record a datagram."""
        self.received.put_nowait(data)


@pytest.fixture
async def responder(socket_enabled: None) -> AsyncIterator[GdmResponder]:
    """Run a responder without servers."""
    async with GdmResponder() as responder:
        yield responder


@pytest.fixture
async def recorder(
    socket_enabled: None,
) -> AsyncIterator[tuple[asyncio.DatagramTransport, DatagramRecorder]]:
    """Open a socket that searches."""
    transport, recorder = await asyncio.get_running_loop().create_datagram_endpoint(
        DatagramRecorder, local_addr=("127.0.0.1", 0)
    )
    yield transport, recorder
    transport.close()


@pytest.mark.parametrize("search", [SEARCH, SEARCH.strip()], ids=["request", "bare line"])
async def test_each_server_responds_to_a_search_with_one_datagram(
    responder: GdmResponder,
    recorder: tuple[asyncio.DatagramTransport, DatagramRecorder],
    simulator: PlexSimulator,
    search: bytes,
) -> None:
    lighthouse = GdmServer(name="Lighthouse", machine_identifier="b" * 40, port=1, updated=2)
    responder.servers = [GdmServer.of(simulator), lighthouse]
    transport, receiver = recorder
    transport.sendto(search, responder.address)
    first, second = await receiver.received.get(), await receiver.received.get()
    status, *headers = first.decode().split("\r\n")
    assert status == "HTTP/1.0 200 OK"
    assert headers[-2:] == ["", ""]
    fields = dict(line.split(": ") for line in headers[:-2])
    assert list(fields) == [
        *("Content-Type", "Host", "Name", "Port"),
        *("Resource-Identifier", "Updated-At", "Version"),
    ]
    assert fields["Content-Type"] == "plex/media-server"
    assert fields["Host"].endswith(".plex.direct")
    assert fields["Port"] == str(simulator.port)
    assert fields["Resource-Identifier"] == simulator.state.machine_identifier
    assert b"Name: Lighthouse\r\n" in second
    assert responder.searches == [search]


async def test_other_datagrams_are_ignored(
    responder: GdmResponder, recorder: tuple[asyncio.DatagramTransport, DatagramRecorder]
) -> None:
    responder.raw = [b"\xff odd"]
    transport, receiver = recorder
    for datagram in (b"", b"HELLO * HTTP/1.0", SEARCH):
        transport.sendto(datagram, responder.address)
    assert await receiver.received.get() == b"\xff odd"
    assert receiver.received.empty()
    assert responder.searches == [SEARCH]
