"""Fixtures: a Media Server with https, and its entry."""

import asyncio
from collections.abc import AsyncGenerator
import socket
import ssl
from typing import Any, Final

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.api.search.loopback_resolver import LoopbackResolver
from tests.clocks import FreezerClock
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.integration.conftest import TOKEN
from tests.simulator import PlexSimulator

A_QUARTER: Final = 15 * 60


@pytest.fixture(autouse=True)
def _trusted_authority(hass: HomeAssistant, trusted_authority: LoopbackResolver) -> None:
    """Trust the test authority; ignore the server's errors for refused handshakes."""
    report = hass.loop.get_exception_handler()
    assert report is not None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError):
            report(loop, context)

    hass.loop.set_exception_handler(handle)


@pytest.fixture
def localhost_without_ipv6(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve names to IPv4 addresses: Debian's `localhost` is also ::1, the server's is not."""
    resolve = hass.loop.getaddrinfo

    async def resolve_ipv4(host: str, port: int, **options: int) -> list[Any]:
        return await resolve(host, port, **{**options, "family": socket.AF_INET})

    monkeypatch.setattr(hass.loop, "getaddrinfo", resolve_ipv4)


@pytest.fixture
async def secure(
    clock: FreezerClock, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> AsyncGenerator[PlexSimulator]:
    """Return the same Media Server as it answers to secure connections."""
    secure = PlexSimulator(
        TOKEN, clock=clock.time, machine_identifier=simulator.state.machine_identifier
    )
    await secure.start(ssl_context=plex_direct_server_tls)
    yield secure
    await secure.stop()


@pytest.fixture
async def impostor(
    clock: FreezerClock, simulator: PlexSimulator, other_server_tls: ssl.SSLContext
) -> AsyncGenerator[PlexSimulator]:
    """Return a host that knows the machine identifier, with a valid certificate of its own."""
    impostor = PlexSimulator(
        TOKEN, clock=clock.time, machine_identifier=simulator.state.machine_identifier
    )
    await impostor.start(ssl_context=other_server_tls, also_plain=True)
    yield impostor
    await impostor.stop()


@pytest.fixture
async def secure_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
) -> MockConfigEntry:
    """Return the entry of a server with https and a known certificate name, not set up."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    data = {**entry.data, CONF_URL: simulator.url, CONF_CERTIFICATE_NAME: CERTIFICATE_NAME}
    hass.config_entries.async_update_entry(entry, data=data)
    return entry
