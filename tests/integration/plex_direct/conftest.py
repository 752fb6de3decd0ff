"""Fixtures: a router that does not resolve names, and a server with a certificate for them."""

from collections.abc import AsyncGenerator
import socket
import ssl
from typing import Final

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import DATA_CONNECTOR
from homeassistant.util.ssl import SSLCipherList
import pytest

from tests.api.search.loopback_resolver import LoopbackResolver
from tests.clocks import FreezerClock
from tests.integration.conftest import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.plextv_accounts import PLEX_DIRECT_LABEL

A_QUARTER: Final = 15 * 60

# All names of the tests resolve to this machine; the address is reserved for documentation.
OUTSIDE: Final = "203.0.113.9"
OUTSIDE_NAME: Final = f"203-0-113-9.{PLEX_DIRECT_LABEL}.plex.direct"
LOCAL_NAME: Final = f"127-0-0-1.{PLEX_DIRECT_LABEL}.plex.direct"


@pytest.fixture
async def names(
    hass: HomeAssistant, plex_direct_client_tls: ssl.SSLContext
) -> AsyncGenerator[LoopbackResolver]:
    """Resolve names through a router that refuses some, and trust the server's certificate."""
    names = LoopbackResolver(refused=[".plex.direct"])
    async with aiohttp.TCPConnector(resolver=names, ssl=plex_direct_client_tls) as connector:
        connectors: dict[tuple[bool, int, str], aiohttp.BaseConnector] = {
            (True, socket.AF_UNSPEC, SSLCipherList.PYTHON_DEFAULT): connector
        }
        hass.data[DATA_CONNECTOR] = connectors
        yield names


@pytest.fixture
async def secure(
    clock: FreezerClock, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> AsyncGenerator[PlexSimulator]:
    """Return the same Media Server with TLS."""
    secure = PlexSimulator(
        TOKEN, clock=clock.time, machine_identifier=simulator.state.machine_identifier
    )
    await secure.start(ssl_context=plex_direct_server_tls)
    yield secure
    await secure.stop()
