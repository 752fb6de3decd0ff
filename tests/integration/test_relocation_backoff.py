"""The backoff of requests to plex.tv for the new address of a server."""

from itertools import pairwise

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION
from tests.entity_ids import CONNECTED
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator

from .conftest import Advance
from .helpers import entry_state, set_up, state_value
from .relocation_helpers import RESOURCES, fail_until_relocation, set_addresses

MINUTE = 60
DAY = 24 * 60

pytestmark = pytest.mark.usefixtures("trusted_authority", "found_by_account")


async def test_requests_to_plex_tv_back_off_up_to_once_a_day(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry)
    await simulator.stop()
    await fail_until_relocation(advance)
    delays = [15, 30, 60, 120, 240, 480, 960, DAY, DAY]
    for requests, delay in enumerate(delays, start=1):
        assert plextv.count(RESOURCES) == requests
        await advance(delay * MINUTE - 30)
        assert plextv.count(RESOURCES) == requests
        await advance(30)
    gaps = [later.at - earlier.at for earlier, later in pairwise(plextv.requests)]
    assert gaps == pytest.approx([delay * MINUTE for delay in delays], abs=10)

    set_addresses(plextv, loaded_entry, server_at_new_port)
    await advance(DAY * MINUTE)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url


async def test_an_unstable_server_causes_one_plex_tv_request_per_15_minutes(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry)
    await simulator.stop()
    await fail_until_relocation(advance)
    await advance(15 * MINUTE)
    await advance(30 * MINUTE)
    # The next request is due in an hour.
    assert plextv.count(RESOURCES) == 3
    for _ in range(3):
        await simulator.start()
        await advance(10)
        assert state_value(hass, CONNECTED) == STATE_ON
        await simulator.stop()
        await fail_until_relocation(advance)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert plextv.count(RESOURCES) == 3

    # The server was reachable in between, which resets the backoff.
    set_addresses(plextv, loaded_entry, server_at_new_port)
    await advance(12 * MINUTE)
    assert plextv.count(RESOURCES) == 3
    await advance(2 * MINUTE)
    assert plextv.count(RESOURCES) == 4
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_setup_retries_cause_one_plex_tv_request_per_15_minutes(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, entry)
    await simulator.stop()
    await set_up(hass, entry)
    for _ in range(8):
        await advance(100)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert plextv.count(RESOURCES) == 1
    await advance(15 * MINUTE)
    assert plextv.count(RESOURCES) == 2
    await simulator.start()
    await advance(15 * MINUTE)
    assert entry_state(entry) is ConfigEntryState.LOADED


async def test_a_server_that_returns_errors_is_not_searched_for(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, simulator)
    simulator.faults.add("*", Fault.status(500), times=None)
    for _ in range(6):
        await advance(10)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not plextv.requests
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_an_entry_without_an_account_sends_no_request_to_plex_tv(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, server_at_new_port)
    data = {
        key: value
        for key, value in loaded_entry.data.items()
        if key not in {CONF_ACCOUNT_TOKEN, CONF_CONNECTION}
    }
    hass.config_entries.async_update_entry(loaded_entry, data=data)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert await hass.config_entries.async_reload(loaded_entry.entry_id) is False
    await advance(15 * MINUTE)
    assert not plextv.requests
    assert loaded_entry.data == data
    await simulator.start()
    await advance(15 * MINUTE)
    assert state_value(hass, CONNECTED) == STATE_ON
