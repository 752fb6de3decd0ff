"""Outages, freezes and rate limits while push is connected, and how soon their end is shown."""

import logging

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import AVAILABLE_IN_OUTAGE, CONNECTED, PLAYBACK, PUSH, STATUS, STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import RunFor
from .event_recorder import EventListener
from .helpers import (
    available_entities,
    deliver_push,
    log_messages,
    state_of,
    state_value,
    use_shared_token_with_push,
    wait_until,
)

pytestmark = [
    pytest.mark.push,
    pytest.mark.usefixtures("longest_reconnect_delay", "entry_with_push"),
]


@pytest.mark.parametrize("outage", [20, 600])
async def test_outage_and_its_end_are_shown_within_seconds(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
    outage: int,
) -> None:
    await run_for(12)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    all_entities = available_entities(hass)
    stopped_at = dt_util.utcnow()
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(8)
    assert (state_of(hass, STREAMS).last_changed - stopped_at).total_seconds() < 15
    assert available_entities(hass) == AVAILABLE_IN_OUTAGE
    assert state_value(hass, STATUS) == "network"
    await run_for(outage, step=5)
    assert available_entities(hass) == AVAILABLE_IN_OUTAGE

    await simulator.start()
    simulator.sessions.start_live_tv()
    await run_for(10)
    assert available_entities(hass) == all_entities
    assert [stream["type"] for stream in state_of(hass, STREAMS).attributes["streams"]] == ["live"]
    assert [level for level, _ in log_messages(caplog)] == [logging.INFO, logging.INFO]
    # The reconnect delay has ended together with the outage.
    assert state_value(hass, PUSH) == STATE_ON


async def _freeze(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Close the websocket and leave all requests without an answer."""
    simulator.push.refuse(503)
    simulator.faults.add("/*", Fault.hang(), times=None)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)


@pytest.mark.parametrize("frozen", [18, 22, 27, 47])
async def test_end_of_a_freeze_is_shown_within_seconds(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor, frozen: int
) -> None:
    """Requests that were sent while the server was frozen are never answered."""
    await run_for(12)
    await _freeze(hass, simulator)
    await run_for(15, step=0.5)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await run_for(frozen - 15, step=0.5)
    simulator.faults.clear()
    simulator.push.accept()
    await run_for(10, step=0.5)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    await run_for(5, step=0.5)
    assert state_value(hass, PUSH) == STATE_ON


@pytest.mark.parametrize("frozen", [4, 8, 11])
async def test_short_freeze_after_the_end_of_the_websocket_is_no_outage(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor, frozen: int
) -> None:
    """The server has closed the websocket, so it was alive; it may answer slowly."""
    await run_for(12)
    connected_at = state_of(hass, CONNECTED).last_changed
    await _freeze(hass, simulator)
    await run_for(frozen, step=0.5)
    simulator.faults.clear()
    simulator.push.accept()
    await run_for(12, step=0.5)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_of(hass, CONNECTED).last_changed == connected_at
    assert state_value(hass, PUSH) == STATE_ON


async def test_idle_server_is_polled_rarely_with_a_shared_token(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await use_shared_token_with_push(hass, entry_with_push, simulator)
    await run_for(60, step=10)
    simulator.clear_requests()
    await run_for(3600, step=10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert len(simulator.requests) <= 12


async def test_outage_is_detected_with_a_shared_token(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await use_shared_token_with_push(hass, entry_with_push, simulator)
    await run_for(600, step=10)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(8)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await run_for(60)
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_session_key_of_a_restarted_server_is_another_stream(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    first, second, *_ = simulator.library.of_kind(Kind.MOVIE)
    await run_for(12)
    simulator.sessions.start(first)
    await deliver_push(hass, simulator)
    listener = EventListener(hass, PLAYBACK)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await simulator.start()
    simulator.sessions.start(second)
    await run_for(12)
    assert listener.new_events == [("stopped", first.title), ("started", second.title)]
    assert [s["title"] for s in state_of(hass, STREAMS).attributes["streams"]] == [second.title]


async def test_no_handshake_is_sent_during_a_retry_after(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor, clock: HeldFreezerClock
) -> None:
    await run_for(12)
    simulator.faults.add("/identity", Fault.status(429, {"Retry-After": "60"}))
    simulator.push.close()
    await wait_until(lambda: state_value(hass, STATUS) == "rate_limit")
    simulator.clear_requests()
    await run_for(58)
    assert not simulator.requests
    await run_for(30)
    assert state_value(hass, PUSH) == STATE_ON
    assert state_value(hass, STATUS) == "ok"
