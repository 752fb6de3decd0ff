"""Routers with DNS rebinding protection do not resolve plex.direct names."""

from dataclasses import replace

from homeassistant.const import CONF_URL, STATE_OFF
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.shared_state import DATA_SHARED
from tests.api.search.loopback_resolver import LoopbackResolver
from tests.entity_ids import CONNECTED, STREAMS
from tests.integration.conftest import Advance
from tests.integration.helpers import state_value
from tests.integration.relocation_helpers import (
    RESOURCES,
    fail_until_relocation,
    issue_keys,
    set_addresses,
)
from tests.simulator import PlexSimulator, PlexTvSimulator, connection

from .conftest import A_QUARTER, LOCAL_NAME

pytestmark = pytest.mark.usefixtures("found_by_account")


async def test_a_required_name_that_is_not_resolved_raises_an_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, plextv.connection_to(secure), https_required=True)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert issue_keys(hass) == {"dns_rebinding"}
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not secure.requests

    names.refused = ()
    await advance(A_QUARTER)
    assert loaded_entry.data[CONF_URL] == f"https://{LOCAL_NAME}:{secure.port}"
    assert state_value(hass, STREAMS) == "0"
    await advance(10)
    assert not issue_keys(hass)


async def test_a_server_that_returns_to_its_old_address_clears_the_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, plextv.connection_to(secure), https_required=True)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert issue_keys(hass) == {"dns_rebinding"}
    await simulator.start()
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_a_server_that_is_off_raises_no_dns_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, connection("127.0.0.1", simulator.port))
    await simulator.stop()
    await fail_until_relocation(advance)
    assert plextv.count(RESOURCES) == 1
    assert not issue_keys(hass)
    await simulator.start()
    await advance(10)
    assert state_value(hass, STREAMS) == "0"


async def test_a_router_that_resolves_no_name_at_all_raises_no_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    hass.data[DATA_SHARED] = replace(
        hass.data[DATA_SHARED], plex_tv=f"http://plex.tv:{plextv.port}"
    )
    names.refused = ("plex.tv", ".plex.direct")
    set_addresses(plextv, loaded_entry, plextv.connection_to(secure), https_required=True)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not plextv.requests
    assert not issue_keys(hass)

    # plex.tv resolves again, but plex.direct does not.
    names.refused = (".plex.direct",)
    await advance(A_QUARTER)
    assert issue_keys(hass) == {"dns_rebinding"}


async def test_removing_an_entry_deletes_its_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, plextv.connection_to(secure), https_required=True)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert issue_keys(hass) == {"dns_rebinding"}
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    assert not issue_keys(hass)
