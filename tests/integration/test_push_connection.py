"""The end of the websocket, reconnects, and polling in between."""

import logging
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, PLAYBACK, PUSH, STREAMS
from tests.simulator import Fault, Item, PlexSimulator

from .conftest import Advance, RunFor
from .event_recorder import EventListener
from .helpers import (
    deliver_push,
    entry_state,
    log_messages,
    settle,
    state_of,
    state_value,
    wait_until,
)

READ = "/status/sessions"
NOTIFICATIONS = "/:/websockets/notifications"

pytestmark = [
    pytest.mark.push,
    pytest.mark.usefixtures("longest_reconnect_delay", "entry_with_push"),
]


async def test_server_is_checked_at_once_when_the_websocket_ends_and_then_read(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await run_for(12)
    simulator.push.refuse(503)
    simulator.clear_requests()
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await settle(hass)
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert state_value(hass, CONNECTED) == STATE_ON
    # The first attempt to reconnect follows within a second, and is refused.
    await run_for(1)
    paths = [request.path for request in simulator.requests if request.path != NOTIFICATIONS]
    assert paths == ["/identity", READ]
    simulator.clear_requests()
    await run_for(30)
    assert simulator.count(READ) == 3
    simulator.push.accept()
    await run_for(300, step=5)
    assert state_value(hass, PUSH) == STATE_ON
    simulator.clear_requests()
    await run_for(300, step=5)
    assert simulator.count(READ) <= 1
    assert entry_state(entry_with_push) is ConfigEntryState.LOADED


async def test_websocket_that_keeps_closing_backs_off(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    """Neither its notifications nor the reads in between reset the backoff; a minute does."""
    await run_for(12)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.clear_requests()
    simulator.push.close()
    for _ in range(400):
        await run_for(1)
        if simulator.push.connected:
            simulator.sessions.pause(session)
            simulator.sessions.resume(session)
            await deliver_push(hass, simulator)
            simulator.push.close()
            await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    # After 1, 2, 4 ... s, with the sessions polled every ten seconds in between.
    assert 5 <= simulator.count(NOTIFICATIONS) <= 9
    assert simulator.count(READ) <= 70
    assert state_value(hass, CONNECTED) == STATE_ON
    await run_for(320)
    assert state_value(hass, PUSH) == STATE_ON
    simulator.push.close()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(2)
    assert state_value(hass, PUSH) == STATE_ON


async def test_reads_that_fail_in_turn_reset_the_backoff_once_a_minute(
    hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await run_for(12)
    simulator.push.refuse(503)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.clear_requests()
    for _ in range(12):
        simulator.faults.add(READ, Fault.status(404))
        await run_for(20)
    # In each minute at once, and after 1, 3, 7, 15 and 31 s.
    assert 14 <= simulator.count(NOTIFICATIONS) <= 28
    simulator.push.accept()
    await run_for(320, step=5)
    assert state_value(hass, PUSH) == STATE_ON


async def test_changes_during_a_reconnect_are_read(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    clock: HeldFreezerClock,
) -> None:
    clock.random_value = 0.0
    await run_for(12)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(11)
    # The response was made before the pause, and arrives only after the reconnect.
    simulator.faults.add(READ, Fault.slow_drip(interval=0.0001))
    simulator.clear_requests()
    simulator.push.refuse(503)
    simulator.push.drop()

    def is_reading() -> bool:
        clock.advance(0)
        return simulator.count(READ) == 1

    await wait_until(is_reading)
    assert state_value(hass, PUSH) == STATE_OFF
    simulator.sessions.pause(session)
    simulator.push.accept()

    def is_back() -> bool:
        clock.advance(0)
        return state_value(hass, PUSH) == STATE_ON

    def is_read() -> bool:
        clock.advance(0.0001)
        return simulator.count(READ) == 2

    await wait_until(is_back)
    assert simulator.count(READ) == 1
    await wait_until(is_read)
    await settle(hass)
    assert [s["state"] for s in state_of(hass, STREAMS).attributes["streams"]] == ["paused"]


async def test_unresponsive_websocket_is_closed(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor, advance: Advance
) -> None:
    await run_for(12)
    simulator.push.freeze()
    simulator.sessions.start(film)
    for _ in range(13):
        if state_value(hass, PUSH) == STATE_ON:
            await advance(1)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.push.drop()
    await simulator.push.disconnection()
    await run_for(2)
    assert state_value(hass, PUSH) == STATE_ON
    assert state_value(hass, STREAMS) == "1"
    await deliver_push(hass, simulator)
    simulator.sessions.pause(next(iter(simulator.sessions.current())))
    await deliver_push(hass, simulator)
    assert state_of(hass, STREAMS).attributes["streams"][0]["state"] == "paused"


async def test_push_restarts_after_an_unexpected_exception(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await run_for(12)
    with patch(
        "custom_components.plex_pulse.api.frame_reader.parse_notifications",
        side_effect=RuntimeError("spindrift"),
    ):
        simulator.sessions.start(film)
        await wait_until(lambda: bool(log_messages(caplog)))
    assert state_value(hass, PUSH) == STATE_OFF
    assert [level for level, _ in log_messages(caplog)] == [logging.ERROR]
    await run_for(10)
    assert state_value(hass, STREAMS) == "1"
    await run_for(300, step=10)
    assert state_value(hass, PUSH) == STATE_ON


async def test_reconnect_repeats_no_event(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    await run_for(12)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    listener = EventListener(hass, PLAYBACK)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.sessions.pause(session)
    await run_for(12)
    assert state_value(hass, PUSH) == STATE_ON
    assert listener.new_events == [("paused", film.title)]


async def test_unload_ends_the_websocket_and_all_requests(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    assert await hass.config_entries.async_unload(entry_with_push.entry_id)
    await simulator.push.disconnection()
    simulator.clear_requests()
    await advance(30)
    assert not simulator.requests
    assert await hass.config_entries.async_setup(entry_with_push.entry_id)
    await simulator.push.connection()
    await deliver_push(hass, simulator)
    assert state_value(hass, PUSH) == STATE_ON
