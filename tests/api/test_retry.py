"""Retries: number, backoff and timeouts."""

import asyncio
import math

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from tests.clocks import ManualClock
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient

SERVICE_UNAVAILABLE = Fault.status(503)


async def test_failing_server_gets_four_attempts_with_exponential_backoff(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """Three retries follow the first attempt, after 0.1, 0.2 and 0.4 seconds."""
    simulator.faults.add("/identity", SERVICE_UNAVAILABLE, times=None)
    with pytest.raises(PlexApiError) as caught:
        await client.get_identity()
    assert simulator.count("/identity") == 4
    assert clock.slept == [0.1, 0.2, 0.4]
    assert caught.value.attempts == 4
    assert caught.value.kind is PlexErrorKind.SERVER
    simulator.faults.clear()
    await client.get_identity()


async def test_backoff_doubles_up_to_the_maximum_delay(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    simulator.faults.add("/identity", SERVICE_UNAVAILABLE, times=8)
    client = make_client(policy=RetryPolicy(max_retries=8, max_delay=2, total_timeout=60))
    await client.get_identity()
    assert clock.slept == [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2]


@pytest.mark.parametrize(
    ("repetition", "seconds"), [(0, 0.1), (1, 0.2), (6, 6.4), (7, 10), (5_000, 10)]
)
def test_default_maximum_delay_is_ten_seconds(repetition: int, seconds: float) -> None:
    assert RetryPolicy().delay(repetition) == seconds


@pytest.mark.parametrize(("random_value", "slept"), [(0.0, 4.0), (0.5, 3.5), (0.999, 3.001)])
async def test_jitter_shortens_the_backoff(
    simulator: PlexSimulator,
    make_client: MakeClient,
    clock: ManualClock,
    random_value: float,
    slept: float,
) -> None:
    """Clients that failed together do not retry together."""
    clock.random_value = random_value
    simulator.faults.add("/identity", SERVICE_UNAVAILABLE)
    await make_client(policy=RetryPolicy(base_delay=4, jitter=0.25)).get_identity()
    assert clock.slept == [pytest.approx(slept)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(500),
        Fault.status(502, body=b""),
        SERVICE_UNAVAILABLE,
        Fault.status(429),
        Fault.reset(),
        Fault.disconnect(),
        Fault.cut_body(),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status_code}",
)
async def test_transient_failures_are_retried_until_success(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock, fault: Fault
) -> None:
    simulator.faults.add("/identity", fault, times=2)
    assert (await client.get_identity()).machine_identifier == simulator.state.machine_identifier
    assert simulator.count("/identity") == 3
    assert len(clock.slept) == 2
    assert client.statistics.retries == 2


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.status(status) for status in (400, 401, 403, 404, 409, 412)),
        Fault.redirect("/elsewhere"),
        Fault.html(),
        Fault.wrong_json([]),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status_code} {fault.content_type}",
)
async def test_permanent_failures_are_not_retried(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock, fault: Fault
) -> None:
    simulator.faults.add("/identity", fault)
    with pytest.raises(PlexApiError) as caught:
        await client.get_identity()
    assert not caught.value.is_transient
    assert caught.value.attempts == 1
    assert simulator.count("/identity") == 1
    assert not clock.slept
    await client.get_identity()


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.hang_body()], ids=["headers", "body"])
async def test_total_timeout_ends_a_response_that_never_arrives(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock, fault: Fault
) -> None:
    """The headers or the rest of the body may be missing."""
    simulator.faults.add("/identity", fault)
    client = make_client(policy=RetryPolicy(total_timeout=5, attempt_timeout=60))
    call = asyncio.create_task(client.get_identity())
    await simulator.fault_reached()
    clock.advance(4.9)
    await client.get_server()
    assert not call.done()
    clock.advance(0.1)
    with pytest.raises(PlexApiError) as caught:
        await call
    assert caught.value.kind is PlexErrorKind.NETWORK
    assert caught.value.reason is PlexErrorReason.TIMEOUT
    assert caught.value.attempts == 1
    await client.get_identity()


async def test_attempt_timeout_is_followed_by_a_retry(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """An attempt may take 10 seconds and a call 30."""
    simulator.faults.add("/identity", Fault.hang())
    call = asyncio.create_task(client.get_identity())
    await simulator.fault_reached()
    clock.advance(10)
    await call
    assert simulator.count("/identity") == 2
    assert clock.slept == [0.1]


async def test_no_backoff_is_started_that_exceeds_the_total_timeout(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock
) -> None:
    """The second delay of 8 seconds would end after the total timeout of 10 seconds."""
    simulator.faults.add("/identity", SERVICE_UNAVAILABLE, times=None)
    client = make_client(policy=RetryPolicy(base_delay=4, total_timeout=10))
    with pytest.raises(PlexApiError) as caught:
        await client.get_identity()
    assert clock.slept == [4]
    assert caught.value.attempts == 2
    assert caught.value.kind is PlexErrorKind.SERVER


@pytest.mark.parametrize(
    "bounds",
    [
        {"max_retries": -1},
        {"base_delay": -0.1},
        {"max_delay": math.inf},
        {"total_timeout": 0},
        {"attempt_timeout": 0},
        {"total_timeout": math.nan},
        {"jitter": 1.1},
        {"jitter": -0.1},
    ],
    ids=str,
)
def test_retry_policy_rejects_impossible_limits(bounds: dict[str, float]) -> None:
    """A wrong option fails when it is set, and not during a later call."""
    with pytest.raises(ValueError, match=r".+"):
        RetryPolicy(**bounds)  # type: ignore[arg-type] # max_retries is an int in its case
