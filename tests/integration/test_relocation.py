"""A server that moved to another address and is found through plex.tv."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_ON, STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import (
    CONF_ACCOUNT_TOKEN,
    CONF_CERTIFICATE_NAME,
    CONF_CONNECTION,
)
from tests.entity_ids import CONNECTED, MOVIES, STREAMS
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.library import Kind

from .config_flow_helpers import paths_with_token
from .conftest import ACCOUNT_TOKEN, TOKEN, Advance
from .helpers import diagnostics_of, entry_state, log_messages, set_up, state_value
from .relocation_helpers import ACCOUNT, RESOURCES, fail_until_relocation, set_addresses

MINUTE = 60
DAY = 24 * 60


pytestmark = pytest.mark.usefixtures("trusted_authority", "found_by_account")


def _states(hass: HomeAssistant) -> dict[str, str]:
    """Return the states of all entities except images, whose state is a time of this instance."""
    return {
        state.entity_id: state.state
        for state in hass.states.async_all()
        if state.domain != Platform.IMAGE
    }


async def test_a_server_that_moves_is_found_automatically(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    set_addresses(plextv, loaded_entry, server_at_new_port)
    entities = _states(hass)
    previous = loaded_entry.data[CONF_URL]
    await simulator.stop()
    await advance(10)
    await advance(10)
    # A restart takes up to 20 seconds.
    assert not plextv.requests
    assert loaded_entry.data[CONF_URL] == previous
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE

    await advance(10)
    assert plextv.count(RESOURCES) == len(plextv.requests) == 1
    assert loaded_entry.data == {
        **loaded_entry.data,
        CONF_URL: server_at_new_port.url,
        CONF_TOKEN: TOKEN,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: "local",
        CONF_CERTIFICATE_NAME: CERTIFICATE_NAME,
    }
    assert _states(hass) == entities
    assert log_messages(caplog) == [
        (
            logging.INFO,
            ("Connection to Harbour lost: GET /identity: network: The server cannot be reached"),
        ),
        (logging.INFO, "Harbour has moved to another address"),
        (logging.INFO, "Connection to Harbour restored"),
    ]
    server_at_new_port.sessions.start(server_at_new_port.library.of_kind(Kind.MOVIE)[0])
    await advance(10)
    assert state_value(hass, STREAMS) == "1"
    assert len(plextv.requests) == 1


async def test_a_server_that_moved_before_setup_is_found_by_setup(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, entry, server_at_new_port)
    await simulator.stop()
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert entry.data[CONF_URL] == server_at_new_port.url
    assert state_value(hass, MOVIES) == "40"
    assert len(plextv.requests) == 1


async def test_an_address_is_used_only_if_the_server_there_has_the_same_identity(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    # The addresses of plex.tv may be outdated and belong to another server by now.
    set_addresses(plextv, loaded_entry, other_server)
    await simulator.stop()
    await fail_until_relocation(advance)
    assert {request.path for request in other_server.requests} == {"/identity"}
    assert not paths_with_token(other_server)
    assert loaded_entry.data[CONF_URL] == simulator.url
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE

    set_addresses(plextv, loaded_entry, other_server, server_at_new_port)
    await advance(15 * MINUTE)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert state_value(hass, STREAMS) == "0"


async def test_a_server_missing_from_the_account_keeps_its_address(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, other_server)
    (listed,) = plextv.accounts[ACCOUNT].servers
    plextv.accounts[ACCOUNT].servers.clear()
    plextv.add_server(
        ACCOUNT,
        "Lighthouse",
        other_server.state.machine_identifier,
        TOKEN,
        connections=listed.connections,
    )
    await simulator.stop()
    await fail_until_relocation(advance)
    assert plextv.count(RESOURCES) == 1
    assert not other_server.requests
    await simulator.start()
    await advance(10)
    assert state_value(hass, STREAMS) == "0"


async def test_an_unchanged_address_is_kept(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    set_addresses(plextv, loaded_entry, simulator)
    data = dict(loaded_entry.data)
    simulator.faults.add("*", Fault.reset(), times=None)
    await fail_until_relocation(advance)
    assert plextv.count(RESOURCES) == 1
    assert loaded_entry.data == data
    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert [level for level, _ in log_messages(caplog)] == [logging.INFO, logging.INFO]
    assert log_messages(caplog)[-1][1] == "Connection to Harbour restored"


async def test_diagnostics_of_a_server_found_through_an_account_leak_no_token(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics["health"]["connected"]
    assert "canary" not in str(diagnostics)
