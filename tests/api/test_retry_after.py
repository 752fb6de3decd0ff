"""The Retry-After header of a single call."""

from collections.abc import Iterator
from email.utils import formatdate
import time

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
)
from tests.clocks import ManualClock
from tests.simulator import Fault, PlexSimulator


async def test_retry_after_in_seconds_replaces_the_backoff(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    simulator.faults.add("/identity", Fault.status(503, headers={"Retry-After": "7"}))
    await client.get_identity()
    assert clock.slept == [7]


async def test_retry_after_as_a_date_replaces_the_backoff(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """The date is compared with the client's own clock."""
    date = formatdate(clock.time() + 12, usegmt=True)
    simulator.faults.add("/identity", Fault.status(429, headers={"Retry-After": date}))
    await client.get_identity()
    assert clock.slept == [12]


@pytest.fixture
def local_time_utc_plus_9() -> Iterator[None]:
    """Use a local time zone nine hours ahead of UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "EAST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("local_time_utc_plus_9")
async def test_retry_after_date_without_a_zone_is_gmt(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """The oldest date format of HTTP has no zone."""
    date = time.asctime(time.gmtime(clock.time() + 12))
    simulator.faults.add("/identity", Fault.status(503, headers={"Retry-After": date}))
    await client.get_identity()
    assert clock.slept == [12]


@pytest.mark.parametrize(
    "value",
    ["soon", "", "-1", "0", "nan", "inf", "-inf", "Thu, 32 Foo 2026", formatdate(0, usegmt=True)],
)
async def test_invalid_retry_after_is_ignored(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock, value: str
) -> None:
    """The computed backoff applies."""
    simulator.faults.add("/identity", Fault.status(503, headers={"Retry-After": value}))
    await client.get_identity()
    assert clock.slept == [0.1]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"), [("30", 30), ("31.5", 31.5), ("31536000", 3600), ("1e300", 3600)]
)
async def test_retry_after_beyond_the_total_timeout_fails_at_once(
    simulator: PlexSimulator,
    client: PlexServerClient,
    clock: ManualClock,
    status: int,
    value: str,
    seconds: float,
) -> None:
    """The error has the number of seconds to wait, at most one hour."""
    simulator.faults.add("/identity", Fault.status(status, headers={"Retry-After": value}))
    with pytest.raises(PlexApiError) as caught:
        await client.get_identity()
    assert caught.value.kind is PlexErrorKind.RATE_LIMIT
    assert caught.value.status == status
    assert caught.value.retry_after == seconds
    assert simulator.count("/identity") == 1
    assert not clock.slept
    clock.advance(seconds)
    await client.get_identity()
