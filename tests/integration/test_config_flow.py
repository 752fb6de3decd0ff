"""Setup with a typed address and token."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import PlexSimulator

from .config_flow_helpers import (
    assert_error,
    connection,
    open_manual_form,
    paths_with_token,
    prefilled,
    submit,
)
from .conftest import TOKEN

pytestmark = pytest.mark.smoke


async def test_a_server_is_set_up_and_read(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    form = await open_manual_form(hass)
    assert prefilled(form) == {CONF_VERIFY_SSL: True}

    result = await submit(hass, form, **connection(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Harbour"
    assert result["data"] == {
        CONF_URL: simulator.url,
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: True,
    }
    assert result["options"] == {}
    entry = result["result"]
    assert entry.unique_id == simulator.state.machine_identifier
    assert entry.state is ConfigEntryState.LOADED
    assert hass.states.async_entity_ids("sensor")


@pytest.mark.parametrize(
    "typed",
    [
        "{host}:{port}",
        "  {host}:{port} ",
        "{host}:{port}/",
        "http://{host}:{port}",
        "HTTP://{host}:{port}/web/index.html#!/settings",
        "http://{host}:{port}/identity?X-Plex-Token=canary-pasted",
    ],
)
async def test_an_address_is_accepted_in_many_forms(
    hass: HomeAssistant, simulator: PlexSimulator, typed: str
) -> None:
    form = await open_manual_form(hass)
    url = typed.format(host=simulator.host, port=simulator.port)

    result = await submit(hass, form, **connection(simulator, url=url))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url


async def test_token_in_the_address_is_used_without_another_one(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Plex Web shows such an address for "View XML"."""
    form = await open_manual_form(hass)
    url = f"{simulator.url}/library/metadata/7?X-Plex-Token={TOKEN}"
    result = await submit(hass, form, **connection(simulator, url=url, token=""))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url
    assert result["data"][CONF_TOKEN] == TOKEN


@pytest.mark.parametrize(
    "url",
    ["", "my server", "ftp://plex.local", "owner@plex.local", "plex.local:0", "192.168.1.500"],
)
async def test_an_invalid_address_is_rejected_without_a_request(
    hass: HomeAssistant, simulator: PlexSimulator, url: str
) -> None:
    form = await open_manual_form(hass)
    typed = {**connection(simulator), CONF_URL: url}

    form = await submit(hass, form, **typed)

    assert_error(form, "invalid_url")
    assert prefilled(form) == typed
    assert simulator.requests == []
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_white_space_around_a_token_is_removed(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)

    result = await submit(hass, form, **connection(simulator, token=f"\t {TOKEN} \n"))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_TOKEN] == TOKEN


@pytest.mark.parametrize(
    "token", ["canary-tökén", "canary\ntoken", "canary\x00", "canary-🔑", "  "]
)
async def test_a_token_that_is_invalid_as_a_header_is_rejected_without_a_request(
    hass: HomeAssistant, simulator: PlexSimulator, token: str
) -> None:
    form = await open_manual_form(hass)

    form = await submit(hass, form, **connection(simulator, token=token))

    assert_error(form, "invalid_auth")
    assert paths_with_token(simulator) == set()
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_token_is_sent_only_after_the_identity(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)

    await submit(hass, form, **connection(simulator))

    first, second, *_ = simulator.requests
    assert (first.path, "X-Plex-Token" in first.headers) == ("/identity", False)
    assert (second.path, second.headers["X-Plex-Token"]) == ("/media/providers", TOKEN)


async def test_a_server_is_set_up_only_once(
    hass: HomeAssistant, simulator: PlexSimulator, loaded_entry: MockConfigEntry
) -> None:
    form = await open_manual_form(hass)
    simulator.tokens.add_owner("canary-second-token")

    result = await submit(
        hass,
        form,
        **connection(
            simulator,
            url=f"{simulator.host}:{simulator.port}/web",
            token="canary-second-token",
        ),
    )

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert hass.config_entries.async_entries(DOMAIN) == [loaded_entry]
    assert loaded_entry.data[CONF_TOKEN] == TOKEN


async def test_a_second_server_is_set_up(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    form = await open_manual_form(hass)

    result = await submit(hass, form, **connection(other_server))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Lighthouse"
    assert [entry.state for entry in hass.config_entries.async_entries(DOMAIN)] == [
        ConfigEntryState.LOADED,
        ConfigEntryState.LOADED,
    ]


async def test_a_second_server_of_the_same_name_gets_a_number(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    other_server.state.friendly_name = loaded_entry.title

    result = await submit(hass, await open_manual_form(hass), **connection(other_server))

    assert result["title"] == f"{loaded_entry.title} (2)"


async def test_an_open_form_ends_when_another_form_sets_up_the_server(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    left_open = await open_manual_form(hass)
    form = await open_manual_form(hass)
    await submit(hass, form, **connection(simulator))

    result = await submit(hass, left_open, **connection(simulator))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert hass.config_entries.flow.async_progress() == []
