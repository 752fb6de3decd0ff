"""A check of whether the server's host accepts connections, without a request."""

import asyncio
import socket

import pytest

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient, failure


async def test_probe_sends_nothing_even_while_requests_are_forbidden(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/", Fault.status(429, headers={"Retry-After": "60"}))
    await failure(client.get_server())
    await client.probe_tcp(5)
    assert len(simulator.requests) == 1


async def test_refused_connection_makes_the_server_unreachable(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    # Bound, but not listening: no other process can take the port, and it refuses connections.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = make_client(url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        error = await failure(client.probe_tcp(5))
    assert (error.kind, error.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.UNREACHABLE)


async def test_name_that_is_not_found_is_an_unknown_host(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    error = await failure(make_client(url="http://harbour.invalid:32400").probe_tcp(5))
    assert (error.kind, error.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.UNKNOWN_HOST)
    assert "harbour.invalid" not in str(error)


async def test_connection_that_is_not_accepted_in_time_is_a_timeout(
    client: PlexServerClient,
) -> None:
    error = await failure(client.probe_tcp(0))
    assert (error.kind, error.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.TIMEOUT)
