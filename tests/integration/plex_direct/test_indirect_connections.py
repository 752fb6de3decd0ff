"""Indirect connections: remote addresses and the relay."""

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_CONNECTION
from tests.api.search.loopback_resolver import LoopbackResolver
from tests.entity_ids import STREAMS
from tests.integration.config_flow_helpers import choose
from tests.integration.conftest import Advance
from tests.integration.helpers import settle, state_value
from tests.integration.relocation_helpers import fail_until_relocation, issue_keys, set_addresses
from tests.simulator import PlexSimulator, PlexTvSimulator, connection

from .conftest import A_QUARTER, LOCAL_NAME, OUTSIDE, OUTSIDE_NAME

pytestmark = pytest.mark.usefixtures("found_by_account")


async def test_a_plain_address_is_used_if_the_server_allows_it(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, connection("127.0.0.1", server_at_new_port.port))
    await simulator.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_an_indirect_connection_is_used_and_reported_while_it_lasts(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    names.refused = (LOCAL_NAME,)
    set_addresses(
        plextv,
        loaded_entry,
        plextv.connection_to(secure),
        connection(OUTSIDE, secure.port, local=False),
        https_required=True,
    )
    await simulator.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_URL] == f"https://{OUTSIDE_NAME}:{secure.port}"
    assert loaded_entry.data[CONF_CONNECTION] == "remote"
    assert state_value(hass, STREAMS) == "0"
    for _ in range(3):
        await advance(10)
        assert issue_keys(hass) == {"dns_rebinding"}

    # The user follows the instructions and enters the direct address.
    names.refused = ()
    menu = await loaded_entry.start_reconfigure_flow(hass)
    form = await choose(hass, menu, "reconfigure_manual")
    direct = f"https://{LOCAL_NAME}:{secure.port}"
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_URL: direct, CONF_VERIFY_SSL: True}
    )
    assert result["reason"] == "reconfigure_successful"
    await settle(hass)
    await advance(10)
    assert loaded_entry.data[CONF_URL] == direct
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_a_server_that_allows_plain_addresses_raises_no_dns_issue(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    names.refused = (LOCAL_NAME,)
    set_addresses(
        plextv,
        loaded_entry,
        connection("127.0.0.1", simulator.port),
        connection(OUTSIDE, secure.port, local=False),
    )
    await simulator.stop()
    await fail_until_relocation(advance)
    # The server is outside the network; inside, its plain address would work.
    assert loaded_entry.data[CONF_CONNECTION] == "remote"
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_the_relay_is_the_last_resort(
    hass: HomeAssistant,
    names: LoopbackResolver,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    names.refused = ()
    local = connection("127.0.0.1", simulator.port)
    relay = connection(OUTSIDE, secure.port, local=False, relay=True)
    set_addresses(plextv, loaded_entry, relay, local)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_URL] == f"https://{OUTSIDE_NAME}:{secure.port}"
    assert loaded_entry.data[CONF_CONNECTION] == "relay"
    assert state_value(hass, STREAMS) == "0"

    # When the relay is gone too, the local address is tried first.
    await simulator.start()
    await secure.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_CONNECTION] == "relay"
    await advance(A_QUARTER)
    assert loaded_entry.data[CONF_URL] == simulator.url
    assert loaded_entry.data[CONF_CONNECTION] == "local"
    assert state_value(hass, STREAMS) == "0"
