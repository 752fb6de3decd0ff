"""A server that proves itself at another address."""

import logging
import ssl

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.entity_ids import STREAMS
from tests.fixtures.plex_direct import CERTIFICATE_NAME, OTHER_CERTIFICATE_NAME
from tests.integration.conftest import Advance
from tests.integration.helpers import diagnostics_of, entry_state, log_messages, set_up, state_value
from tests.integration.relocation_helpers import (
    RESOURCES,
    fail_until_relocation,
    issue_keys,
    set_addresses,
)
from tests.simulator import PlexSimulator, PlexTvSimulator, connection
from tests.simulator.plextv_accounts import ServerConnection


def connection_with(name: str, port: int) -> ServerConnection:
    """Return an address of this machine with the certificate name that plex.tv lists for it."""
    return ServerConnection(
        address="127.0.0.1",
        port=port,
        uri=f"https://127-0-0-1.{name}:{port}",
        local=True,
        relay=False,
    )


@pytest.mark.usefixtures("found_by_account")
async def test_moved_server_is_found_although_its_names_are_blocked(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    secure: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    """The router blocks plex.direct names; no click is needed."""
    set_addresses(plextv, secure_entry, connection("127.0.0.1", secure.port), https_required=True)
    await set_up(hass, secure_entry)
    caplog.clear()
    await simulator.stop()
    await fail_until_relocation(advance)
    assert secure_entry.data[CONF_URL] == secure.url
    assert secure_entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)
    assert (logging.INFO, "Harbour has moved to another address") in log_messages(caplog)
    diagnostics = await diagnostics_of(hass, hass_client, secure_entry)
    assert [move["found_by"] for move in diagnostics["connection"]["moves"]] == ["account"]
    assert diagnostics["connection"]["is_proven_by_certificate"]


@pytest.mark.usefixtures("found_by_account")
async def test_certificate_that_plex_tv_lists_replaces_the_known_one(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """The server was signed in to Plex again; plex.tv is asked once."""
    await set_up(hass, secure_entry)
    set_addresses(plextv, secure_entry, connection_with(OTHER_CERTIFICATE_NAME, simulator.port))
    await simulator.stop()
    await simulator.start(ssl_context=other_server_tls)
    await fail_until_relocation(advance)
    assert plextv.count(RESOURCES) == 1
    assert secure_entry.data[CONF_CERTIFICATE_NAME] == OTHER_CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


@pytest.mark.usefixtures("found_by_account")
async def test_certificate_that_plex_tv_does_not_list_raises_the_repair(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    await set_up(hass, secure_entry)
    set_addresses(plextv, secure_entry, connection("127.0.0.1", simulator.port))
    await simulator.stop()
    await simulator.start(ssl_context=other_server_tls)
    await fail_until_relocation(advance)
    assert plextv.count(RESOURCES) == 1
    assert issue_keys(hass) == {"certificate_changed"}
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


@pytest.mark.usefixtures("found_by_account")
async def test_plain_entry_becomes_secure_at_the_address_that_plex_tv_lists(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """The server now requires https, and was added with a plain address."""
    set_addresses(plextv, entry, connection("127.0.0.1", simulator.port), https_required=True)
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await set_up(hass, entry)
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert entry.data[CONF_URL] == simulator.url
    assert entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    assert not issue_keys(hass)
