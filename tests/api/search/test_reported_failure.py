"""The failure that is reported if no address of a server works: the one that says most."""

from dataclasses import replace
import ssl
from typing import Final

import pytest

from custom_components.plex_pulse.api import Connection, PlexErrorKind, PlexErrorReason
from tests.simulator import Fault

from .helpers import DOMAIN, UNUSED_PORT, MakeServer, Search, failure, make_connection
from .loopback_resolver import LoopbackResolver

UNREACHABLE: Final = make_connection()
"""A local address; nothing else is better."""
XML: Final = b'<?xml version="1.0"?><MediaContainer machineIdentifier="a"/>'


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.status(200, body=XML), PlexErrorReason.XML),
        (Fault.status(401), PlexErrorKind.AUTHENTICATION),
        (Fault.status(429, {"Retry-After": "60"}), PlexErrorKind.RATE_LIMIT),
        (Fault.status(500), PlexErrorKind.SERVER),
        (Fault.status(404), PlexErrorKind.CLIENT),
        (Fault.html(), PlexErrorKind.PROTOCOL),
        (Fault.reset(), PlexErrorReason.CONNECTION_LOST),
    ],
    ids=str,
)
async def test_response_of_a_worse_address_says_more_than_no_connection(
    search: Search,
    make_server: MakeServer,
    fault: Fault,
    expected: PlexErrorKind | PlexErrorReason,
) -> None:
    remote = await make_server()
    remote.faults.add("/identity", fault)
    error = await failure(search, UNREACHABLE, make_connection(remote, local=False))
    assert expected in {error.kind, error.reason}
    remote.faults.clear()


async def test_starting_server_says_more_than_all_else(
    search: Search, make_server: MakeServer
) -> None:
    other, relay = await make_server(machine_identifier="0" * 40), await make_server()
    relay.starting(True)
    error = await failure(
        search, make_connection(other), make_connection(relay, local=False, relay=True)
    )
    assert error.reason is PlexErrorReason.STARTING


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.html(), Fault.reset()], ids=str)
async def test_another_server_says_more_than_other_responses(
    search: Search, make_server: MakeServer, fault: Fault
) -> None:
    local, other = await make_server(), await make_server(machine_identifier="0" * 40)
    local.faults.add("/identity", fault)
    error = await failure(search, make_connection(local), make_connection(other, local=False))
    assert error.reason is PlexErrorReason.WRONG_SERVER


async def test_wrong_certificate_says_more_than_other_responses(
    search: Search, make_server: MakeServer, other_server_tls: ssl.SSLContext
) -> None:
    local, impostor = await make_server(), await make_server(tls=other_server_tls)
    local.faults.add("/identity", Fault.status(502))
    error = await failure(search, make_connection(local), make_connection(impostor, local=False))
    assert error.reason is PlexErrorReason.CERTIFICATE_CHANGED


async def test_response_says_more_than_a_broken_connection(
    search: Search, make_server: MakeServer
) -> None:
    local, remote = await make_server(), await make_server()
    local.faults.add("/identity", Fault.reset())
    remote.faults.add("/identity", Fault.status(500))
    error = await failure(search, make_connection(local), make_connection(remote, local=False))
    assert error.kind is PlexErrorKind.SERVER


async def test_relay_without_the_server_says_no_more_than_a_local_address(
    search: Search, make_server: MakeServer
) -> None:
    relay = await make_server()
    relay.faults.add("/identity", Fault.status(502))
    error = await failure(search, UNREACHABLE, make_connection(relay, local=False, relay=True))
    assert error.reason is PlexErrorReason.UNREACHABLE


async def test_failure_of_the_better_address_counts_among_equal_ones(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    other, impostor = await make_server(machine_identifier="0" * 40), await make_server()
    impostor.faults.add("/identity", Fault.status(401))
    error = await failure(search, make_connection(impostor, local=False), make_connection(other))
    assert error.reason is PlexErrorReason.WRONG_SERVER

    unknown = Connection(
        uri=f"https://harbour.example:{UNUSED_PORT}",
        address="127.0.0.1",
        port=UNUSED_PORT,
        is_local=True,
        is_relay=False,
    )
    resolver.refused = ("harbour.example",)
    remote = replace(UNREACHABLE, is_local=False)
    assert DOMAIN in remote.uri
    error = await failure(search, remote, unknown)
    assert error.reason is PlexErrorReason.UNKNOWN_HOST
