"""Forms, sign-in and reauthentication say why a server cannot be used."""

from http import HTTPStatus

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import (
    assert_error,
    choose_form,
    connection,
    open_manual_form,
    paths_with_token,
    submit,
)
from .conftest import TOKEN, Advance
from .helpers import settle
from .plex_tv_sign_in import approve, open_plex_sign_in, start_sign_in

STARTING = b'<Response code="503" title="Maintenance" status="Starting up"/>'


async def _start_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the first step of reauthentication, as the frontend opens it."""
    entry.async_start_reauth(hass)
    await settle(hass)
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    return await hass.config_entries.flow.async_configure(flow["flow_id"])


async def test_reauth_says_that_the_server_is_not_signed_in(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.state.claimed = False
    simulator.clear_requests()
    menu = await _start_reauth(hass, loaded_entry)
    assert menu["step_id"] == "reauth_unclaimed"
    assert paths_with_token(simulator) == set()


@pytest.mark.usefixtures("found_by_account")
async def test_reauth_says_that_the_account_was_signed_out(
    hass: HomeAssistant, plextv: PlexTvSimulator, loaded_entry: MockConfigEntry
) -> None:
    """plex.tv refuses the token of an account that was signed out of all devices."""
    menu = await _start_reauth(hass, loaded_entry)
    assert menu["step_id"] == "reauth_signed_out"


@pytest.mark.usefixtures("found_by_account")
async def test_reauth_says_that_the_server_is_no_longer_shared(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
) -> None:
    account.servers.clear()
    menu = await _start_reauth(hass, loaded_entry)
    assert menu["step_id"] == "reauth_not_shared"


@pytest.mark.usefixtures("found_by_account")
@pytest.mark.parametrize("is_plex_tv_down", [False, True])
async def test_reauth_gives_no_reason_that_nothing_confirms(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    is_plex_tv_down: bool,
) -> None:
    if is_plex_tv_down:
        plextv.faults.add("*", Fault.status(HTTPStatus.SERVICE_UNAVAILABLE), times=None)
    simulator.faults.add("/identity", Fault.status(HTTPStatus.BAD_GATEWAY), times=None)
    menu = await _start_reauth(hass, loaded_entry)
    assert menu["step_id"] == "reauth_confirm"


@pytest.mark.parametrize("token", [CONF_ACCOUNT_TOKEN, None])
async def test_plex_tv_is_not_requested_for_a_token_entered_by_hand(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    loaded_entry: MockConfigEntry,
    token: str | None,
) -> None:
    if token is not None:
        data = {**loaded_entry.data, token: "canary-account-token"}
        hass.config_entries.async_update_entry(loaded_entry, data=data)
    await _start_reauth(hass, loaded_entry)
    assert bool(plextv.requests) is (token is not None)


@pytest.mark.parametrize("flow", ["manual", "reauth_manual", "reconfigure_manual"])
@pytest.mark.parametrize(
    ("path", "fault", "key"),
    [
        pytest.param("/media/providers", Fault.status(404), "server_too_old", id="too old"),
        pytest.param("*", Fault.status(503, body=STARTING), "server_starting", id="starting"),
    ],
)
async def test_forms_say_why_the_server_cannot_be_used(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    flow: str,
    path: str,
    fault: Fault,
    key: str,
) -> None:
    if flow == "manual":
        await hass.config_entries.async_remove(entry.entry_id)
        form = await open_manual_form(hass)
    elif flow == "reauth_manual":
        form = await choose_form(hass, await entry.start_reauth_flow(hass), flow)
    else:
        form = await choose_form(hass, await entry.start_reconfigure_flow(hass), flow)
    typed = {"token": TOKEN} if flow == "reauth_manual" else connection(simulator)
    simulator.faults.add(path, fault, times=None)

    form = await submit(hass, form, **typed)

    assert_error(form, key)
    simulator.faults.clear()
    assert (await submit(hass, form, **typed))["type"] != "form"


@pytest.mark.parametrize(
    ("path", "fault", "key"),
    [
        pytest.param("/media/providers", Fault.status(404), "server_too_old", id="too old"),
        pytest.param("*", Fault.status(503, body=STARTING), "server_starting", id="starting"),
        pytest.param(
            "/identity", Fault.status(200, body=b"<MediaContainer/>"), "xml_response", id="xml"
        ),
    ],
)
async def test_sign_in_says_why_the_server_cannot_be_used(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    path: str,
    fault: Fault,
    key: str,
) -> None:
    simulator.faults.add(path, fault, times=None)

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert form["step_id"] == "server"
    assert_error(form, key)
    simulator.faults.clear()
    result = await submit(hass, form, server=simulator.state.machine_identifier)
    assert result["type"] == "create_entry"


async def test_sign_in_says_that_the_required_server_is_not_signed_in(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
) -> None:
    """A server that is not claimed is in no account's list."""
    simulator.state.claimed = False
    account.servers.clear()
    step = await open_plex_sign_in(hass, await _start_reauth(hass, loaded_entry))
    form = await approve(hass, plextv, step)
    assert form["errors"] == {"base": "server_unclaimed"}


async def test_setup_retry_does_not_wait_while_an_explained_reauth_is_untouched(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    """Only a user who has left the first step is signing in."""
    simulator.state.claimed = False
    simulator.faults.add("/media/providers", Fault.status(401), times=None)
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(4):
        await advance(10)
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert flow["step_id"] == "reauth_unclaimed"
    simulator.state.claimed = True
    simulator.faults.clear()
    await advance(60)
    assert entry.runtime_data.health.data.connected
