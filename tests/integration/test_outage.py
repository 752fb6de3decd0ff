"""Outages of a server: detection, unavailable entities, recovery and log messages."""

from collections.abc import Callable
import logging

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.clocks import FreezerClock
from tests.entity_ids import AVAILABLE_IN_OUTAGE, CONNECTED, MOVIES, STATUS, STREAMS
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .helpers import available_entities, log_messages, settle, state_of, state_value

pytestmark = pytest.mark.smoke


async def test_an_outage_and_its_end_are_shown_within_15_seconds(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    all_entities = available_entities(hass)
    stopped_at = dt_util.utcnow()
    await simulator.stop()
    await advance(10)
    connected = state_of(hass, CONNECTED)
    assert connected.state == STATE_OFF
    assert (connected.last_changed - stopped_at).total_seconds() < 15
    assert state_value(hass, STATUS) == "network"
    assert available_entities(hass) == AVAILABLE_IN_OUTAGE
    for _ in range(5):
        await advance(10)

    simulator.library.add_item(
        Kind.MOVIE, "The Ninth Wave", simulator.library.section_titled("Movies")
    )
    started_at = dt_util.utcnow()
    await simulator.start()
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    simulator.clear_requests()
    await advance(10)
    connected = state_of(hass, CONNECTED)
    assert connected.state == STATE_ON
    assert (connected.last_changed - started_at).total_seconds() < 15
    assert state_value(hass, STATUS) == "ok"
    assert available_entities(hass) == all_entities
    assert state_value(hass, STREAMS) == "1"
    # The libraries are refreshed before the next hourly poll.
    assert simulator.count("/media/providers") == 1
    assert state_value(hass, MOVIES) == "41"

    assert log_messages(caplog) == [
        (
            logging.INFO,
            ("Connection to Harbour lost: GET /identity: network: The server cannot be reached"),
        ),
        (logging.INFO, "Connection to Harbour restored"),
    ]


@pytest.mark.parametrize(
    ("fail", "status"),
    [
        (lambda simulator: simulator.faults.add("*", Fault.status(502), times=None), "server"),
        (lambda simulator: simulator.faults.add("*", Fault.html(), times=None), "protocol"),
        (lambda simulator: simulator.faults.add("*", Fault.status(404), times=None), "client"),
        (lambda simulator: simulator.faults.add("*", Fault.reset(), times=None), "network"),
        (lambda simulator: simulator.faults.add("*", Fault.cut_body(), times=None), "network"),
        (lambda simulator: simulator.starting(on=True), "server"),
    ],
    ids=["502", "HTML", "404", "reset", "cut body", "starting"],
)
async def test_errors_on_all_endpoints_are_an_outage_until_they_end(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
    fail: Callable[[PlexSimulator], None],
    status: str,
) -> None:
    all_entities = available_entities(hass)
    fail(simulator)
    for _ in range(3):
        await advance(10)
        assert available_entities(hass) == AVAILABLE_IN_OUTAGE
        assert state_value(hass, CONNECTED) == STATE_OFF
        assert state_value(hass, STATUS) == status

    simulator.faults.clear()
    simulator.starting(on=False)
    await advance(10)
    assert available_entities(hass) == all_entities
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == "ok"
    assert [level for level, _ in log_messages(caplog)] == [logging.INFO, logging.INFO]
    assert not hass.config_entries.flow.async_progress()


async def test_failures_that_a_retry_fixes_are_not_shown_or_logged(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(500), times=3)
    simulator.clear_requests()
    await advance(10)
    assert simulator.count("/status/sessions") == 4
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert not log_messages(caplog)


async def test_a_failing_libraries_endpoint_does_not_affect_the_streams(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = "/media/providers"
    simulator.faults.add(path, Fault.status(500), times=None)
    await advance(3600)
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == "server"

    # The retry follows after one minute, then after two, four ..., at most an hour.
    simulator.clear_requests()
    await advance(61)
    assert simulator.count(path) == 4
    simulator.clear_requests()
    await advance(61)
    assert simulator.count(path) == 0
    simulator.faults.clear()
    await advance(61)
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, STATUS) == "ok"
    # The server was connected all the time, so no outage is logged.
    assert not log_messages(caplog)


async def test_a_hanging_sessions_endpoint_makes_only_the_streams_unavailable(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    simulator.faults.add("/status/sessions", Fault.hang(), times=2)
    simulator.clear_requests()
    clock.advance(11)
    async_fire_time_changed(hass, dt_util.utcnow())
    await simulator.fault_reached(1)
    # The first attempt may take ten seconds, the next one the rest of the thirty.
    clock.advance(10)
    await simulator.fault_reached(2)
    clock.advance(20)
    await simulator.faults.wait_released()
    await settle(hass)
    assert simulator.count("/status/sessions") == 2
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == "network"

    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, STATUS) == "ok"


async def test_a_restart_between_two_polls_is_not_shown_or_logged(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await advance(10)
    await simulator.stop()
    await simulator.start()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert not log_messages(caplog)


async def test_the_end_of_an_outage_is_logged_after_a_reload(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.add("*", Fault.status(500), times=None)
    await advance(10)
    assert [level for level, _ in log_messages(caplog)] == [logging.INFO]
    simulator.faults.clear()
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(10)
    assert [text for _, text in log_messages(caplog)][1:] == ["Connection to Harbour restored"]


@pytest.mark.parametrize(
    "fault", [Fault.status(500), Fault.status(404), Fault.html(), Fault.cut_body()]
)
async def test_a_failing_sessions_endpoint_makes_only_the_streams_unavailable(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    all_entities = available_entities(hass)
    simulator.faults.add("/status/sessions", fault, times=None)
    for _ in range(3):
        await advance(10)
        assert state_value(hass, CONNECTED) == STATE_ON
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert state_value(hass, MOVIES) == "40"
        assert state_value(hass, STATUS) != "ok"
    simulator.faults.clear()
    await advance(10)
    assert available_entities(hass) == all_entities
    assert state_value(hass, STATUS) == "ok"
    assert not log_messages(caplog)
