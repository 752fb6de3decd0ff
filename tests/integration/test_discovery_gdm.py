"""Servers asked for in the network, offered where an address is typed (GDM)."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.connection.gdm import (
    DiscoveredServer,
    async_discover_servers,
)
from custom_components.plex_pulse.const import DISCOVERY_ADDRESS, DOMAIN
from custom_components.plex_pulse.shared_state import DATA_SHARED
from tests.clocks import FreezerClock
from tests.simulator import GdmResponder, GdmServer, PlexSimulator

from .flows import choose_form, connection, open_manual_form, options_of, submit
from .support import settle

UNKNOWN = GdmServer(name="Zenith", machine_identifier="zenith", port=32400)


@pytest.fixture
async def network(
    socket_enabled: None, hass: HomeAssistant, clock: FreezerClock
) -> AsyncGenerator[GdmResponder]:
    """Return a network in which nobody answers yet."""
    network = GdmResponder()
    await network.start()
    hass.data[DATA_SHARED] = replace(hass.data[DATA_SHARED], discovery=network.address)
    yield network
    await network.stop()


async def open_form(
    hass: HomeAssistant, network: GdmResponder, menu: ConfigFlowResult | None = None
) -> ConfigFlowResult:
    """Return the form, once it offers the last of the servers that answer."""
    if menu is None:
        menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await choose_form(hass, menu, "manual")
    last = f"127.0.0.1:{network.servers[-1].port}"
    for _ in range(1000):
        if last in options_of(form, CONF_URL).values():
            break
        await asyncio.sleep(0)
        form = await hass.config_entries.flow.async_configure(form["flow_id"])
    return form


async def end_search(hass: HomeAssistant, clock: FreezerClock) -> None:
    """Let the time pass for which answers are waited for, and hold that it is then over."""
    clock.advance(2)
    await settle(hass)


async def test_a_server_that_answers_can_be_picked(
    hass: HomeAssistant, network: GdmResponder, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    network.servers += [UNKNOWN, GdmServer.of(simulator)]

    form = await open_form(hass, network)
    await end_search(hass, clock)

    assert options_of(form, CONF_URL) == {
        f"Harbour (127.0.0.1:{simulator.port})": f"127.0.0.1:{simulator.port}",
        "Zenith (127.0.0.1:32400)": "127.0.0.1:32400",
    }
    assert next(iter(options_of(form, CONF_URL))).startswith("Harbour")
    assert simulator.requests == []
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url
    assert network.searches == [b"M-SEARCH * HTTP/1.0\r\n\r\n"]


async def test_another_address_than_those_found_can_be_typed(
    hass: HomeAssistant, network: GdmResponder, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    network.servers.append(UNKNOWN)
    form = await open_form(hass, network)
    await end_search(hass, clock)

    result = await submit(hass, form, **connection(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_server_that_is_set_up_is_not_offered(
    hass: HomeAssistant,
    network: GdmResponder,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
) -> None:
    network.servers += [GdmServer.of(simulator), UNKNOWN]

    form = await open_form(hass, network)

    assert list(options_of(form, CONF_URL)) == ["Zenith (127.0.0.1:32400)"]
    await end_search(hass, clock)


async def test_a_server_that_was_dismissed_is_offered_to_who_looks_for_one(
    hass: HomeAssistant, network: GdmResponder, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=simulator.state.machine_identifier
    ).add_to_hass(hass)
    network.servers.append(GdmServer.of(simulator))

    form = await open_form(hass, network)
    await end_search(hass, clock)

    assert list(options_of(form, CONF_URL).values()) == [f"127.0.0.1:{simulator.port}"]
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


def _answer(*headers: str, status: str = "HTTP/1.0 200 OK") -> bytes:
    return "\r\n".join((status, *headers, "", "")).encode()


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\xff\xfe\x00",
        b"M-SEARCH * HTTP/1.0\r\n\r\n",
        _answer("Content-Type: plex/media-player", "Port: 1", "Resource-Identifier: player"),
        _answer("Content-Type: plex/media-server", "Port: 1"),
        _answer("Content-Type: plex/media-server", "Resource-Identifier: portless"),
        _answer("Content-Type: plex/media-server", "Port: 0", "Resource-Identifier: zero"),
        _answer("Content-Type: plex/media-server", "Port: 65536", "Resource-Identifier: high"),
        _answer(
            "Content-Type: plex/media-server",
            f"Port: {'1'.zfill(5000)}",
            "Resource-Identifier: huge",
        ),
        _answer("Content-Type: plex/media-server", "Port: web", "Resource-Identifier: word"),
        _answer(
            "Content-Type: plex/media-server",
            "Port: 1",
            "Resource-Identifier: gone",
            status="HTTP/1.0 404 Not Found",
        ),
    ],
)
async def test_what_is_not_a_servers_answer_is_left_alone(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock, noise: bytes
) -> None:
    network.raw.append(noise)
    network.servers.append(UNKNOWN)

    form = await open_form(hass, network)

    assert list(options_of(form, CONF_URL)) == ["Zenith (127.0.0.1:32400)"]
    await end_search(hass, clock)


async def test_a_server_without_a_name_goes_by_its_address(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock
) -> None:
    network.servers.append(replace(UNKNOWN, name=""))

    form = await open_form(hass, network)

    assert list(options_of(form, CONF_URL)) == ["127.0.0.1 (127.0.0.1:32400)"]
    await end_search(hass, clock)


async def test_an_address_is_typed_where_nobody_answers(
    hass: HomeAssistant, network: GdmResponder, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)

    assert options_of(form, CONF_URL) == {}
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_nothing_is_found_and_nothing_fails_where_asking_is_not_possible(
    hass: HomeAssistant, clock: FreezerClock
) -> None:
    found: dict[str, DiscoveredServer] = {}

    with patch.object(hass.loop, "create_datagram_endpoint", side_effect=OSError("no network")):
        await async_discover_servers(DISCOVERY_ADDRESS, clock, found)

    assert found == {}


async def test_the_network_is_asked_once_however_often_the_page_is_loaded(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock
) -> None:
    network.servers.append(UNKNOWN)
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    menu = await hass.config_entries.flow.async_configure(menu["flow_id"])

    await open_form(hass, network, menu)
    await end_search(hass, clock)
    assert len(network.searches) == 1


async def test_a_dialog_that_is_closed_ends_the_search(
    hass: HomeAssistant, network: GdmResponder
) -> None:
    network.servers.append(UNKNOWN)
    form = await open_form(hass, network)

    hass.config_entries.flow.async_abort(form["flow_id"])

    # It would be waited for here, on a clock that stands still.
    await settle(hass)
    assert len(network.searches) == 1
