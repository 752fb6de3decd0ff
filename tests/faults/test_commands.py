"""Commands of the user during rate limits and without Plex Pass."""

import asyncio
from typing import Final

from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.clocks import HeldFreezerClock
from tests.entity_ids import MOVIES_SCANNING, SCAN_LIBRARIES, SCAN_MOVIES
from tests.fixtures.home_assistant import RunFor
from tests.integration.actions import call_action
from tests.integration.helpers import deliver_push, state_value
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import HealthyBaseline, assert_healthy, stream_titles

pytestmark = pytest.mark.push

SCAN_PATH: Final = "/library/sections/1/refresh"
TERMINATE_PATH: Final = "/status/sessions/terminate"


async def _press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call(
        BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


def _take_requested_paths(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the requests since the last call, without notifications."""
    paths = [request.path for request in simulator.requests]
    simulator.clear_requests()
    return paths


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({}, 1), ({"Retry-After": "5"}, 5)],
    ids=["no Retry-After", "five seconds"],
)
async def test_button_waits_for_a_short_rate_limit(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    clock: HeldFreezerClock,
    headers: dict[str, str],
    retry_after: int,
) -> None:
    simulator.faults.add(SCAN_PATH, Fault.status(429, headers))
    asleep = clock.asleep
    pressed = asyncio.create_task(_press(hass, SCAN_MOVIES))
    await clock.until(lambda: clock.asleep > asleep)
    clock.advance(retry_after - 0.1)
    assert _take_requested_paths(simulator) == [SCAN_PATH]
    clock.advance(0.2)
    await pressed
    assert _take_requested_paths(simulator) == [SCAN_PATH]
    await deliver_push(hass, simulator)
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    simulator.sessions.start(film)
    await run_for(12)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


async def test_button_fails_with_the_seconds_left_of_a_long_rate_limit(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.faults.add(SCAN_PATH, Fault.status(429, {"Retry-After": "90"}))
    with pytest.raises(HomeAssistantError, match=r"\b90\b"):
        await _press(hass, SCAN_MOVIES)
    assert _take_requested_paths(simulator) == [SCAN_PATH]
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(20)
    with pytest.raises(HomeAssistantError, match=r"\b70\b"):
        await _press(hass, SCAN_LIBRARIES)
    await run_for(69)
    # Neither the button nor the new stream causes a request during the rate limit.
    assert not _take_requested_paths(simulator)
    await run_for(12)
    assert stream_titles(hass) == [film.title]
    await _press(hass, SCAN_MOVIES)
    await deliver_push(hass, simulator)
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    await run_for(60)
    baseline.assert_recovered()


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({}, 1), ({"Retry-After": "90"}, 90)],
    ids=["no Retry-After", "ninety seconds"],
)
async def test_terminate_stream_is_not_retried_after_429(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    headers: dict[str, str],
    retry_after: int,
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(2)
    simulator.clear_requests()
    simulator.faults.add(TERMINATE_PATH, Fault.status(429, headers))
    with pytest.raises(HomeAssistantError, match=rf"\b{retry_after}\b"):
        await call_action(hass, "terminate_stream", session_key=session.session_key)
    await run_for(retry_after + 1)
    # The stream that was not reported meanwhile is verified; the command is not sent again.
    assert _take_requested_paths(simulator).count(TERMINATE_PATH) == 1
    assert stream_titles(hass) == [film.title]
    await call_action(hass, "terminate_stream", session_key=session.session_key)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    await run_for(12)
    baseline.assert_recovered()


async def test_terminate_stream_does_not_wait_for_a_short_rate_limit(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    clock: HeldFreezerClock,
) -> None:
    """After the wait another item might play in the same app, which has the same session id."""
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(2)
    simulator.faults.add(SCAN_PATH, Fault.status(429, {"Retry-After": "5"}))
    asleep = clock.asleep
    pressed = asyncio.create_task(_press(hass, SCAN_MOVIES))
    await clock.until(lambda: clock.asleep > asleep)
    simulator.clear_requests()
    with pytest.raises(HomeAssistantError, match=r"\b5\b"):
        await call_action(hass, "terminate_stream", session_key=session.session_key)
    clock.advance(5.1)
    await pressed
    assert TERMINATE_PATH not in _take_requested_paths(simulator)
    assert stream_titles(hass) == [film.title]
    await call_action(hass, "terminate_stream", session_key=session.session_key)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    await run_for(12)
    baseline.assert_recovered()


async def test_terminate_stream_without_plex_pass_starts_no_reauth(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.state.plex_pass = False
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(12)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    for _ in range(3):
        with pytest.raises(HomeAssistantError, match="Plex Pass"):
            await call_action(hass, "terminate_stream", session_key=session.session_key)
        await run_for(12)
    assert stream_titles(hass) == [film.title]
    assert_healthy(hass, baseline.entry)

    simulator.state.plex_pass = True
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(12)
    await call_action(hass, "terminate_stream", session_key=session.session_key)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    assert_healthy(hass, baseline.entry)
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)
