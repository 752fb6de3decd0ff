"""GDM discovery: servers that the form for the address offers."""

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

from .config_flow_helpers import choose_form, connection, open_manual_form, options_of, submit
from .helpers import settle

UNKNOWN = GdmServer(name="Zenith", machine_identifier="zenith", port=32400)


@pytest.fixture
async def network(
    socket_enabled: None, hass: HomeAssistant, clock: FreezerClock
) -> AsyncGenerator[GdmResponder]:
    """Return a GDM responder without servers."""
    network = GdmResponder()
    await network.start()
    hass.data[DATA_SHARED] = replace(hass.data[DATA_SHARED], discovery=network.address)
    yield network
    await network.stop()


async def open_form(
    hass: HomeAssistant, network: GdmResponder, menu: ConfigFlowResult | None = None
) -> ConfigFlowResult:
    """Return the form as soon as it offers the last of the servers."""
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
    """Let the search time out and assert that it has ended."""
    clock.advance(2)
    await settle(hass)


async def test_a_server_that_responds_can_be_selected(
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


async def test_another_address_than_the_found_ones_can_be_typed(
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


async def test_an_ignored_server_is_offered_in_the_form(
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


def _response(*headers: str, status: str = "HTTP/1.0 200 OK") -> bytes:
    return "\r\n".join((status, *headers, "", "")).encode()


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\xff\xfe\x00",
        b"M-SEARCH * HTTP/1.0\r\n\r\n",
        _response("Content-Type: plex/media-player", "Port: 1", "Resource-Identifier: player"),
        _response("Content-Type: plex/media-server", "Port: 1"),
        _response("Content-Type: plex/media-server", "Resource-Identifier: portless"),
        _response("Content-Type: plex/media-server", "Port: 0", "Resource-Identifier: zero"),
        _response("Content-Type: plex/media-server", "Port: 65536", "Resource-Identifier: high"),
        _response(
            "Content-Type: plex/media-server",
            f"Port: {'1'.zfill(5000)}",
            "Resource-Identifier: huge",
        ),
        _response("Content-Type: plex/media-server", "Port: web", "Resource-Identifier: word"),
        _response(
            "Content-Type: plex/media-server",
            "Port: 1",
            "Resource-Identifier: gone",
            status="HTTP/1.0 404 Not Found",
        ),
    ],
)
async def test_invalid_responses_are_ignored(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock, noise: bytes
) -> None:
    network.raw.append(noise)
    network.servers.append(UNKNOWN)

    form = await open_form(hass, network)

    assert list(options_of(form, CONF_URL)) == ["Zenith (127.0.0.1:32400)"]
    await end_search(hass, clock)


async def test_a_server_without_a_name_is_shown_by_its_address(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock
) -> None:
    network.servers.append(replace(UNKNOWN, name=""))

    form = await open_form(hass, network)

    assert list(options_of(form, CONF_URL)) == ["127.0.0.1 (127.0.0.1:32400)"]
    await end_search(hass, clock)


async def test_without_responses_the_address_can_be_typed(
    hass: HomeAssistant, network: GdmResponder, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)

    assert options_of(form, CONF_URL) == {}
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_network_error_during_the_search_finds_no_servers(
    hass: HomeAssistant, clock: FreezerClock
) -> None:
    found: dict[str, DiscoveredServer] = {}

    with patch.object(hass.loop, "create_datagram_endpoint", side_effect=OSError("no network")):
        await async_discover_servers(DISCOVERY_ADDRESS, clock, found)

    assert found == {}


async def test_reloading_the_page_does_not_repeat_the_search(
    hass: HomeAssistant, network: GdmResponder, clock: FreezerClock
) -> None:
    network.servers.append(UNKNOWN)
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    menu = await hass.config_entries.flow.async_configure(menu["flow_id"])

    await open_form(hass, network, menu)
    await end_search(hass, clock)
    assert len(network.searches) == 1


async def test_closing_the_dialog_ends_the_search(
    hass: HomeAssistant, network: GdmResponder
) -> None:
    network.servers.append(UNKNOWN)
    form = await open_form(hass, network)

    hass.config_entries.flow.async_abort(form["flow_id"])

    # A search that is still running would block here, because the clock stands still.
    await settle(hass)
    assert len(network.searches) == 1
