"""The end of the websocket, reconnects, and polling in between."""

import logging
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import HeldFreezerClock
from tests.entity_ids import AVAILABLE_IN_OUTAGE, CONNECTED, PLAYBACK, PUSH, STATUS, STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance, RunFor
from .event_recorder import EventListener
from .helpers import (
    available_entities,
    deliver_push,
    entry_state,
    log_messages,
    settle,
    state_of,
    state_value,
    use_shared_token,
    wait_until,
)

READ = "/status/sessions"
NOTIFICATIONS = "/:/websockets/notifications"

pytestmark = [pytest.mark.push, pytest.mark.usefixtures("entry_with_push")]


@pytest.fixture(autouse=True)
def _longest_reconnect_delay(clock: HeldFreezerClock) -> None:
    """Use the longest possible reconnect delay."""
    clock.random_value = 1.0


async def _use_a_shared_token(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Use the token of a user who has access to one library."""
    use_shared_token(hass, entry, simulator)
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_ON)
    await settle(hass)


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


@pytest.mark.parametrize("status", [401, 403, 404, 429, 502, 503])
async def test_refused_upgrade_causes_neither_reload_nor_reauth(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
    status: int,
) -> None:
    issue = (DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")
    runtime = entry_with_push.runtime_data
    await run_for(12)
    simulator.push.refuse(status)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60)
    simulator.clear_requests()
    simulator.sessions.start(film)
    await run_for(60)
    assert state_value(hass, STREAMS) == "1"
    # A 429 delays all requests to the host; the others delay no poll.
    assert simulator.count(READ) in {6, 7} or status == 429
    assert simulator.count(NOTIFICATIONS) < 6
    assert entry_with_push.runtime_data is runtime
    assert not hass.config_entries.flow.async_progress()
    assert issue_registry.async_get_issue(*issue) is None

    simulator.push.accept()
    await run_for(320, step=5)
    assert state_value(hass, PUSH) == STATE_ON
    assert entry_with_push.runtime_data is runtime


async def test_an_hour_of_refused_upgrades_raises_an_issue_until_push_connects(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    issue = (DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")
    simulator.push.refuse(404)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(3500, step=25)
    assert issue_registry.async_get_issue(*issue) is None
    # The next attempt follows within five minutes.
    await run_for(450, step=10)
    shown = issue_registry.async_get_issue(*issue)
    assert shown is not None
    assert shown.translation_placeholders == {"name": "Harbour", "server": "Harbour"}
    assert state_value(hass, CONNECTED) == STATE_ON
    simulator.push.accept()
    await run_for(310, step=10)
    assert state_value(hass, PUSH) == STATE_ON
    assert issue_registry.async_get_issue(*issue) is None


async def test_websocket_refused_to_a_shared_user_raises_no_issue(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    await _use_a_shared_token(hass, entry_with_push, simulator)
    simulator.push.refuses_shared = True
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(4200, step=25)
    assert not issue_registry.issues
    # A proxy that refuses all users is reported to this one, too.
    simulator.push.refuse(502)
    await run_for(4200, step=25)
    assert issue_registry.async_get_issue(DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")


async def test_idle_server_is_polled_rarely_with_a_shared_token(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await _use_a_shared_token(hass, entry_with_push, simulator)
    await run_for(60, step=10)
    simulator.clear_requests()
    await run_for(3600, step=10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert len(simulator.requests) <= 12


async def test_outage_is_detected_with_a_shared_token(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> None:
    await _use_a_shared_token(hass, entry_with_push, simulator)
    await run_for(600, step=10)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(8)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await run_for(60)
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_outage_raises_no_websocket_issue(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(4200, step=25)
    assert not issue_registry.issues


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
