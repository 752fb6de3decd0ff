"""Truncated or unreadable responses whose status and headers still count."""

import asyncio

import pytest

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind, RetryPolicy
from tests.clocks import ManualClock
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient
from .raw_server import raw_server

_NO_RETRY = RetryPolicy(max_retries=0)


def _cut(status: str, *headers: str) -> bytes:
    """Return a response whose body is shorter than its Content-Length."""
    lines = (f"HTTP/1.1 {status}", "Content-Length: 500", *headers, "", "<html><h1>cut")
    return "\r\n".join(lines).encode()


async def test_429_with_a_truncated_body_still_rate_limits(
    make_client: MakeClient,
) -> None:
    """Status and Retry-After arrived complete."""
    async with raw_server(_cut("429 Too Many Requests", "Retry-After: 60")) as url:
        client = make_client(url=url)
        with pytest.raises(PlexApiError) as caught:
            await client.get_server()
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert caught.value.retry_after == 60
    assert caught.value.attempts == 1
    assert client.rate_limiter.seconds_until_allowed == 60


async def test_401_with_a_truncated_body_is_an_authentication_error(
    make_client: MakeClient,
) -> None:
    """It is not retried, as a network error would be."""
    async with raw_server(_cut("401 Unauthorized")) as url:
        with pytest.raises(PlexApiError) as caught:
            await make_client(url=url).get_server()
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert caught.value.attempts == 1


async def test_unreadable_success_does_not_reset_the_rate_limit(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    """A proxy's page is not the server's response."""
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
async def test_retry_after_date_is_compared_with_the_date_header(
    make_client: MakeClient, clock: ManualClock, hours: int
) -> None:
    """A machine without a clock chip may be years off."""
    clock.epoch = 1_790_000_000 + hours * 3600
    dates = ("Date: Wed, 18 Nov 2026 20:00:00 GMT", "Retry-After: Wed, 18 Nov 2026 20:00:20 GMT")
    async with raw_server(_cut("503 Service Unavailable", *dates)) as url:
        with pytest.raises(PlexApiError) as caught:
            await make_client(url=url, policy=_NO_RETRY).get_server()
    assert caught.value.retry_after == 20


async def test_no_resend_after_another_request_was_rate_limited(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """A request that met a dead keep-alive connection is otherwise sent again at no cost."""
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
