"""Connections: keep-alive, expiry and TLS."""

import asyncio
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.simulator import Fault, PlexSimulator
from tests.simulator.certificate import self_signed_context

from .helpers import FakeClock

REQUEST = b"GET /identity HTTP/1.1\r\nHost: plex\r\n\r\n"


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Request the identity over an open connection and return the response head."""
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
    await reader.readexactly(length)
    return head


async def leave(writer: asyncio.StreamWriter) -> None:
    """Close a connection in any state."""
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def test_expired_idle_connection_is_reset_on_reuse(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
    assert b"Keep-Alive: timeout=20" in await exchange(reader, writer)
    simulator.close_idle_connections()
    with pytest.raises(ConnectionResetError):
        await exchange(reader, writer)
    await leave(writer)
    assert simulator.count("/identity") == 1
    async with session.get(f"{simulator.url}/identity") as response:
        assert response.status == 200


async def test_busy_connection_does_not_expire(socket_enabled: None, clock: FakeClock) -> None:
    go_on = asyncio.Event()

    async def sleep(_: float) -> None:
        await go_on.wait()

    async with PlexSimulator(clock=clock, sleep=sleep) as simulator:
        simulator.faults.add("/identity", Fault.slow_drip())
        reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
        busy = asyncio.create_task(exchange(reader, writer))
        await simulator.fault_reached()
        simulator.close_idle_connections()
        go_on.set()
        await busy
        assert b"200 OK" in await exchange(reader, writer)
        await leave(writer)


async def test_faults_apply_under_tls(simulator: PlexSimulator, tmp_path: Path) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_context(tmp_path))
    assert simulator.url.startswith("https://")
    # aiohttp itself retries a GET once, also on a new connection.
    simulator.faults.add("/identity", Fault.reset(), times=2)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{simulator.url}/identity")
        with pytest.raises(aiohttp.ClientOSError):
            await session.get(f"{simulator.url}/identity", ssl=False)
        async with session.get(f"{simulator.url}/identity", ssl=False) as response:
            assert response.status == 200
