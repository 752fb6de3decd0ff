"""Cancelled calls stop at once and free their request slot."""

import asyncio

import pytest

from custom_components.plex_pulse.api import PlexServerClient
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator


@pytest.fixture
def clock() -> HeldClock:
    """Return a clock that blocks sleeping tasks, so that they can be cancelled."""
    return HeldClock()


async def assert_cancelled(call: asyncio.Task[object]) -> None:
    """Cancel a call and assert that it raises CancelledError."""
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def assert_all_slots_free(simulator: PlexSimulator, client: PlexServerClient) -> None:
    """Assert that three requests can be in flight at once."""
    simulator.faults.clear()
    simulator.faults.add("/status/sessions", Fault.hang(), times=3)
    calls = [asyncio.create_task(client.get_sessions()) for _ in range(3)]
    await simulator.fault_reached(3)
    for call in calls:
        await assert_cancelled(call)
    await client.get_identity()


async def test_cancel_during_retry_backoff_sends_nothing_more(
    simulator: PlexSimulator, client: PlexServerClient, clock: HeldClock
) -> None:
    simulator.faults.add("/identity", Fault.status(500))
    call = asyncio.create_task(client.get_identity())
    await clock.until(lambda: clock.asleep == 1)
    await assert_cancelled(call)
    assert simulator.count("/identity") == 1
    await assert_all_slots_free(simulator, client)


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.hang_body()], ids=["headers", "body"])
async def test_cancel_while_a_response_is_pending_frees_its_slot(
    simulator: PlexSimulator, client: PlexServerClient, fault: Fault
) -> None:
    simulator.faults.add("/identity", fault, times=3)
    for count in (1, 2, 3):
        call = asyncio.create_task(client.get_identity())
        await simulator.fault_reached(count)
        await assert_cancelled(call)
    assert simulator.count("/identity") == 3
    await assert_all_slots_free(simulator, client)


async def test_cancel_during_a_rate_limit_keeps_the_rate_limit(
    simulator: PlexSimulator, client: PlexServerClient, clock: HeldClock
) -> None:
    simulator.faults.add("/identity", Fault.status(429, headers={"Retry-After": "20"}))
    rate_limited_request = asyncio.create_task(client.get_identity())
    await clock.until(lambda: clock.asleep == 1)
    waiting = asyncio.create_task(client.get_sessions())
    await clock.until(lambda: clock.asleep == 2)
    await assert_cancelled(waiting)
    await assert_cancelled(rate_limited_request)
    assert len(simulator.requests) == 1
    assert client.rate_limiter.seconds_until_allowed == 20
    clock.advance(20)
    await client.get_identity()
    await assert_all_slots_free(simulator, client)


async def test_cancel_while_waiting_for_a_slot_takes_no_slot(
    simulator: PlexSimulator, client: PlexServerClient, clock: HeldClock
) -> None:
    simulator.faults.add("/identity", Fault.hang(), times=3)
    hanging = [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    waiting = asyncio.create_task(client.get_sessions())
    await clock.until(lambda: clock.timeouts_started == 4)
    await assert_cancelled(waiting)
    assert simulator.count("/status/sessions") == 0
    for call in hanging:
        await assert_cancelled(call)
    await assert_all_slots_free(simulator, client)
