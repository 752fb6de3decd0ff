"""An attacker announces the server at his own address."""

import ssl

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, STREAMS
from tests.fixtures.home_assistant import Advance
from tests.integration.config_flow_helpers import paths_with_token
from tests.integration.helpers import entry_state, set_up, state_value
from tests.integration.relocation_helpers import fail_until_relocation, issue_keys
from tests.integration.repairs import confirm_fix, open_fix
from tests.integration.test_discovery import announce_server, assert_ended
from tests.simulator import Fault, PlexSimulator

from .conftest import ATTACKER


@pytest.fixture
async def announced(attacker: PlexSimulator) -> PlexSimulator:
    """Return the attacker, answering plain http."""
    await attacker.start(host=ATTACKER)
    return attacker


async def test_announcement_during_maintenance_does_not_move_the_entry(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    announced: PlexSimulator,
    advance: Advance,
) -> None:
    """The server answers 503, as during its nightly restart."""
    simulator.faults.add("*", Fault.status(503), times=None)
    await fail_until_relocation(advance)
    data = dict(loaded_entry.data)

    assert_ended(await announce_server(hass, announced.port, ATTACKER), "already_configured")
    await fail_until_relocation(advance)

    assert loaded_entry.data == data
    assert paths_with_token(announced) == set()
    assert not issue_keys(hass)
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_announcement_while_the_server_is_off_only_raises_a_repair(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    announced: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    """Home Assistant starts first; the user sees both addresses and declines."""
    await simulator.stop()
    await set_up(hass, entry)

    assert_ended(await announce_server(hass, announced.port, ATTACKER), "already_configured")

    assert issue_keys(hass) == {"server_moved"}
    step = await open_fix(hass, hass_client, entry, "server_moved")
    assert step["description_placeholders"] == {
        "name": "Harbour",
        "server": "Harbour",
        "saved": simulator.url,
        "new": announced.url,
    }
    assert entry.data[CONF_URL] == simulator.url
    assert paths_with_token(announced) == set()
    await simulator.start()
    await advance(10)
    assert entry_state(entry) is ConfigEntryState.LOADED
    await advance(15)
    assert not issue_keys(hass)


async def test_repair_keeps_the_address_that_the_user_has_seen(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    announced: PlexSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The attacker announces himself while the user reads the dialog."""
    await simulator.stop()
    await set_up(hass, entry)
    await announce_server(hass, relocated_server.port)
    step = await open_fix(hass, hass_client, entry, "server_moved")

    await announce_server(hass, announced.port, ATTACKER)
    result = await confirm_fix(hass, hass_client, step)

    assert result["type"] == "create_entry"
    assert entry.data[CONF_URL] == relocated_server.url
    assert paths_with_token(announced) == set()
    assert state_value(hass, STREAMS) == "0"


async def test_announcement_with_another_valid_certificate_is_ignored(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """The attacker has a Media Server of his own, and with it a certificate from Plex."""
    await set_up(hass, proven_entry)
    await attacker.start(host=ATTACKER, ssl_context=other_server_tls, also_plain=True)
    data = dict(proven_entry.data)
    port = simulator.port
    await simulator.stop()
    await fail_until_relocation(advance)

    assert_ended(await announce_server(hass, attacker.port, ATTACKER), "already_configured")
    await fail_until_relocation(advance)

    assert proven_entry.data == data
    assert paths_with_token(attacker) == set()
    assert not issue_keys(hass)
    assert simulator.port == port


async def test_announcement_of_the_proven_server_moves_the_entry(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    """No click is needed, and no token is sent before the certificate is verified."""
    await set_up(hass, proven_entry)
    await simulator.stop()
    await fail_until_relocation(advance)
    await simulator.start(host=ATTACKER, ssl_context=plex_direct_server_tls, also_plain=True)

    assert_ended(await announce_server(hass, simulator.port, ATTACKER), "already_configured")
    await advance(1)

    assert proven_entry.data[CONF_URL] == f"https://{ATTACKER}:{simulator.port}"
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)
