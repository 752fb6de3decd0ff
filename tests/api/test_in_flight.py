"""The limit of three concurrent requests per host."""

import asyncio

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
)
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient


@pytest.fixture
def clock() -> HeldClock:
    """Return a clock that blocks sleeping tasks, so that a queue can be inspected."""
    return HeldClock()


async def test_at_most_three_requests_per_host_are_in_flight(
    simulator: PlexSimulator,
    make_client: MakeClient,
    other_host: PlexServerClient,
    clock: HeldClock,
    release_body: asyncio.Event,
) -> None:
    """The limit holds across clients; a slot that becomes free is reused at once."""
    simulator.faults.add("/identity", Fault.slow_drip(), times=None)
    calls = [asyncio.create_task(make_client().get_identity()) for _ in range(8)]
    await simulator.fault_reached(3)
    await clock.until(lambda: clock.timeouts_started == 8)
    await other_host.get_server()
    assert simulator.faults.hanging == len(simulator.requests) == 3
    calls[0].cancel()
    await simulator.fault_reached(4)
    await other_host.get_server()
    assert len(simulator.requests) == 4
    release_body.set()
    assert len(await asyncio.gather(*calls[1:])) == 7


async def test_timeout_while_waiting_for_a_slot_sends_no_request(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """The wait counts towards the call's own total timeout only."""
    slow_client = make_client(policy=RetryPolicy(attempt_timeout=60, total_timeout=60))
    simulator.faults.add("/identity", Fault.hang(), times=3)
    hanging = [asyncio.create_task(slow_client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    hurried = make_client(policy=RetryPolicy(total_timeout=5))
    call = asyncio.create_task(hurried.get_server())
    await clock.until(lambda: clock.timeouts_started == 4)
    clock.advance(5)
    with pytest.raises(PlexApiError) as caught:
        await call
    assert caught.value.kind is PlexErrorKind.NETWORK
    assert caught.value.attempts == 0
    assert simulator.count("/") == 0
    for other in hanging:
        other.cancel()
    await asyncio.wait(hanging)
    await hurried.get_server()
