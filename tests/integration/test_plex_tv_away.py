"""plex.tv that is away, unwell or slow: no concern of a server that is there."""

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
from .moving import RESOURCES, announce, be_missed
from .support import reading, set_up, state_of_entry

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
    """Wait for a reading while something else still hangs."""
    reached = asyncio.Event()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if event.data["new_state"] is not None and event.data["new_state"].state == state:
            reached.set()

    remove = async_track_state_change_event(hass, entity_id, changed)
    if reading(hass, entity_id) != state:
        await reached.wait()
    remove()


@OUTAGES
async def test_a_server_that_is_there_neither_notices_nor_asks(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    plextv.faults.add("*", outage, times=None)
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    for seconds in (10, 10, 3600, 10):
        await advance(seconds)
        assert reading(hass, CONNECTED) == STATE_ON
        assert reading(hass, STREAMS) == "0"
    assert not plextv.requests


async def test_a_server_that_is_there_does_without_a_plex_tv(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await simulator.stop()
    await be_missed(advance)
    assert reading(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await advance(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"


@OUTAGES
async def test_a_server_that_was_away_returns_without_plex_tv(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    announce(plextv, loaded_entry, server_at_new_port)
    plextv.faults.add("*", outage, times=None)
    data = dict(loaded_entry.data)
    await simulator.stop()
    await be_missed(advance)
    # A failure that may pass is tried once more, and no longer than somebody would wait.
    assert 1 <= plextv.count(RESOURCES) == len(plextv.requests) <= 2
    assert loaded_entry.data == data
    await simulator.start()
    await advance(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"
    assert not hass.config_entries.flow.async_progress()

    # When both are back a move is followed as ever.
    plextv.end_outage()
    await simulator.stop()
    await advance(15 * 60)
    await advance(10)
    await advance(10)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert reading(hass, CONNECTED) == STATE_ON


@OUTAGES
async def test_a_start_without_server_and_plex_tv_waits_for_either(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    outage: Fault,
) -> None:
    announce(plextv, entry, simulator)
    plextv.faults.add("*", outage, times=None)
    await simulator.stop()
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable"
    await simulator.start()
    await advance(6)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()


async def test_a_plex_tv_that_hangs_holds_no_poll_up(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    announce(plextv, loaded_entry, simulator)
    plextv.begin_outage(Outage.HANG)
    await simulator.stop()
    await advance(10)
    await advance(10)
    clock.advance(10)
    async_fire_time_changed(hass, dt_util.utcnow())
    await plextv.fault_reached()
    await simulator.start()
    # Less than it takes to give plex.tv up.
    clock.advance(11)
    async_fire_time_changed(hass, dt_util.utcnow())
    await _until(hass, CONNECTED, STATE_ON)
    await _until(hass, STREAMS, "0")

    await plextv.fault_reached(2)
    clock.advance(4)
    await plextv.faults.wait_released()
    await advance(10)
    assert plextv.count(RESOURCES) == 2
    assert reading(hass, CONNECTED) == STATE_ON


async def test_a_plex_tv_that_hangs_holds_a_start_up_only_so_long(
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
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    await simulator.start()
    await advance(6)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
