"""Reauthentication and reconfiguration with a typed token and address."""

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_NAME, CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import PlexSimulator

from .config_flow_helpers import (
    assert_error,
    choose_form,
    connection,
    paths_with_token,
    prefilled,
    submit,
)
from .conftest import NEW_TOKEN, TOKEN, Advance


async def open_reconfigure_form(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the form for the address and the token of an existing entry."""
    return await choose_form(hass, await entry.start_reconfigure_flow(hass), "reconfigure_manual")


async def test_reauth_reloads_the_entry_with_the_new_token(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.revoke(TOKEN)
    simulator.tokens.add_owner(NEW_TOKEN)
    menu = await loaded_entry.start_reauth_flow(hass)
    assert menu["step_id"] == "reauth_confirm"
    assert menu["description_placeholders"] is not None
    assert menu["description_placeholders"][CONF_NAME] == "Harbour"
    form = await choose_form(hass, menu, "reauth_manual")
    assert prefilled(form) == {}

    form = await submit(hass, form, token="canary-wrong-token")

    assert_error(form, "invalid_auth")
    assert loaded_entry.data[CONF_TOKEN] == TOKEN
    simulator.clear_requests()
    result = await submit(hass, form, token=f" {NEW_TOKEN} ")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert dict(loaded_entry.data) == connection(simulator, token=NEW_TOKEN)
    assert loaded_entry.state is ConfigEntryState.LOADED
    assert simulator.count("/status/sessions") == 1


async def test_reauth_can_be_retried_after_an_outage(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    form = await choose_form(hass, await loaded_entry.start_reauth_flow(hass), "reauth_manual")
    await simulator.stop()

    form = await submit(hass, form, token=TOKEN)

    assert_error(form, "cannot_connect")
    await simulator.start()
    result = await submit(hass, form, token=TOKEN)
    assert result["reason"] == "reauth_successful"


async def test_reauth_does_not_send_the_token_to_another_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    form = await choose_form(hass, await loaded_entry.start_reauth_flow(hass), "reauth_manual")
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)

    form = await submit(hass, form, token=TOKEN)

    assert_error(form, "wrong_server")
    assert prefilled(form) == {CONF_TOKEN: TOKEN}
    assert paths_with_token(other_server) == set()
    await other_server.stop()
    await simulator.start()
    result = await submit(hass, form, token=TOKEN)
    assert result["reason"] == "reauth_successful"


async def test_reconfigure_shows_the_current_address_and_no_token(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    menu = await loaded_entry.start_reconfigure_flow(hass)
    assert menu["step_id"] == "reconfigure"

    form = await choose_form(hass, menu, "reconfigure_manual")

    assert prefilled(form) == {CONF_URL: simulator.url, CONF_VERIFY_SSL: True}
    assert TOKEN not in repr(form)


@pytest.mark.parametrize("token", [{}, {"token": ""}, {"token": "  "}])
async def test_an_empty_token_keeps_the_current_one(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    token: dict[str, str],
) -> None:
    form = await open_reconfigure_form(hass, loaded_entry)

    result = await submit(hass, form, **token, url=simulator.url, verify_ssl=False)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(loaded_entry.data) == connection(simulator, verify_ssl=False)
    assert loaded_entry.state is ConfigEntryState.LOADED


async def test_reconfigure_polls_the_new_address_with_the_new_token(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    advance: Advance,
) -> None:
    form = await open_reconfigure_form(hass, loaded_entry)

    result = await submit(
        hass,
        form,
        url=f"{relocated_server.host}:{relocated_server.port}",
        token=NEW_TOKEN,
        verify_ssl=True,
    )

    assert result["reason"] == "reconfigure_successful"
    assert dict(loaded_entry.data) == connection(relocated_server, token=NEW_TOKEN)
    simulator.clear_requests()
    relocated_server.clear_requests()
    await advance(10)
    assert simulator.requests == []
    (poll,) = relocated_server.requests
    assert (poll.path, poll.headers["X-Plex-Token"]) == ("/status/sessions", NEW_TOKEN)


async def test_reconfigure_rejects_another_server_without_sending_the_token(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    form = await open_reconfigure_form(hass, loaded_entry)
    typed: dict[str, object] = {CONF_URL: other_server.url, CONF_VERIFY_SSL: True}

    form = await submit(hass, form, **typed)

    assert_error(form, "wrong_server")
    assert prefilled(form) == typed
    assert paths_with_token(other_server) == set()
    assert dict(loaded_entry.data) == connection(simulator)
    result = await submit(hass, form, url=simulator.url, verify_ssl=True)
    assert result["reason"] == "reconfigure_successful"


async def test_a_failed_reconfigure_keeps_the_typed_values(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, relocated_server: PlexSimulator
) -> None:
    form = await open_reconfigure_form(hass, loaded_entry)
    typed = connection(relocated_server, token=NEW_TOKEN, verify_ssl=False)
    await relocated_server.stop()

    form = await submit(hass, form, **typed)

    assert_error(form, "cannot_connect")
    assert prefilled(form) == typed
    await relocated_server.start()
    relocated_server.revoke(NEW_TOKEN)
    form = await submit(hass, form, **typed)
    assert_error(form, "invalid_auth")
    relocated_server.tokens.add_owner(NEW_TOKEN)
    result = await submit(hass, form, **typed)
    assert result["reason"] == "reconfigure_successful"
    assert dict(loaded_entry.data) == typed


async def test_an_entry_in_setup_retry_can_be_reconfigured(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    form = await open_reconfigure_form(hass, entry)

    result = await submit(hass, form, url=relocated_server.url, verify_ssl=True)

    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED
