"""Fixtures: a hostile server, and its config entry."""

from collections.abc import AsyncGenerator

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import FreezerClock
from tests.fixtures.home_assistant import TOKEN
from tests.integration.helpers import settle, wait_until

from .server import IDENTIFIER, NAME, HostileServer


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the checks that every test with Home Assistant needs."""


@pytest.fixture
async def server(socket_enabled: None, clock: FreezerClock) -> AsyncGenerator[HostileServer]:
    """Return a server that is well until a test changes its responses."""
    async with HostileServer() as server:
        yield server


@pytest.fixture
def entry(hass: HomeAssistant, server: HostileServer) -> MockConfigEntry:
    """Return the config entry of the hostile server, not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=NAME,
        unique_id=IDENTIFIER,
        data={CONF_URL: server.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded_entry(
    hass: HomeAssistant,
    server: HostileServer,
    entry: MockConfigEntry,
    is_push_enabled: bool,
) -> MockConfigEntry:
    """Return the config entry, set up and with push connected if the test uses it."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    if is_push_enabled:
        await wait_until(lambda: server.is_push_connected)
        await server.send()
        await settle(hass)
    return entry
