"""429 responses are counted for the caller that received them, and for no other."""

import asyncio
from typing import Final

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
    observe_rate_limits,
)
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient, failure

SHORT: Final = Fault.status(429, headers={"Retry-After": "1"})


async def test_of_two_parallel_tasks_only_the_one_that_received_the_429_counts_it(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/identity", SHORT, times=2)
    has_begun, was_limited = asyncio.Event(), asyncio.Event()

    async def poll() -> int:
        with observe_rate_limits() as count:
            has_begun.set()
            await was_limited.wait()
            await client.get_sessions()
            return count.responses

    async def action() -> int:
        await has_begun.wait()
        with observe_rate_limits() as count:
            await client.get_identity()
            was_limited.set()
            return count.responses

    assert list(await asyncio.gather(poll(), action())) == [0, 2]
    # The statistics of the shared client do not show who received them.
    assert client.statistics.failures == {PlexErrorKind.RATE_LIMIT: 2}


async def test_tasks_created_in_the_block_count_for_it(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/library/sections", SHORT)
    simulator.faults.add("/identity", SHORT)
    with observe_rate_limits() as count:
        await asyncio.gather(client.get_libraries(), client.get_identity())
    assert count.responses == 2


async def test_429_that_fails_a_call_counts_once_and_a_blocked_request_does_not(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    client = make_client(policy=RetryPolicy(max_retries=0))
    simulator.faults.add("/", Fault.status(429, headers={"Retry-After": "60"}))
    with observe_rate_limits() as outer:
        with observe_rate_limits() as first:
            await failure(client.get_server())
        with observe_rate_limits() as second:
            await failure(client.get_server())
    assert (outer.responses, first.responses, second.responses) == (1, 1, 0)


async def test_other_failures_and_requests_after_the_block_do_not_count(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/", Fault.status(503))
    simulator.faults.add("/", Fault.status(503, headers={"Retry-After": "1"}))
    with observe_rate_limits() as count:
        await client.get_server()
    simulator.faults.add("/", SHORT)
    await client.get_server()
    assert count.responses == 0
