"""Reauthentication and reconfiguration by signing in with Plex."""

from collections.abc import Awaitable, Callable

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION
from tests.simulator import PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import assert_error, choose_form, paths_with_token, submit
from .conftest import ACCESS_TOKEN, ACCOUNT_TOKEN, NEW_TOKEN, TOKEN, list_server
from .helpers import entry_state
from .plex_tv_sign_in import approve, assert_failed, open_plex_sign_in, retry_sign_in

type OpenMenu = Callable[[HomeAssistant, MockConfigEntry], Awaitable[ConfigFlowResult]]


async def open_reauth_menu(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the menu for an entry whose token is refused."""
    return await entry.start_reauth_flow(hass)


async def open_reconfigure_menu(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the menu to change how an entry connects."""
    return await entry.start_reconfigure_flow(hass)


FLOWS = pytest.mark.parametrize(
    ("open_menu", "reason"),
    [
        pytest.param(open_reauth_menu, "reauth_successful", id="reauth"),
        pytest.param(open_reconfigure_menu, "reconfigure_successful", id="reconfigure"),
    ],
)


@FLOWS
async def test_an_approval_updates_the_token(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    open_menu: OpenMenu,
    reason: str,
) -> None:
    simulator.revoke(TOKEN)
    step = await open_plex_sign_in(hass, await open_menu(hass, loaded_entry))

    result = await approve(hass, plextv, step)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    assert dict(loaded_entry.data) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: ACCESS_TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: "local",
    }
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED


@FLOWS
async def test_an_approval_updates_the_address(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    open_menu: OpenMenu,
    reason: str,
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    plextv.add_account("owner", ACCOUNT_TOKEN)
    list_server(plextv, relocated_server, access_token=NEW_TOKEN)
    step = await open_plex_sign_in(hass, await open_menu(hass, entry))

    result = await approve(hass, plextv, step)

    assert result["reason"] == reason
    assert entry.data[CONF_URL] == relocated_server.url
    assert entry_state(entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize(("open_menu", "reason"), [(open_reauth_menu, "reauth_successful")])
async def test_an_account_without_the_server_is_rejected(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    other_server: PlexSimulator,
    open_menu: OpenMenu,
    reason: str,
) -> None:
    plextv.add_account("juniper", "canary-juniper")
    list_server(plextv, other_server, account="juniper")
    step = await open_plex_sign_in(hass, await open_menu(hass, loaded_entry))
    before = dict(loaded_entry.data)

    form = await approve(hass, plextv, step, "juniper")

    assert_failed(form, "wrong_account")
    assert dict(loaded_entry.data) == before
    assert other_server.requests == []
    result = await approve(hass, plextv, await retry_sign_in(hass, form))
    assert result["reason"] == reason
    assert loaded_entry.data[CONF_ACCOUNT_TOKEN] == ACCOUNT_TOKEN


@FLOWS
async def test_another_server_at_the_address_is_rejected(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    open_menu: OpenMenu,
    reason: str,
) -> None:
    step = await open_plex_sign_in(hass, await open_menu(hass, loaded_entry))
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)

    form = await approve(hass, plextv, step)

    assert form["step_id"] == "server"
    assert_error(form, "address_of_other_server")
    assert paths_with_token(other_server) == set()
    await other_server.stop()
    await simulator.start()
    result = await submit(hass, form, server=simulator.state.machine_identifier)
    assert result["reason"] == reason


async def test_a_typed_token_removes_the_account(
    hass: HomeAssistant,
    found_by_account: None,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
) -> None:
    simulator.tokens.add_owner(NEW_TOKEN)
    menu = await loaded_entry.start_reauth_flow(hass)
    form = await choose_form(hass, menu, "reauth_manual")

    result = await submit(hass, form, token=NEW_TOKEN)

    assert result["reason"] == "reauth_successful"
    assert loaded_entry.data[CONF_TOKEN] == NEW_TOKEN
    # Otherwise the next outage would replace the typed values.
    assert CONF_ACCOUNT_TOKEN not in loaded_entry.data
    assert CONF_CONNECTION not in loaded_entry.data


async def test_a_typed_address_removes_the_account(
    hass: HomeAssistant,
    found_by_account: None,
    loaded_entry: MockConfigEntry,
    relocated_server: PlexSimulator,
) -> None:
    menu = await loaded_entry.start_reconfigure_flow(hass)
    form = await choose_form(hass, menu, "reconfigure_manual")

    result = await submit(hass, form, url=relocated_server.url, token=NEW_TOKEN, verify_ssl=True)

    assert result["reason"] == "reconfigure_successful"
    assert dict(loaded_entry.data) == {
        CONF_URL: relocated_server.url,
        CONF_TOKEN: NEW_TOKEN,
        CONF_VERIFY_SSL: True,
    }
