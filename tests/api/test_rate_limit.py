"""Rate limiting per host: 429, Retry-After, backoff and listeners."""

import asyncio
from collections.abc import Coroutine

import pytest
from yarl import URL

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient


@pytest.fixture
def clock() -> HeldClock:
    """Return a clock that blocks sleeping tasks, so that a rate limit can be inspected."""
    return HeldClock()


def rate_limited(seconds: float | str) -> Fault:
    """Return a 429 response with this Retry-After."""
    return Fault.status(429, headers={"Retry-After": str(seconds)})


async def rate_limited_seconds(call: Coroutine[object, object, object]) -> float:
    """Return the Retry-After seconds of a call that fails with RATE_LIMIT."""
    with pytest.raises(PlexApiError) as caught:
        await call
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert caught.value.retry_after is not None
    return caught.value.retry_after


async def test_429_blocks_all_clients_of_the_host(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """Another path, another token or a new client makes no difference."""
    simulator.add_shared_token("friend-token", sections=[1])
    owner, friend = make_client(), make_client(token="friend-token")
    simulator.faults.add("/status/sessions", rate_limited(60))
    assert await rate_limited_seconds(owner.get_sessions()) == 60
    clock.advance(25)
    assert await rate_limited_seconds(owner.get_identity()) == 35
    assert await rate_limited_seconds(friend.get_libraries()) == 35
    assert await rate_limited_seconds(make_client().get_server()) == 35
    assert len(simulator.requests) == 1
    clock.advance(35)
    await owner.get_identity()
    assert await friend.get_libraries()
    assert len(simulator.requests) == 3


async def test_calls_within_their_total_timeout_wait_for_the_rate_limit(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """This holds for the rate-limited call and for later ones of any client."""
    simulator.faults.add("/identity", rate_limited(20))
    client = make_client()
    calls = [asyncio.create_task(client.get_identity())]
    await clock.until(lambda: clock.asleep == 1)
    calls += [asyncio.create_task(make_client().get_identity()) for _ in range(2)]
    await clock.until(lambda: clock.asleep == 3)
    clock.advance(19.75)
    assert clock.asleep == 3
    assert len(simulator.requests) == 1
    clock.advance(0.25)
    await asyncio.gather(*calls)
    assert len(simulator.requests) == 4


async def test_one_request_is_sent_first_after_a_rate_limit(
    simulator: PlexSimulator,
    client: PlexServerClient,
    other_host: PlexServerClient,
    clock: HeldClock,
    release_body: asyncio.Event,
) -> None:
    """The others follow once it succeeded."""
    simulator.faults.add("/identity", rate_limited(5))
    simulator.faults.add("/identity", Fault.slow_drip())
    calls = [asyncio.create_task(client.get_identity())]
    await clock.until(lambda: clock.asleep == 1)
    calls += [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await clock.until(lambda: clock.asleep == 4)
    seen = clock.timeouts_started
    clock.advance(5)
    await simulator.fault_reached()
    await clock.until(lambda: clock.timeouts_started == seen + 4)
    await other_host.get_server()
    assert len(simulator.requests) == 2
    release_body.set()
    await asyncio.gather(*calls)
    assert len(simulator.requests) == 5


async def test_429_of_the_first_request_extends_the_rate_limit(
    simulator: PlexSimulator, client: PlexServerClient, clock: HeldClock
) -> None:
    """No other request is sent."""
    simulator.faults.add("/identity", rate_limited(5))
    simulator.faults.add("/identity", rate_limited(8))
    calls = [asyncio.create_task(client.get_identity())]
    await clock.until(lambda: clock.asleep == 1)
    calls += [asyncio.create_task(client.get_identity()) for _ in range(3)]
    await clock.until(lambda: clock.asleep == 4)
    clock.advance(5)
    await clock.until(lambda: clock.asleep == 4)
    assert len(simulator.requests) == 2
    clock.advance(8)
    await asyncio.gather(*calls)
    assert len(simulator.requests) == 6


async def test_429_without_retry_after_doubles_the_backoff_until_a_success(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """The backoff grows from 1 second to 15 minutes and restarts at 1 second."""
    client = make_client(policy=RetryPolicy(max_retries=0, total_timeout=1))
    simulator.faults.add("/identity", Fault.status(429), times=12)
    penalties: list[float] = []
    for _ in range(12):
        penalties.append(await rate_limited_seconds(client.get_identity()))
        clock.advance(penalties[-1])
    assert penalties == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    await client.get_identity()
    simulator.faults.add("/identity", Fault.status(429))
    assert await rate_limited_seconds(client.get_identity()) == 1


async def test_404_resets_the_backoff_after_429_and_500_does_not(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """A 404 proves that the host accepts requests again."""
    client = make_client(policy=RetryPolicy(max_retries=0, total_timeout=1))
    penalties: list[float] = []
    for between in (500, 404):
        simulator.faults.add("/identity", Fault.status(429))
        simulator.faults.add("/identity", Fault.status(between))
        penalties.append(await rate_limited_seconds(client.get_identity()))
        clock.advance(penalties[-1])
        with pytest.raises(PlexApiError):
            await client.get_identity()
    simulator.faults.add("/identity", Fault.status(429))
    assert [*penalties, await rate_limited_seconds(client.get_identity())] == [1, 2, 1]


async def test_concurrent_429s_count_as_one(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    client = make_client(policy=RetryPolicy(max_retries=0))
    simulator.faults.add("/identity", Fault.status(429), times=3)
    assert await asyncio.gather(
        *(rate_limited_seconds(client.get_identity()) for _ in range(3))
    ) == [1, 1, 1]


async def test_503_rate_limits_only_with_retry_after(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """Without the header the server just fails, and other requests may succeed."""
    client = make_client(policy=RetryPolicy(max_retries=0, total_timeout=5))
    simulator.faults.add("/identity", Fault.status(503))
    with pytest.raises(PlexApiError):
        await client.get_identity()
    await client.get_server()
    simulator.faults.add("/identity", Fault.status(503, headers={"Retry-After": "40"}))
    assert await rate_limited_seconds(client.get_identity()) == 40
    assert await rate_limited_seconds(client.get_server()) == 40
    assert simulator.count("/") == 1
    clock.advance(40)
    await client.get_server()


async def test_rate_limit_does_not_affect_other_hosts(
    simulator: PlexSimulator, client: PlexServerClient, other_host: PlexServerClient
) -> None:
    """Another port of the same address is another host."""
    simulator.faults.add("*", rate_limited(60))
    await rate_limited_seconds(client.get_identity())
    await other_host.get_identity()
    assert client.rate_limiter.seconds_until_allowed == 60
    assert other_host.rate_limiter.seconds_until_allowed == 0


async def test_rate_limit_listeners_are_notified_of_start_and_end(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """They are not notified after they unsubscribed."""
    client = make_client()
    notified: list[float | None] = []
    stop = client.rate_limiter.add_listener(
        lambda: notified.append(client.statistics.blocked_until)
    )
    simulator.faults.add("/identity", rate_limited(60))
    await rate_limited_seconds(client.get_identity())
    assert notified == [clock.time() + 60]
    clock.advance(60)
    await client.get_identity()
    assert notified[1:] == [None]
    stop()
    simulator.faults.add("/identity", rate_limited(60))
    await rate_limited_seconds(client.get_identity())
    assert len(notified) == 2


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ("http://nas.example:80", True),
        ("http://NAS.example/path?query=1", True),
        ("http://nas.example:32400", False),
        ("https://nas.example", False),
        ("http://nas2.example", False),
    ],
)
def test_rate_limiter_is_keyed_by_scheme_host_and_port(other: str, is_same: bool) -> None:
    """All spellings of one URL share a rate limiter."""
    rate_limiters = RateLimiterRegistry()
    assert (
        rate_limiters.limiter_for(URL(other))
        is rate_limiters.limiter_for(URL("http://nas.example"))
    ) is is_same
