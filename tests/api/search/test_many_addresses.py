"""Servers with dozens of addresses, as plex.tv lists them for hosts with many networks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from custom_components.plex_pulse.api import Connection, ConnectionKind, PlexErrorReason
from tests.clocks import ManualClock

from .helpers import DOMAIN, MakeServer, Search, failure, make_connection

MAX_PROBES = 8
PROBE_TIMEOUT = 3
MAX_WAIT_FOR_BETTER = 8


class DeadHosts:
    """Addresses that accept connections and never respond."""

    def __init__(self) -> None:
        """Start without addresses."""
        self.connections: list[Connection] = []
        self.probed: list[int] = []
        """The ports in the order of their probes."""
        self.open = 0
        self.max_open = 0
        self.changed = asyncio.Event()

    async def until_probed(self, count: int) -> None:
        """Wait for that many probes, and give further ones the time to follow."""
        while len(self.probed) < count:
            self.changed.clear()
            await self.changed.wait()
        for _ in range(1000):
            await asyncio.sleep(0)
        assert len(self.probed) == count


@pytest.fixture
async def dead_hosts(
    socket_enabled: None,
) -> AsyncIterator[Callable[[int], Awaitable[DeadHosts]]]:
    """Return a function that creates that many local addresses."""
    async with AsyncExitStack() as running:

        async def make(count: int) -> DeadHosts:
            hosts = DeadHosts()

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                hosts.probed.append(writer.get_extra_info("sockname")[1])
                hosts.open += 1
                hosts.max_open = max(hosts.max_open, hosts.open)
                hosts.changed.set()
                await reader.read()
                hosts.open -= 1
                writer.close()

            for _ in range(count):
                listener = await asyncio.start_server(serve, "127.0.0.1", 0)
                await running.enter_async_context(listener)
                port = listener.sockets[0].getsockname()[1]
                hosts.connections.append(
                    Connection(
                        uri=f"https://127-0-0-1.{DOMAIN}:{port}",
                        address="127.0.0.1",
                        port=port,
                        is_local=True,
                        is_relay=False,
                    )
                )
            return hosts

        yield make


async def test_at_most_eight_addresses_are_probed_at_the_same_time(
    search: Search, dead_hosts: Callable[[int], Awaitable[DeadHosts]], clock: ManualClock
) -> None:
    hosts = await dead_hosts(20)
    searching = asyncio.create_task(failure(search, *hosts.connections))
    for probed in (MAX_PROBES, 2 * MAX_PROBES, 20):
        await hosts.until_probed(probed)
        clock.advance(PROBE_TIMEOUT)
    assert (await searching).reason is PlexErrorReason.TIMEOUT
    assert hosts.max_open <= MAX_PROBES
    assert hosts.probed == [connection.port for connection in hosts.connections]


async def test_remote_address_is_probed_before_the_last_local_ones(
    search: Search,
    make_server: MakeServer,
    dead_hosts: Callable[[int], Awaitable[DeadHosts]],
    clock: ManualClock,
) -> None:
    """It is used if better addresses do not respond within eight seconds."""
    hosts, remote = await dead_hosts(40), await make_server()
    searching = asyncio.create_task(
        search(*hosts.connections, make_connection(remote, local=False))
    )
    await hosts.until_probed(MAX_PROBES)
    assert remote.count("/identity") == 1
    for probed in (2 * MAX_PROBES, 3 * MAX_PROBES):
        clock.advance(PROBE_TIMEOUT)
        await hosts.until_probed(probed)
        assert not searching.done()
    clock.advance(MAX_WAIT_FOR_BETTER - 2 * PROBE_TIMEOUT)
    assert (await searching).kind is ConnectionKind.REMOTE
    assert len(hosts.probed) == 3 * MAX_PROBES


async def test_last_local_address_is_preferred_to_a_remote_one(
    search: Search,
    make_server: MakeServer,
    dead_hosts: Callable[[int], Awaitable[DeadHosts]],
    clock: ManualClock,
) -> None:
    hosts, local, remote = await dead_hosts(12), await make_server(), await make_server()
    searching = asyncio.create_task(
        search(*hosts.connections, make_connection(local), make_connection(remote, local=False))
    )
    await hosts.until_probed(MAX_PROBES)
    clock.advance(PROBE_TIMEOUT)
    found = await searching
    assert found.kind is ConnectionKind.LOCAL
    assert found.url == local.url
