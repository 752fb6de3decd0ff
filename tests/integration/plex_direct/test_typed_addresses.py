"""Addresses that a user types, of a server that has a certificate from Plex."""

import ssl

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.clocks import FreezerClock
from tests.entity_ids import STREAMS
from tests.fixtures.plex_direct import CERTIFICATE_NAME, OTHER_CERTIFICATE_NAME
from tests.integration.config_flow_helpers import (
    assert_error,
    choose_form,
    open_manual_form,
    submit,
)
from tests.integration.conftest import TOKEN
from tests.integration.helpers import set_up, state_value
from tests.integration.reinstalled import REINSTALLED_TOKEN, offer_take_over, reinstalled_server
from tests.simulator import PlexSimulator


def typed(url: str, *, verify_ssl: bool = True) -> dict[str, object]:
    """Return what the user types."""
    return {CONF_URL: url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: verify_ssl}


@pytest.mark.parametrize("also_plain", [True, False], ids=["preferred", "required"])
@pytest.mark.parametrize("verify_ssl", [True, False])
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:{port}",
        "https://127.0.0.1:{port}",
        f"https://127-0-0-1.{CERTIFICATE_NAME}:{{port}}",
    ],
)
async def test_server_is_connected_by_https_and_its_name_is_saved(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    address: str,
    verify_ssl: bool,
    also_plain: bool,
) -> None:
    """The certificate is not issued for the IP address, but it need not be."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=also_plain)
    form = await open_manual_form(hass)
    url = address.format(port=simulator.port)

    result = await submit(hass, form, **typed(url, verify_ssl=verify_ssl))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        CONF_URL: simulator.url,
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: verify_ssl,
        CONF_CERTIFICATE_NAME: CERTIFICATE_NAME,
    }
    assert state_value(hass, STREAMS) == "0"


@pytest.mark.usefixtures("localhost_without_ipv6")
async def test_host_name_stays_and_the_certificate_is_verified(
    hass: HomeAssistant, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    form = await open_manual_form(hass)

    result = await submit(hass, form, **typed(f"localhost:{simulator.port}"))

    assert result["data"][CONF_URL] == f"https://localhost:{simulator.port}"
    assert result["data"][CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"


async def test_address_that_begins_with_http_stays_plain(
    hass: HomeAssistant, simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> None:
    """The user has chosen it, also for later set-ups."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    form = await open_manual_form(hass)
    plain = f"http://127.0.0.1:{simulator.port}"

    result = await submit(hass, form, **typed(plain))

    assert result["data"] == typed(plain)
    entry = result["result"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert dict(entry.data) == typed(plain)


async def test_server_without_https_is_connected_by_http(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    result = await submit(hass, form, **typed(f"127.0.0.1:{simulator.port}"))
    assert result["data"] == typed(simulator.url)


async def test_another_typed_address_replaces_the_name(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    impostor: PlexSimulator,
) -> None:
    """The user vouches for it, as when the server was added."""
    await set_up(hass, secure_entry)
    form = await choose_form(
        hass, await secure_entry.start_reconfigure_flow(hass), "reconfigure_manual"
    )

    result = await submit(
        hass, form, **{CONF_URL: f"127.0.0.1:{impostor.port}", CONF_VERIFY_SSL: True}
    )

    assert result["reason"] == "reconfigure_successful"
    assert secure_entry.data[CONF_CERTIFICATE_NAME] == OTHER_CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"


async def test_plex_direct_address_of_another_server_is_refused(
    hass: HomeAssistant, impostor: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    url = f"https://127-0-0-1.{CERTIFICATE_NAME}:{impostor.port}"
    assert_error(await submit(hass, form, **typed(url)), "certificate_changed")
    assert not impostor.requests
    result = await submit(hass, form, **typed(f"127.0.0.1:{impostor.port}"))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reinstalled_server_at_the_same_address_replaces_the_name(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    other_server_tls: ssl.SSLContext,
) -> None:
    """It has another machine identifier and certificate, and gets only its own token."""
    await set_up(hass, secure_entry)
    await simulator.stop()
    reinstalled = reinstalled_server(clock)
    await reinstalled.start(port=simulator.port, ssl_context=other_server_tls)
    try:
        step = await offer_take_over(hass, secure_entry, reinstalled)
        assert step["step_id"] == "take_over"
        result = await submit(hass, step)
        assert result["reason"] == "server_taken_over"
        assert secure_entry.data[CONF_CERTIFICATE_NAME] == OTHER_CERTIFICATE_NAME
        assert state_value(hass, STREAMS) == "0"
        assert all(
            request.headers.get("X-Plex-Token") in {None, REINSTALLED_TOKEN}
            for request in reinstalled.requests
        )
    finally:
        await hass.config_entries.async_unload(secure_entry.entry_id)
        await reinstalled.stop()
