"""Fixtures: the real server, and an attacker on the same network."""

import asyncio
from collections.abc import AsyncGenerator
import ssl
from typing import Any, Final

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_socket import socket_allow_hosts

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.api.search.loopback_resolver import LoopbackResolver
from tests.clocks import FreezerClock
from tests.fixtures.home_assistant import TOKEN
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.simulator import PlexSimulator

ATTACKER: Final = "127.0.0.2"
"""Address of the attacker; the real server has 127.0.0.1."""


@pytest.fixture(autouse=True)
def _trusted_authority(hass: HomeAssistant, trusted_authority: LoopbackResolver) -> None:
    """Trust the test authority; ignore the server's errors for refused handshakes."""
    socket_allow_hosts(["127.0.0.1", ATTACKER])
    report = hass.loop.get_exception_handler()
    assert report is not None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError):
            report(loop, context)

    hass.loop.set_exception_handler(handle)


@pytest.fixture
async def attacker(
    socket_enabled: None, clock: FreezerClock, simulator: PlexSimulator
) -> AsyncGenerator[PlexSimulator]:
    """Return a server that claims the machine identifier; not started."""
    attacker = PlexSimulator(
        TOKEN,
        clock=clock.time,
        scenario="quiet",
        machine_identifier=simulator.state.machine_identifier,
    )
    yield attacker
    await attacker.stop()


@pytest.fixture
async def proven_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
) -> MockConfigEntry:
    """Return the entry of a server whose certificate name is known, not set up."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    data = {**entry.data, CONF_URL: simulator.url, CONF_CERTIFICATE_NAME: CERTIFICATE_NAME}
    hass.config_entries.async_update_entry(entry, data=data)
    return entry
