"""An attacker answers the search for servers, so that a token is typed for him."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
import socket
import ssl
import time
from typing import Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_pulse.connection.gdm import DiscoveredServer, async_discover_servers
from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from custom_components.plex_pulse.shared_state import DATA_SHARED
from tests.clocks import FreezerClock
from tests.fixtures.home_assistant import TOKEN
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.integration.config_flow_helpers import options_of, submit
from tests.integration.test_discovery_gdm import end_search, open_form
from tests.simulator import GdmResponder, GdmServer, PlexSimulator

from .conftest import ATTACKER

_MAX_CPU_SECONDS: Final = 0.05


@pytest.fixture
async def network(
    socket_enabled: None, hass: HomeAssistant, clock: FreezerClock
) -> AsyncGenerator[GdmResponder]:
    """Return the responses of the real server's host, which come first."""
    network = GdmResponder()
    await network.start()
    hass.data[DATA_SHARED] = replace(hass.data[DATA_SHARED], discovery=network.address)
    yield network
    await network.stop()


class _Answers:
    """The responses to one search, from several hosts."""

    def __init__(self, hass: HomeAssistant, clock: FreezerClock) -> None:
        """Start without a response."""
        self._hass = hass
        self._clock = clock
        self.found: dict[str, DiscoveredServer] = {}

    async def collect(self, *answers: tuple[str, bytes]) -> list[DiscoveredServer]:
        """Return the servers found when these hosts send these datagrams, in this order."""
        loop = self._hass.loop
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.setblocking(False)
            search = loop.create_task(
                async_discover_servers(listener.getsockname(), self._clock, self.found)
            )
            _, sender = await loop.sock_recvfrom(listener, 100)
            for host, answer in answers:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
                    answering.bind((host, 0))
                    answering.sendto(answer, sender)
                await asyncio.sleep(0)
            for _ in range(1000):
                await asyncio.sleep(0)
            self._clock.advance(2)
            await search
        return list(self.found.values())


@pytest.fixture
def answers(hass: HomeAssistant, clock: FreezerClock, socket_enabled: None) -> _Answers:
    """Return the responses to one search."""
    return _Answers(hass, clock)


REAL = GdmServer(name="Harbour", machine_identifier="real", port=32400)


async def test_first_response_of_a_server_is_not_replaced(answers: _Answers) -> None:
    """Both are shown with their addresses, the first response first."""
    lie = replace(REAL, port=31337)
    found = await answers.collect(("127.0.0.1", REAL.reply), (ATTACKER, lie.reply))
    assert [(server.name, server.address) for server in found] == [
        ("Harbour", "127.0.0.1:32400"),
        ("Harbour", f"{ATTACKER}:31337"),
    ]


async def test_flood_from_one_host_does_not_hide_the_server(answers: _Answers) -> None:
    flood = [
        (ATTACKER, replace(REAL, machine_identifier=f"fake-{number}", port=1 + number).reply)
        for number in range(60)
    ]
    found = await answers.collect(*flood, ("127.0.0.1", REAL.reply))
    assert "127.0.0.1:32400" in {server.address for server in found}
    assert len(found) == 6


async def test_at_most_20_servers_are_offered(answers: _Answers) -> None:
    flood = [(f"127.0.0.{10 + number}", REAL.reply) for number in range(40)]
    assert len(await answers.collect(*flood)) == 20


async def test_large_datagrams_do_not_block_the_event_loop(answers: _Answers) -> None:
    large = REAL.reply.removesuffix(b"\r\n") + b"a:b\r\n" * 12_000
    begun = time.process_time()
    found = await answers.collect(*[(ATTACKER, large)] * 20, ("127.0.0.1", REAL.reply))
    assert "127.0.0.1:32400" in {server.address for server in found}
    assert time.process_time() - begun < 20 * _MAX_CPU_SECONDS


async def test_name_is_one_short_line(answers: _Answers) -> None:
    name = "\x1b[2JHarbour\u202e\t" + "x" * 1000
    (server,) = await answers.collect((ATTACKER, replace(REAL, name=name).reply))
    assert server.name == f"[2JHarbour{'x' * 54}"


async def test_chosen_server_is_proven_by_its_certificate(
    hass: HomeAssistant,
    network: GdmResponder,
    simulator: PlexSimulator,
    clock: FreezerClock,
    plex_direct_server_tls: ssl.SSLContext,
) -> None:
    """It requires https, which its response does not say."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    network.servers.append(GdmServer.of(simulator))
    form = await open_form(hass, network)
    await end_search(hass, clock)
    (address,) = options_of(form, CONF_URL).values()
    result = await submit(
        hass, form, **{CONF_URL: address, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        CONF_URL: simulator.url,
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_CERTIFICATE_NAME: CERTIFICATE_NAME,
    }
