"""The preference among several usable addresses."""

import asyncio
from typing import Final

import pytest

from custom_components.plex_pulse.api import (
    ConnectionKind,
    FoundConnection,
    PlexErrorKind,
)
from tests.clocks import ManualClock
from tests.simulator import Fault

from .helpers import DOMAIN, MakeServer, Search, failure, make_connection, request_counts

SEARCH_DEADLINE: Final = 4


async def test_local_address_is_preferred_to_a_faster_remote_one(
    search: Search, make_server: MakeServer, answered_ports: asyncio.Queue[int]
) -> None:
    """Plex may list it last."""
    hold = asyncio.Event()
    local, remote = await make_server(hold=hold), await make_server()
    searching = asyncio.create_task(
        search(make_connection(remote, local=False), make_connection(local))
    )
    await local.fault_reached()
    while await answered_ports.get() != remote.port:
        pass
    hold.set()
    found = await searching
    assert found == FoundConnection(
        url=local.url,
        kind=ConnectionKind.LOCAL,
        certificate_name=DOMAIN,
    )


async def test_https_is_preferred_to_a_faster_http(
    search: Search, make_server: MakeServer, answered_ports: asyncio.Queue[int]
) -> None:
    """Both addresses are local."""
    hold = asyncio.Event()
    secure, plain = await make_server(hold=hold), await make_server(secure=False)
    searching = asyncio.create_task(search(make_connection(plain), make_connection(secure)))
    await secure.fault_reached()
    while await answered_ports.get() != plain.port:
        pass
    hold.set()
    assert (await searching).url == secure.url


async def test_local_http_is_preferred_to_remote_https(
    search: Search, make_server: MakeServer
) -> None:
    plain, remote = await make_server(secure=False), await make_server()
    found = await search(make_connection(remote, local=False), make_connection(plain))
    assert (found.url, found.kind) == (plain.url, ConnectionKind.LOCAL)


async def test_http_is_never_tried_for_remote_addresses(
    search: Search, make_server: MakeServer
) -> None:
    """The token would be readable on the way."""
    plain = await make_server(secure=False)
    error = await failure(
        search, make_connection(plain, local=False), make_connection(plain, relay=True)
    )
    assert error.kind is PlexErrorKind.NETWORK
    assert request_counts(plain) == [0]
    assert (await search(make_connection(plain))).url == plain.url


async def test_probing_an_address_sends_no_token(search: Search, make_server: MakeServer) -> None:
    """Another server may use the address."""
    server = await make_server()
    await search(make_connection(server))
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/identity")
    assert "X-Plex-Token" not in request.headers
    assert not request.query


async def test_unreachable_address_does_not_delay_an_equal_one(
    search: Search, make_server: MakeServer, clock: ManualClock
) -> None:
    """An internal Docker address is listed as local, and often first."""
    internal, local = await make_server(), await make_server()
    internal.faults.add("*", Fault.hang(), times=None)
    begun = clock.now
    found = await search(make_connection(internal), make_connection(local))
    assert found.url.endswith(f":{local.port}")
    assert clock.now == begun
    await internal.faults.wait_released()


async def test_unreachable_local_addresses_time_out_together(
    search: Search, make_server: MakeServer, clock: ManualClock
) -> None:
    """The remote address, which answered long before, is then used."""
    dead = [await make_server() for _ in range(3)]
    remote = await make_server()
    for server in dead:
        server.faults.add("*", Fault.hang(), times=None)
    searching = asyncio.create_task(
        search(
            *(make_connection(server) for server in dead),
            make_connection(remote, local=False),
        )
    )
    for server in dead:
        await server.fault_reached()
    assert not searching.done()
    clock.advance(SEARCH_DEADLINE)
    found = await searching
    assert found.kind is ConnectionKind.REMOTE
    assert found.url.endswith(f":{remote.port}")
    assert request_counts(*dead) == [1, 1, 1]


async def test_relay_is_used_only_if_nothing_else_answers(
    search: Search, make_server: MakeServer
) -> None:
    """Relays are slow and paid for by Plex."""
    relay, remote = await make_server(), await make_server()
    addresses = (
        make_connection(relay, local=False, relay=True),
        make_connection(remote, local=False),
    )
    assert (await search(*addresses)).kind is ConnectionKind.REMOTE
    assert request_counts(relay) == [0]
    remote.faults.add("/identity", Fault.reset())
    found = await search(*addresses)
    assert found.kind is ConnectionKind.RELAY
    assert found.url.endswith(f":{relay.port}")


async def test_duplicate_address_is_tried_once(search: Search, make_server: MakeServer) -> None:
    """plex.tv lists one for each network interface."""
    server = await make_server()
    server.faults.add("/identity", Fault.reset(), times=None)
    await failure(search, make_connection(server), make_connection(server))
    assert request_counts(server) == [1]
    server.faults.clear()
    assert (
        await search(make_connection(server), make_connection(server))
    ).kind is ConnectionKind.LOCAL


async def test_cancelled_search_cancels_its_requests(
    search: Search, make_server: MakeServer
) -> None:
    servers = [await make_server() for _ in range(3)]
    for server in servers:
        server.faults.add("*", Fault.hang())
    searching = asyncio.create_task(search(*(make_connection(server) for server in servers)))
    for server in servers:
        await server.fault_reached()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    for server in servers:
        await server.faults.wait_released()
    assert (await search(make_connection(servers[0]))).kind is ConnectionKind.LOCAL
