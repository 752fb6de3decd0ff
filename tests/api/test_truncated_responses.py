"""Answers whose status says more than their body."""

import asyncio

import pytest

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind, RetryPolicy
from tests.clocks import ManualClock
from tests.simulator import Fault, PlexSimulator

from .conftest import MakeClient
from .raw_server import raw_server

_NO_RETRY = RetryPolicy(max_retries=0)


def _cut(status: str, *headers: str) -> bytes:
    """Return an answer that announces more than it brings."""
    lines = (f"HTTP/1.1 {status}", "Content-Length: 500", *headers, "", "<html><h1>cut")
    return "\r\n".join(lines).encode()


async def test_a_cut_body_does_not_hide_that_the_host_asked_for_silence(
    make_client: MakeClient,
) -> None:
    """Status and Retry-After came whole."""
    async with raw_server(_cut("429 Too Many Requests", "Retry-After: 60")) as url:
        client = make_client(url=url)
        with pytest.raises(PlexApiError) as caught:
            await client.get_server()
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert caught.value.retry_after == 60
    assert caught.value.attempts == 1
    assert client.rate_limiter.seconds_until_allowed == 60


async def test_a_cut_refusal_is_a_refusal(make_client: MakeClient) -> None:
    """It is not repeated as what the network did would be."""
    async with raw_server(_cut("401 Unauthorized")) as url:
        with pytest.raises(PlexApiError) as caught:
            await make_client(url=url).get_server()
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert caught.value.attempts == 1


async def test_a_success_that_cannot_be_read_does_not_open_the_gate(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    """A proxy's page is not the server's answer."""
    client = make_client(policy=_NO_RETRY)
    for seconds in (1, 2):
        simulator.faults.add("/", Fault.status(429))
        with pytest.raises(PlexApiError):
            await client.get_server()
        assert client.rate_limiter.seconds_until_allowed == seconds
        clock.advance(seconds)
        simulator.faults.add("/", Fault.html())
        with pytest.raises(PlexApiError):
            await client.get_server()
    await client.get_server()
    simulator.faults.add("/", Fault.status(429))
    with pytest.raises(PlexApiError):
        await client.get_server()
    assert client.rate_limiter.seconds_until_allowed == 1


@pytest.mark.parametrize("hours", [-2, 0, 2])
async def test_a_date_to_come_back_is_measured_by_the_hosts_own_clock(
    make_client: MakeClient, clock: ManualClock, hours: int
) -> None:
    """A machine without a clock chip starts years off."""
    clock.epoch = 1_790_000_000 + hours * 3600
    dates = ("Date: Wed, 18 Nov 2026 20:00:00 GMT", "Retry-After: Wed, 18 Nov 2026 20:00:20 GMT")
    async with raw_server(_cut("503 Service Unavailable", *dates)) as url:
        with pytest.raises(PlexApiError) as caught:
            await make_client(url=url, policy=_NO_RETRY).get_server()
    assert caught.value.retry_after == 20


async def test_nothing_is_sent_again_to_a_host_that_asked_for_silence_meanwhile(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """Not even what met a connection that had died, and costs nothing otherwise."""
    client, other = make_client(), make_client(policy=_NO_RETRY)
    await client.get_server()
    simulator.faults.add("/", Fault.hang())
    call = asyncio.create_task(client.get_server())
    await simulator.fault_reached()
    simulator.faults.add("/identity", Fault.status(429, headers={"Retry-After": "60"}))
    with pytest.raises(PlexApiError):
        await other.get_identity()
    await simulator.stop()
    with pytest.raises(PlexApiError) as caught:
        await call
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert client.statistics.requests == 2
