"""A host that asks for silence gets it from every caller, counted at the host."""

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

from .conftest import MakeClient


@pytest.fixture
def clock() -> HeldClock:
    """Hold sleepers, so that a silence can be looked into."""
    return HeldClock()


def rate_limited(seconds: float | str) -> Fault:
    """Return a 429 that asks for that many seconds."""
    return Fault.status(429, headers={"Retry-After": str(seconds)})


async def rate_limited_seconds(call: Coroutine[object, object, object]) -> float:
    """Return the seconds that a call refused with RATE_LIMIT says to stay away."""
    with pytest.raises(PlexApiError) as caught:
        await call
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert caught.value.retry_after is not None
    return caught.value.retry_after


async def test_nothing_reaches_a_silent_host_from_any_client(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """Neither another path, nor another token, nor a client made anew."""
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


async def test_callers_with_time_wait_for_the_silence_to_end(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """The one that was refused and those that came later, whatever their client."""
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


async def test_after_a_silence_one_request_goes_first(
    simulator: PlexSimulator,
    client: PlexServerClient,
    other_host: PlexServerClient,
    clock: HeldClock,
    release_body: asyncio.Event,
) -> None:
    """The rest follow when it succeeded."""
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


async def test_a_first_request_that_is_refused_prolongs_the_silence(
    simulator: PlexSimulator, client: PlexServerClient, clock: HeldClock
) -> None:
    """Nobody follows it."""
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


async def test_a_429_without_a_time_doubles_the_silence_until_a_success(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """From a second to fifteen minutes, and from a second again."""
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


async def test_an_answer_of_any_other_kind_ends_the_doubling_too(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """A host that knows no such path is a host that listens again; an unwell one is not."""
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


async def test_refusals_already_under_way_do_not_double_the_silence(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """Three answers to one mistake are one refusal."""
    client = make_client(policy=RetryPolicy(max_retries=0))
    simulator.faults.add("/identity", Fault.status(429), times=3)
    assert await asyncio.gather(
        *(rate_limited_seconds(client.get_identity()) for _ in range(3))
    ) == [1, 1, 1]


async def test_a_503_closes_the_gate_only_with_a_time(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """Without one the server is unwell, and others may try their luck."""
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


async def test_another_host_is_not_affected(
    simulator: PlexSimulator, client: PlexServerClient, other_host: PlexServerClient
) -> None:
    """The same address with another port is another host."""
    simulator.faults.add("*", rate_limited(60))
    await rate_limited_seconds(client.get_identity())
    await other_host.get_identity()
    assert client.rate_limiter.seconds_until_allowed == 60
    assert other_host.rate_limiter.seconds_until_allowed == 0


async def test_those_who_show_the_pause_hear_of_it(
    simulator: PlexSimulator, make_client: MakeClient, clock: HeldClock
) -> None:
    """When the gate closes and when it opens wide, until they listen no more."""
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
def test_a_host_is_its_scheme_name_and_port(other: str, is_same: bool) -> None:
    """One gate for all ways to write it."""
    rate_limiters = RateLimiterRegistry()
    assert (
        rate_limiters.limiter_for(URL(other))
        is rate_limiters.limiter_for(URL("http://nas.example"))
    ) is is_same
