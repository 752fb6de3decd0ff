"""Rate limits and request slots, which the websocket shares with all other requests."""

import asyncio
from email.utils import formatdate

import pytest

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
)
from tests.api.helpers import MakeClient, failure
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import MakeWebsocket, RecordingListener, assert_receives, listen


@pytest.fixture
def client(make_client: MakeClient) -> PlexServerClient:
    """Return a client that neither retries nor waits."""
    return make_client(policy=RetryPolicy(max_retries=0, total_timeout=1))


def retry_after_response(status: int, header: str) -> Fault:
    """Return a response with this status and Retry-After."""
    return Fault.status(status, headers={"Retry-After": header})


async def advance_past_backoff(clock: HeldClock) -> None:
    """Advance past the reconnect delay of zero seconds that precedes the rate limit check."""
    await clock.until(lambda: clock.asleep == 1)
    assert clock.slept[-1] == 0
    clock.advance(0)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("header", "seconds"), [("60", 60), ("86400", 3600)])
async def test_upgrade_refused_with_retry_after_blocks_all_requests(
    simulator: PlexSimulator,
    client: PlexServerClient,
    listener: RecordingListener,
    clock: HeldClock,
    status: int,
    header: str,
    seconds: float,
) -> None:
    """Neither an upgrade nor another request is sent before it is over."""
    simulator.faults.add(NOTIFICATIONS_PATH, retry_after_response(status, header))
    await advance_past_backoff(clock)
    await clock.until(lambda: clock.asleep == 1)
    assert [refusal.retry_after for refusal in listener.failures] == [seconds]
    assert (await failure(client.get_identity())).retry_after == seconds
    clock.advance(seconds - 0.1)
    assert clock.asleep == 1
    assert len(simulator.requests) == 1
    clock.advance(0.1)
    await assert_receives(simulator, listener)
    await client.get_identity()
    assert len(simulator.requests) == 3


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_date_is_compared_with_the_date_header(
    make_websocket: MakeWebsocket, listener: RecordingListener, clock: HeldClock, status: int
) -> None:
    """The clock of the host may be hours off."""

    def late() -> float:
        return clock.time() - 7200

    async with PlexSimulator(clock=late) as behind:
        header = formatdate(late() + 90, usegmt=True)
        behind.faults.add(NOTIFICATIONS_PATH, retry_after_response(status, header))
        async with listen(make_websocket(url=behind.url, token="owner-token")):
            await clock.until(lambda: clock.asleep == 1)
            assert [refusal.retry_after for refusal in listener.failures] == [90]
            clock.advance(90)
            await assert_receives(behind, listener)


@pytest.mark.usefixtures("listening")
async def test_429_without_retry_after_doubles_the_backoff_until_connected(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """A connection counts as a success."""
    simulator.push.refuse(429, times=4)
    for count in range(1, 5):
        await advance_past_backoff(clock)
        await clock.until(lambda: clock.asleep == 1)
        assert len(simulator.requests) == count
        clock.advance(clock.slept[-1])
    await assert_receives(simulator, listener)
    simulator.push.refuse(429, times=1)
    simulator.push.close()
    await advance_past_backoff(clock)
    await advance_past_backoff(clock)
    await clock.until(lambda: clock.asleep == 1)
    assert [refusal.kind for refusal in listener.failures] == [PlexErrorKind.RATE_LIMIT] * 5
    assert [refusal.retry_after for refusal in listener.failures] == [1, 2, 4, 8, 1]
    clock.advance(1)
    await assert_receives(simulator, listener, "2")


@pytest.mark.usefixtures("listening")
async def test_retry_after_of_a_404_upgrade_does_not_rate_limit(
    simulator: PlexSimulator,
    client: PlexServerClient,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """A proxy without websocket support accepts other requests."""
    simulator.faults.add(NOTIFICATIONS_PATH, retry_after_response(404, "60"))
    await clock.until(lambda: clock.asleep == 1)
    await client.get_identity()
    clock.advance(0)
    await assert_receives(simulator, listener)
    assert [refusal.retry_after for refusal in listener.failures] == [None]


@pytest.mark.usefixtures("listening")
async def test_429_of_a_request_delays_the_next_upgrade(
    simulator: PlexSimulator,
    client: PlexServerClient,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """An open connection stays open, and the delay is not reported as a failure."""
    await assert_receives(simulator, listener)
    simulator.faults.add("/identity", retry_after_response(429, "60"))
    await failure(client.get_identity())
    await assert_receives(simulator, listener, "2")
    simulator.push.close()
    await advance_past_backoff(clock)
    await clock.until(lambda: clock.asleep == 1)
    clock.advance(59.9)
    assert clock.asleep == 1
    assert simulator.count(NOTIFICATIONS_PATH) == 1
    clock.advance(0.1)
    await assert_receives(simulator, listener, "3")
    assert not listener.failures


async def test_rate_limit_delays_the_first_upgrade_also_when_extended(
    simulator: PlexSimulator,
    client: PlexServerClient,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    simulator.faults.add("/identity", retry_after_response(429, "60"))
    await failure(client.get_identity())
    async with listen(make_websocket()):
        await clock.until(lambda: clock.asleep == 1)
        client.rate_limiter.block(100)
        clock.advance(60)
        await clock.until(lambda: clock.asleep == 1)
        assert simulator.count(NOTIFICATIONS_PATH) == 0
        clock.advance(40)
        await assert_receives(simulator, listener)
    assert not listener.failures


@pytest.mark.usefixtures("listening")
async def test_open_websocket_takes_no_request_slot(
    simulator: PlexSimulator, make_client: MakeClient, listener: RecordingListener
) -> None:
    """Three requests are in flight at the same time."""
    await assert_receives(simulator, listener)
    simulator.faults.add("/identity", Fault.hang(), times=3)
    client = make_client()
    calls = [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    await assert_receives(simulator, listener, "2")
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)


async def test_upgrade_waits_for_a_request_slot(
    simulator: PlexSimulator,
    make_client: MakeClient,
    other_host: PlexServerClient,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    simulator.faults.add("/identity", Fault.hang(), times=3)
    client = make_client()
    calls = [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    seen = clock.timeouts_started
    async with listen(make_websocket()):
        await clock.until(lambda: clock.timeouts_started == seen + 1)
        await other_host.get_identity()
        assert simulator.count(NOTIFICATIONS_PATH) == 0
        calls[0].cancel()
        await assert_receives(simulator, listener)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)


async def test_upgrade_without_a_free_slot_is_a_network_error_and_retried(
    simulator: PlexSimulator,
    make_client: MakeClient,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    simulator.faults.add("/identity", Fault.hang(), times=3)
    client = make_client(policy=RetryPolicy(attempt_timeout=60, total_timeout=60))
    calls = [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await simulator.fault_reached(3)
    seen = clock.timeouts_started
    async with listen(make_websocket()):
        await clock.until(lambda: clock.timeouts_started == seen + 1)
        clock.advance(10)
        await clock.until(lambda: clock.asleep == 1)
        (refusal,) = listener.failures
        assert (refusal.kind, refusal.attempts) == (PlexErrorKind.NETWORK, 0)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        clock.advance(0)
        await assert_receives(simulator, listener)
