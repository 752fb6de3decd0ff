"""Connections to a server that are not the best one."""

import ssl

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME, CONF_CONNECTION
from tests.entity_ids import STREAMS
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.integration.conftest import Advance
from tests.integration.helpers import state_value
from tests.integration.relocation_helpers import fail_until_relocation, issue_keys, set_addresses
from tests.simulator import PlexSimulator, PlexTvSimulator, connection

from .conftest import A_QUARTER

pytestmark = pytest.mark.usefixtures("found_by_account")


async def test_remote_address_is_used_if_no_local_one_works(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(
        plextv,
        loaded_entry,
        connection("127.0.0.1", simulator.port),
        connection("127.0.0.1", secure.port, local=False),
    )
    await simulator.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_URL] == secure.url
    assert loaded_entry.data[CONF_CONNECTION] == "remote"
    assert loaded_entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_relay_is_the_last_resort(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    plex_direct_server_tls: ssl.SSLContext,
) -> None:
    home = connection("127.0.0.1", simulator.port)
    relay = connection("127.0.0.1", secure.port, local=False, relay=True)
    set_addresses(plextv, loaded_entry, relay, home)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_URL] == secure.url
    assert loaded_entry.data[CONF_CONNECTION] == "relay"
    assert state_value(hass, STREAMS) == "0"

    # When that is gone too, the local address is tried first.
    await simulator.start(ssl_context=plex_direct_server_tls)
    await secure.stop()
    await fail_until_relocation(advance)
    assert loaded_entry.data[CONF_CONNECTION] == "relay"
    await advance(A_QUARTER)
    assert loaded_entry.data[CONF_URL] == simulator.url
    assert loaded_entry.data[CONF_CONNECTION] == "local"
    assert state_value(hass, STREAMS) == "0"
