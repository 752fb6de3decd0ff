"""Sending a request again after a dead connection, and counting attempts."""

import asyncio
from typing import Final

import aiohttp
import pytest
from yarl import URL

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexServerClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from custom_components.plex_pulse.api.http.transport import Transport
from tests.clocks import ManualClock
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import IDENTITY, MakeClient, failure

ONCE: Final = RetryPolicy(max_retries=0)


async def test_request_on_a_dead_keep_alive_connection_is_sent_again(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    """This happens at once and even if the policy allows no retry."""
    client = make_client(policy=ONCE)
    await client.get_server()
    simulator.close_idle_connections()
    await client.get_server()
    assert simulator.count("/") == 2
    assert not clock.slept
    assert client.statistics.requests == 3
    assert not client.statistics.failures
    assert not client.statistics.retries


async def test_resend_after_a_dead_connection_happens_only_once(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """One more request is sent than the policy allows, not twice as many."""
    await client.get_server()
    simulator.faults.add("/", Fault.reset(), times=None)
    error = await failure(client.get_server())
    assert error.attempts == 5
    assert simulator.count("/") == 1 + 5
    simulator.faults.clear()
    await client.get_server()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "fault", [Fault.status(503), Fault.reset(), Fault.status(429)], ids=["503", "reset", "429"]
)
async def test_commands_are_never_sent_twice(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    clock: ManualClock,
    method: str,
    fault: Fault,
) -> None:
    """Neither the policy nor aiohttp may repeat them, not even on a reused connection."""
    transport = Transport(
        session,
        URL(simulator.url),
        token=TOKEN,
        identity=IDENTITY,
        rate_limiters=rate_limiters,
        policy=RetryPolicy(),
        label="harbour",
    )
    await transport.request("GET", "/identity", len)
    simulator.faults.add("/library/sections/1/refresh", fault)
    error = await failure(transport.request(method, "/library/sections/1/refresh", len))
    assert error.attempts == 1
    assert simulator.count("/library/sections/1/refresh") == 1
    assert not clock.slept
    clock.advance(1)
    assert await transport.request("GET", "/identity", len)


async def test_attempts_are_counted_per_call(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """Calls of one client may run at the same time."""
    client = make_client(policy=RetryPolicy(max_retries=1))
    simulator.faults.add("/", Fault.status(500), times=6)
    errors = await asyncio.gather(*(failure(client.get_server()) for _ in range(3)))
    assert [error.attempts for error in errors] == [2, 2, 2]
    assert len(simulator.requests) == 6
    await client.get_server()


async def test_statistics_count_requests_retries_failures_and_bytes(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    client = make_client()
    assert client.statistics.latency is None
    assert client.statistics.average_latency is None
    simulator.faults.add("/", Fault.status(500, body=b"123"))
    await client.get_server()
    simulator.faults.add("/", Fault.status(404, body=b""))
    await failure(client.get_server())
    simulator.faults.add("/", Fault.status(429, headers={"Retry-After": "90"}))
    await failure(client.get_server())
    figures = client.statistics
    assert (figures.requests, figures.retries, figures.failed) == (4, 1, 3)
    assert figures.failures == {
        PlexErrorKind.SERVER: 1,
        PlexErrorKind.CLIENT: 1,
        PlexErrorKind.RATE_LIMIT: 1,
    }
    assert figures.bytes_received > 1_000
    assert figures.latency == figures.average_latency == 0
    assert figures.blocked_until == clock.time() + 90
    clock.advance(90)
    await client.get_server()
    assert client.statistics.blocked_until is None
