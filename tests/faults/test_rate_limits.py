"""Rate limits during set-up and when a stream starts."""

from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Final

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, STATUS
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, state_value
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import SESSIONS_PATH, HealthyBaseline, assert_complete_start, stream_titles

RETRY_AFTERS: Final = pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({}, 1), ({"Retry-After": "5"}, 5), ({"Retry-After": "120"}, 120)],
    ids=["no Retry-After", "five seconds", "two minutes"],
)


def _first_gap(simulator: PlexSimulator) -> float:
    """Return the seconds between the first and the second request."""
    first, *_ = pairwise(request.at for request in simulator.requests)
    return first[1] - first[0]


@RETRY_AFTERS
async def test_setup_waits_for_retry_after(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    set_up_while_advancing: Callable[[], Awaitable[None]],
    headers: dict[str, str],
    retry_after: int,
) -> None:
    simulator.faults.add("*", Fault.status(429, headers))
    await set_up_while_advancing()
    await run_for(retry_after * 1.5 + 20, step=2)
    assert _first_gap(simulator) >= retry_after
    await assert_complete_start(hass, entry, run_for)


@pytest.mark.push
@RETRY_AFTERS
async def test_stream_is_shown_after_retry_after_of_a_429(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    headers: dict[str, str],
    retry_after: int,
) -> None:
    simulator.faults.add(SESSIONS_PATH, Fault.status(429, headers))
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(retry_after - 1)
    assert simulator.count(SESSIONS_PATH) == len(simulator.requests) == 1
    assert state_value(hass, STATUS) == "rate_limit"
    assert state_value(hass, CONNECTED) == STATE_ON
    await run_for(10)
    assert _first_gap(simulator) >= retry_after
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


@pytest.mark.push
async def test_polling_resumes_at_the_end_of_each_of_several_429s(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.faults.add(SESSIONS_PATH, Fault.status(429, {"Retry-After": "60"}), times=3)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(60 * 3 + 10, step=5)
    request_times = [request.at for request in simulator.requests if request.path == SESSIONS_PATH]
    gaps = [later - earlier for earlier, later in pairwise(request_times)]
    assert len(gaps) >= 3
    assert all(60 <= gap <= 66 for gap in gaps[:3])
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()
