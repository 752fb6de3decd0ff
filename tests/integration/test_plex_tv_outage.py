"""Outages of plex.tv do not affect a server that is reachable."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_OFF, STATE_ON
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, STREAMS
from tests.simulator import Fault, Outage, PlexSimulator, PlexTvSimulator, error_fault

from .conftest import Advance
from .helpers import entry_state, set_up, state_value
from .relocation_helpers import RESOURCES, fail_until_relocation, set_addresses

OUTAGES = pytest.mark.parametrize(
    "outage",
    [
        *(outage.fault for outage in Outage if outage is not Outage.HANG),
        Fault.reset(),
        Fault.wrong_json([17, None, {"provides": 4}]),
        error_fault(429, 1003, "API rate limit exceeded"),
        error_fault(401, 1001, "User could not be authenticated"),
    ],
    ids=["empty", "page", "unavailable", "reset", "nonsense", "rate limited", "token revoked"],
)


pytestmark = pytest.mark.usefixtures("trusted_authority", "found_by_account")


async def _until(hass: HomeAssistant, entity_id: str, state: str) -> None:
    """Wait for a state while another request still hangs."""
    reached = asyncio.Event()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if event.data["new_state"] is not None and event.data["new_state"].state == state:
            reached.set()

    remove = async_track_state_change_event(hass, entity_id, changed)
    if state_value(hass, entity_id) != state:
        await reached.wait()
    remove()


@OUTAGES
async def test_a_reachable_server_needs_no_request_to_plex_tv(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    plextv.faults.add("*", outage, times=None)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED
    for seconds in (10, 10, 3600, 10):
        await advance(seconds)
        assert state_value(hass, CONNECTED) == STATE_ON
        assert state_value(hass, STREAMS) == "0"
    assert not plextv.requests


async def test_an_outage_of_the_server_ends_without_plex_tv(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await simulator.stop()
    await fail_until_relocation(advance)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"


@OUTAGES
async def test_an_outage_of_the_server_ends_during_an_outage_of_plex_tv(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    set_addresses(plextv, loaded_entry, server_at_new_port)
    plextv.faults.add("*", outage, times=None)
    data = dict(loaded_entry.data)
    await simulator.stop()
    await fail_until_relocation(advance)
    # A temporary failure is retried once, within a short timeout.
    assert 1 <= plextv.count(RESOURCES) == len(plextv.requests) <= 2
    assert loaded_entry.data == data
    await simulator.start()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert not hass.config_entries.flow.async_progress()

    # When both are reachable again, a new address is found.
    plextv.end_outage()
    await simulator.stop()
    await advance(15 * 60)
    await advance(10)
    await advance(10)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert state_value(hass, CONNECTED) == STATE_ON


@OUTAGES
async def test_setup_is_retried_while_server_and_plex_tv_are_unreachable(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    set_addresses(plextv, entry, simulator)
    plextv.faults.add("*", outage, times=None)
    await simulator.stop()
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable"
    await simulator.start()
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()


async def test_a_hanging_plex_tv_delays_no_poll(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, simulator)
    plextv.begin_outage(Outage.HANG)
    await simulator.stop()
    await advance(10)
    await advance(10)
    clock.advance(10)
    async_fire_time_changed(hass, dt_util.utcnow())
    await plextv.fault_reached()
    await simulator.start()
    # Less than the timeout for plex.tv.
    clock.advance(11)
    async_fire_time_changed(hass, dt_util.utcnow())
    await _until(hass, CONNECTED, STATE_ON)
    await _until(hass, STREAMS, "0")

    await plextv.fault_reached(2)
    clock.advance(4)
    await plextv.faults.wait_released()
    await advance(10)
    assert plextv.count(RESOURCES) == 2
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_a_hanging_plex_tv_delays_setup_by_less_than_15_seconds(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    plextv.begin_outage(Outage.HANG)
    await simulator.stop()
    began = clock.monotonic()
    starting = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    for attempt, seconds in enumerate((8, 4), start=1):
        await plextv.fault_reached(attempt)
        clock.advance(seconds)
    assert await starting is False
    assert clock.monotonic() - began < 15
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    await simulator.start()
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
