"""How long an attempt may take after an earlier one timed out."""

import asyncio

from custom_components.plex_pulse.api import PlexServerClient
from tests.clocks import ManualClock
from tests.simulator import Fault, PlexSimulator


async def test_dropped_connection_costs_ten_seconds_each_time(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """The quick response afterwards shows that the endpoint is not slow."""
    for _ in range(3):
        simulator.clear_requests()
        simulator.faults.clear()
        simulator.faults.add("/identity", Fault.hang())
        call = asyncio.create_task(client.get_identity())
        await simulator.fault_reached()
        clock.advance(10)
        await call
        assert simulator.count("/identity") == 2


async def test_slow_endpoint_is_not_asked_twice_for_an_hour(
    simulator: PlexSimulator,
    client: PlexServerClient,
    clock: ManualClock,
    release_body: asyncio.Event,
) -> None:
    simulator.faults.add("/identity", Fault.slow_drip(), times=None)
    call = asyncio.create_task(client.get_identity())
    await simulator.fault_reached()
    clock.advance(10)
    await simulator.fault_reached(2)
    clock.advance(15)
    release_body.set()
    await call
    assert simulator.count("/identity") == 2

    for elapsed, requests in ((0, 1), (3500, 1), (3700, 2)):
        clock.advance(elapsed)
        simulator.clear_requests()
        simulator.faults.clear()
        simulator.faults.add("/identity", Fault.slow_drip(), times=1)
        release_body.clear()
        call = asyncio.create_task(client.get_identity())
        await simulator.fault_reached()
        clock.advance(15)
        release_body.set()
        await call
        assert simulator.count("/identity") == requests, elapsed
