"""Setup with unusual input: pasted tokens, no token, proxies, servers with the same name."""

import ssl
from unicodedata import normalize

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.api import Resource
from custom_components.plex_pulse.connection.token import extract_token
from custom_components.plex_pulse.flow.schemas import server_schema
from tests.simulator import Fault, PlexSimulator
from tests.simulator.claiming import set_claimed

from .config_flow_helpers import (
    assert_error,
    choose_form,
    connection,
    open_manual_form,
    prefilled,
    submit,
)
from .conftest import TOKEN
from .helpers import state_value
from .relocation_helpers import issue_keys
from .test_discovery import announce_new_server, announce_server, assert_ended

XML_IDENTITY = b'<?xml version="1.0" encoding="UTF-8"?>\n<MediaContainer size="0" claimed="1"/>'


@pytest.mark.parametrize(
    "pasted",
    [
        "AbC-d_1.2~x9",
        ' "AbC-d_1.2~x9", ',
        "<AbC-d_1.2~x9>",
        "X-Plex-Token=AbC-d_1.2~x9",
        "?checkFiles=1&X-Plex-Token=AbC-d_1.2~x9&X-Plex-Language=en",
        "http://192.168.1.5:32400/library/metadata/7?X-Plex-Token=AbC-d_1.2~x9",
        "X-Plex-Token%3DAbC-d_1.2~x9%26a",
        "x-plex-token: AbC-d_1.2~x9",
        '<user email="a@example.com" authToken="AbC-d_1.2~x9" id="1">',
        '{"authToken": "AbC-d_1.2~x9"}',
        "<authentication-token>AbC-d_1.2~x9</authentication-token>",
        '<user><authToken type="string"> AbC-d_1.2~x9</authToken></user>',
        '<Preferences FriendlyName="Home" PlexOnlineToken="AbC-d_1.2~x9" LogVerbose="1"/>',
        'myPlexAccessToken\t"AbC-d_1.2~x9"',
        "\u200bAbC-d_1.2~x9\ufeff",
        "\u201cAbC-d_1.2~x9\u201d",
        "\u201eAbC-d_1.2~x9\u201c",
        "\u00abAbC-d_1.2~x9\u00bb",
        "\u2018AbC-d_1.2~x9\u2019",
        "authToken=\u201cAbC-d_1.2~x9\u201d",
    ],
)
def test_token_is_extracted_from_pasted_text(pasted: str) -> None:
    assert extract_token(pasted) == "AbC-d_1.2~x9"


@pytest.mark.parametrize(
    ("pasted", "address", "token"),
    [
        ("", "http://192.168.1.5:32400/library/metadata/7?X-Plex-Token=AbC-d_1", "AbC-d_1"),
        ("other", "http://192.168.1.5:32400/identity?X-Plex-Token=AbC-d_1.2~x9", "other"),
        ("", "http://192.168.1.5:32400", ""),
    ],
)
def test_token_of_a_pasted_address_is_used_if_no_other_is_entered(
    pasted: str, address: str, token: str
) -> None:
    assert extract_token(pasted, address) == token


def test_text_without_a_token_is_kept() -> None:
    assert extract_token("") == ""
    assert extract_token("  ") == "  "
    assert extract_token(normalize("NFC", "tökèn value")) == "tökèn value"


async def test_server_is_set_up_with_a_pasted_url_as_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    pasted = f"{simulator.url}/library/metadata/7?X-Plex-Token={TOKEN}"
    result = await submit(hass, form, **connection(simulator, token=pasted))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_TOKEN] == TOKEN


async def test_unclaimed_server_is_set_up_without_a_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    set_claimed(simulator.state, is_claimed=False)
    result = await submit(hass, await open_manual_form(hass), url=simulator.url, verify_ssl=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_TOKEN] == ""
    assert state_value(hass, "binary_sensor.harbour_connected") == "on"
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)


async def test_form_shows_that_a_token_is_required(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await submit(hass, await open_manual_form(hass), url=simulator.url, verify_ssl=True)
    assert_error(form, "token_required")


async def test_form_shows_that_the_server_is_not_claimed(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A password reset signs the server out: it refuses every token until it is claimed."""
    simulator.state.claimed = False
    simulator.faults.add("/media/providers", Fault.status(401), times=None)
    loaded_entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = loaded_entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    menu = await hass.config_entries.flow.async_configure(flow["flow_id"])
    form = await submit(hass, await choose_form(hass, menu, "reauth_manual"), token="another")
    assert_error(form, "server_unclaimed")
    simulator.state.claimed = True
    assert_error(await submit(hass, form, token="another"), "invalid_auth")


@pytest.mark.parametrize("body", [XML_IDENTITY, b'<MediaContainer machineIdentifier="a"/>'])
async def test_form_shows_that_a_proxy_drops_the_accept_header(
    hass: HomeAssistant, simulator: PlexSimulator, body: bytes
) -> None:
    simulator.faults.add("/identity", Fault.status(200, body=body), times=None)
    form = await submit(hass, await open_manual_form(hass), **connection(simulator))
    assert_error(form, "xml_response")


async def test_announced_server_that_requires_https_is_offered(
    hass: HomeAssistant, simulator: PlexSimulator, certificate: ssl.SSLContext
) -> None:
    """Only /identity is read, without a token; the form verifies the certificate."""
    await simulator.stop()
    await simulator.start(ssl_context=certificate)
    menu = await announce_new_server(hass, simulator)
    assert {request.path for request in simulator.requests} == {"/identity"}
    form = await choose_form(hass, menu, "manual")
    assert prefilled(form)[CONF_URL] == f"127.0.0.1:{simulator.port}"
    typed = connection(simulator)
    assert_error(await submit(hass, form, **typed), "bad_certificate")
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)
    result = await submit(hass, form, **{**typed, CONF_VERIFY_SSL: False})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("host", "is_offered"), [("localhost", False), ("127.0.0.1", True)])
async def test_announced_address_is_not_offered_instead_of_a_host_name(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    host: str,
    is_offered: bool,
) -> None:
    """The next address that DHCP assigns would break the entry again."""
    typed = f"http://{host}:1"
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: typed})
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert_ended(await announce_server(hass, simulator.port), "already_configured")
    assert entry.data[CONF_URL] == typed
    assert ("server_moved" in issue_keys(hass)) is is_offered


def _resource(identifier: str, name: str, address: str | None, owner: str | None) -> Resource:
    connections = [
        {"address": address, "port": 32400, "uri": f"http://{address}:32400", "local": True}
    ]
    resource = Resource.parse(
        {
            "name": name,
            "provides": "server",
            "clientIdentifier": identifier,
            "accessToken": "x",
            "owned": owner is None,
            "sourceTitle": owner,
            "connections": connections if address else [],
        }
    )
    assert resource is not None
    return resource


def test_servers_with_the_same_name_are_distinguished() -> None:
    schema = server_schema(
        [
            _resource("aaaaaaaa1", "Harbour", "172.17.0.2", None),
            _resource("bbbbbbbb2", "Harbour", "172.17.0.2", None),
            _resource("cccccccc3", "Harbour", None, None),
            _resource("dddddddd4", "Harbour", "192.0.2.6", "wren"),
            _resource("eeeeeeee5", "Lighthouse", "192.0.2.7", None),
        ]
    )
    (selector,) = schema.schema.values()
    assert [option["label"] for option in selector.config["options"]] == [
        "Harbour - 172.17.0.2:32400, aaaaaa",
        "Harbour - 172.17.0.2:32400, bbbbbb",
        "Harbour - cccccc",
        "Lighthouse",
        "Harbour (wren)",
    ]
