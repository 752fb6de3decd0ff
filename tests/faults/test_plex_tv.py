"""A plex.tv that is down or slow, during set-up and during playback."""

from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_OFF
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, PUSH
from tests.fixtures.home_assistant import Advance, RunFor
from tests.integration.helpers import deliver_push, entry_state, state_value, wait_until
from tests.integration.relocation_helpers import RESOURCES, set_addresses
from tests.simulator import Fault, Item, Outage, PlexSimulator, PlexTvSimulator

from .assertions import HealthyBaseline, assert_complete_start, stream_titles

OUTAGES: Final = {
    "empty 404": Outage.EMPTY.fault,
    "HTML": Outage.PAGE.fault,
    "503": Outage.UNAVAILABLE.fault,
    "hang": Outage.HANG.fault,
    "429 for an hour": Fault.status(429, {"Retry-After": "3600"}),
}
EACH_OUTAGE: Final = pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)

pytestmark = pytest.mark.usefixtures("trusted_authority", "found_by_account")


@pytest.fixture
def exclude_held_responses(
    clock: HeldFreezerClock, simulator: PlexSimulator, plextv: PlexTvSimulator
) -> Callable[[], None]:
    """Return a function that excludes responses held back by either server from waiting."""

    def hold() -> None:
        clock.held = lambda: simulator.faults.hanging + plextv.faults.hanging

    return hold


@pytest.fixture
def baseline(
    baseline: HealthyBaseline, exclude_held_responses: Callable[[], None]
) -> HealthyBaseline:
    """Return the state of the entry before the fault."""
    exclude_held_responses()
    return baseline


@pytest.mark.push
async def test_plex_tv_is_not_contacted_while_the_server_is_reachable(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    set_addresses(plextv, baseline.entry, simulator)
    plextv.begin_outage(Outage.HANG)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(1300, step=10)
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(1)
    assert stream_titles(hass) == [film.title, "Tide tables"]
    assert not plextv.requests
    baseline.assert_recovered()


@EACH_OUTAGE
async def test_plex_tv_outage_does_not_delay_the_reconnect_to_the_server(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    run_for: RunFor,
    outage: Fault,
) -> None:
    set_addresses(plextv, baseline.entry, simulator)
    plextv.faults.add("*", outage, times=None)
    address = baseline.entry.data[CONF_URL]
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    # plex.tv gets one request for the new address and one retry.
    assert 1 <= plextv.count(RESOURCES) == len(plextv.requests) <= 2

    await simulator.start()
    simulator.sessions.start(film)
    await run_for(11)
    assert stream_titles(hass) == [film.title]
    await run_for(310, step=5)
    assert baseline.entry.data[CONF_URL] == address
    baseline.assert_recovered()


@EACH_OUTAGE
async def test_relocated_server_is_found_after_a_plex_tv_outage(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    run_for: RunFor,
    advance: Advance,
    outage: Fault,
) -> None:
    set_addresses(plextv, baseline.entry, server_at_new_port)
    plextv.faults.add("*", outage, times=None)
    address = baseline.entry.data[CONF_URL]
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60)
    assert plextv.requests
    assert baseline.entry.data[CONF_URL] == address
    assert state_value(hass, CONNECTED) == STATE_OFF

    plextv.faults.clear()
    plextv.clear_requests()
    # The next attempt is after 15 minutes, and the delay doubles each time.
    quarters = 4 if "Retry-After" in outage.headers else 1
    await run_for(quarters * 15 * 60 - 120, step=60)
    assert not plextv.requests
    assert baseline.entry.data[CONF_URL] == address
    for _ in range(4):
        await advance(60)
    assert plextv.count(RESOURCES) == len(plextv.requests) == 1
    assert baseline.entry.data[CONF_URL] == server_at_new_port.url
    server_at_new_port.sessions.start_live_tv("Tide tables")
    await deliver_push(hass, server_at_new_port)
    assert stream_titles(hass) == ["Tide tables"]
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)


async def test_setup_does_not_contact_plex_tv(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    run_for: RunFor,
    set_up_while_advancing: Callable[[], Awaitable[None]],
    exclude_held_responses: Callable[[], None],
) -> None:
    exclude_held_responses()
    set_addresses(plextv, entry, simulator)
    plextv.begin_outage(Outage.HANG)
    await set_up_while_advancing()
    await run_for(12)
    assert not plextv.requests
    await assert_complete_start(hass, entry, run_for)


@EACH_OUTAGE
async def test_setup_is_retried_after_an_outage_of_server_and_plex_tv(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    run_for: RunFor,
    set_up_while_advancing: Callable[[], Awaitable[None]],
    exclude_held_responses: Callable[[], None],
    outage: Fault,
) -> None:
    exclude_held_responses()
    set_addresses(plextv, entry, simulator)
    plextv.faults.add("*", outage, times=None)
    await simulator.stop()
    await set_up_while_advancing()
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert len(plextv.requests) <= 2
    await simulator.start()
    await run_for(20)
    await assert_complete_start(hass, entry, run_for)
