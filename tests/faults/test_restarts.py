"""Servers that start, restart, close connections or are replaced."""

from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import AVAILABLE_IN_OUTAGE, CONNECTED, PUSH, STATUS, STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.integration.config_flow_helpers import paths_with_token
from tests.integration.helpers import (
    available_entities,
    deliver_push,
    entry_state,
    state_value,
    wait_until,
)
from tests.integration.relocation_helpers import issue_keys
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import (
    NOTIFICATIONS_PATH,
    SESSIONS_PATH,
    HealthyBaseline,
    assert_complete_start,
    stream_titles,
)

STARTING: Final = Fault.status(
    503,
    body=b'<?xml version="1.0" encoding="UTF-8"?>\n<Response code="503" title="Maintenance" '
    b'status="Plex Media Server is currently running startup maintenance tasks."/>\n',
    content_type="text/xml;charset=utf-8",
)


async def test_setup_is_retried_while_the_server_starts(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    set_up_while_advancing: Callable[[], Awaitable[None]],
) -> None:
    simulator.starting(on=True)
    await set_up_while_advancing()
    await run_for(60, step=2)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "server_starting"
    assert not hass.states.async_all()
    simulator.starting(on=False)
    await run_for(60, step=2)
    await assert_complete_start(hass, entry, run_for)


@pytest.mark.push
async def test_recovers_within_ten_seconds_after_maintenance(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(20)
    # Every request is answered with 503 now, so only the identity is requested.
    await simulator.start()
    simulator.starting(on=True)
    await run_for(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert state_value(hass, STATUS) == "server"
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert not hass.config_entries.flow.async_progress()

    simulator.starting(on=False)
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(11)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert stream_titles(hass) == ["Tide tables"]
    # The websocket reconnects with its own backoff of at most five minutes.
    await run_for(310, step=5)
    baseline.assert_recovered()


@pytest.mark.push
async def test_recovers_after_a_restart_that_answers_only_identity(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    clock: HeldFreezerClock,
) -> None:
    clock.random_value = 1.0
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    for path in (SESSIONS_PATH, NOTIFICATIONS_PATH):
        simulator.faults.add(path, STARTING, times=None)
    await simulator.start()
    simulator.clear_requests()
    await run_for(60)
    # The delay between upgrades grows, the interval of the session poll does not.
    assert 3 <= simulator.count(NOTIFICATIONS_PATH) <= 7
    assert simulator.count(SESSIONS_PATH) >= 6
    # The server answers; only what the failing endpoint feeds is unavailable.
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == "server"
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert not hass.config_entries.flow.async_progress()

    simulator.faults.clear()
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(11)
    assert stream_titles(hass) == ["Tide tables"]
    # The first good read ends the delay before the next upgrade.
    assert state_value(hass, PUSH) == STATE_ON
    await run_for(310, step=5)
    baseline.assert_recovered()


@pytest.mark.push
@pytest.mark.parametrize("outage", [20, 600])
async def test_recovers_within_ten_seconds_after_an_outage(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    outage: int,
) -> None:
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(14)
    assert available_entities(hass) == AVAILABLE_IN_OUTAGE
    await run_for(outage - 14, step=2)
    assert available_entities(hass) == AVAILABLE_IN_OUTAGE

    await simulator.start()
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(10)
    assert available_entities(hass) == baseline.available
    assert stream_titles(hass) == ["Tide tables"]
    await run_for(310, step=5)
    baseline.assert_recovered()


@pytest.mark.push
async def test_closed_keep_alive_connections_delay_no_stream(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.close_idle_connections()
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(2)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


@pytest.mark.push
async def test_wrong_server_at_the_address_is_never_shown(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)
    other_server.sessions.start_live_tv("Not for these eyes")
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    for _ in range(20):
        await run_for(1)
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert issue_keys(hass) == {"wrong_server"}
    assert not hass.config_entries.flow.async_progress()

    await other_server.stop()
    await simulator.start()
    simulator.sessions.start(film)
    await run_for(11)
    assert stream_titles(hass) == [film.title]
    await run_for(310, step=5)
    baseline.assert_recovered()
    assert not paths_with_token(other_server)


@pytest.mark.push
@pytest.mark.parametrize("frame", [b"\xff\xfe", b"x" * (5 * 1024 * 1024)], ids=["noise", "huge"])
async def test_reconnects_after_a_frame_that_closes_the_connection(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    frame: bytes,
) -> None:
    simulator.push.send_text(frame)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(12)
    assert state_value(hass, PUSH) == STATE_ON
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()
