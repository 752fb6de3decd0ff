"""The GDM responder: what a search hears."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final, override

import pytest

from tests.simulator import GdmResponder, GdmServer, PlexSimulator

SEARCH: Final = b"M-SEARCH * HTTP/1.0\r\n\r\n"


class Ear(asyncio.DatagramProtocol):
    """Keep what comes."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep a datagram."""
        self.heard.put_nowait(data)


@pytest.fixture(name="responder")
async def fixture_responder(socket_enabled: None) -> AsyncIterator[GdmResponder]:
    """Run a responder without servers."""
    async with GdmResponder() as responder:
        yield responder


@pytest.fixture(name="ear")
async def fixture_ear(socket_enabled: None) -> AsyncIterator[tuple[asyncio.DatagramTransport, Ear]]:
    """Open a socket to search with."""
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(
        Ear, local_addr=("127.0.0.1", 0)
    )
    yield transport, ear
    transport.close()


@pytest.mark.parametrize("search", [SEARCH, SEARCH.strip()], ids=["request", "bare line"])
async def test_each_server_answers_a_search_with_a_datagram(
    responder: GdmResponder,
    ear: tuple[asyncio.DatagramTransport, Ear],
    simulator: PlexSimulator,
    search: bytes,
) -> None:
    lighthouse = GdmServer(name="Lighthouse", machine_identifier="b" * 40, port=1, updated=2)
    responder.servers = [GdmServer.of(simulator), lighthouse]
    transport, receiver = ear
    transport.sendto(search, responder.address)
    first, second = await receiver.heard.get(), await receiver.heard.get()
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


async def test_what_is_no_search_gets_no_answer(
    responder: GdmResponder, ear: tuple[asyncio.DatagramTransport, Ear]
) -> None:
    responder.raw = [b"\xff odd"]
    transport, receiver = ear
    for datagram in (b"", b"HELLO * HTTP/1.0", SEARCH):
        transport.sendto(datagram, responder.address)
    assert await receiver.heard.get() == b"\xff odd"
    assert receiver.heard.empty()
    assert responder.searches == [SEARCH]
