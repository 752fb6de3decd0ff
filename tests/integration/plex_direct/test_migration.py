"""Entries of version 0.1.0, which stored no certificate name."""

import ssl

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse import async_migrate_entry
from custom_components.plex_pulse.const import (
    CONF_ACCOUNT_TOKEN,
    CONF_CERTIFICATE_NAME,
    CONF_CONNECTION,
    DOMAIN,
)
from tests.entity_ids import STREAMS
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.integration.conftest import ACCOUNT_TOKEN, TOKEN
from tests.integration.helpers import entry_state, set_up, state_value
from tests.simulator import PlexSimulator


def stored_entry(hass: HomeAssistant, simulator: PlexSimulator, **data: object) -> MockConfigEntry:
    """Return an entry as 0.1.0 stored it."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Harbour",
        version=1,
        minor_version=1,
        unique_id=simulator.state.machine_identifier,
        data={CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True, **data},
    )
    entry.add_to_hass(hass)
    return entry


async def test_plex_direct_address_becomes_an_ip_address_and_a_name(
    hass: HomeAssistant, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> None:
    """As after a sign-in; the router need not resolve the name any more."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    entry = stored_entry(
        hass,
        simulator,
        url=f"https://127-0-0-1.{CERTIFICATE_NAME}:{simulator.port}",
        account_token=ACCOUNT_TOKEN,
        connection="local",
    )
    await set_up(hass, entry)
    assert entry.minor_version == 2
    assert entry.data == {
        CONF_URL: simulator.url,
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: "local",
        CONF_CERTIFICATE_NAME: CERTIFICATE_NAME,
    }
    assert state_value(hass, STREAMS) == "0"


@pytest.mark.parametrize(
    ("scheme", "verify_ssl"), [("http", True), ("https", False), ("http", False)]
)
async def test_name_is_read_at_the_first_connection(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    scheme: str,
    verify_ssl: bool,
) -> None:
    """The token is sent over https only, before it was sent over http."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    url = f"{scheme}://127.0.0.1:{simulator.port}"
    entry = stored_entry(hass, simulator, url=url, verify_ssl=verify_ssl)
    await set_up(hass, entry)
    assert entry.data[CONF_URL] == simulator.url
    assert entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    assert entry.data[CONF_VERIFY_SSL] is verify_ssl
    assert state_value(hass, STREAMS) == "0"


async def test_server_without_a_certificate_stays_as_it_is(
    hass: HomeAssistant, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> None:
    """Once it has one, the next set-up reads the name."""
    entry = stored_entry(hass, simulator, url=simulator.url)
    await set_up(hass, entry)
    assert entry.data[CONF_URL] == simulator.url
    assert entry.data[CONF_CERTIFICATE_NAME] is None
    assert state_value(hass, STREAMS) == "0"

    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.data[CONF_URL] == simulator.url
    assert entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME


async def test_name_of_another_server_is_not_learned(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    other_server_tls: ssl.SSLContext,
) -> None:
    """Another server has the address now."""
    await simulator.stop()
    await other_server.stop()
    await other_server.start(ssl_context=other_server_tls, also_plain=True)
    entry = stored_entry(hass, simulator, url=f"http://127.0.0.1:{other_server.port}")
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.data[CONF_CERTIFICATE_NAME] is None
    assert not any("X-Plex-Token" in request.headers for request in other_server.requests)


async def test_entry_of_a_newer_major_version_is_refused(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    entry = stored_entry(hass, simulator, url=simulator.url)
    hass.config_entries.async_update_entry(entry, version=2)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.MIGRATION_ERROR
    assert not simulator.requests
    # Recent versions of Home Assistant refuse it without asking the integration.
    assert not await async_migrate_entry(hass, entry)
    assert entry.minor_version == 1


async def test_entry_of_a_newer_minor_version_is_used_unchanged(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A user went back to this version."""
    entry = stored_entry(hass, simulator, url=simulator.url, certificate_name=None, later="kept")
    hass.config_entries.async_update_entry(entry, minor_version=9)
    saved = dict(entry.data)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert entry.minor_version == 9
    assert entry.data == saved
