"""Setup by signing in with Plex."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from yarl import URL

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION, DOMAIN
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import assert_error, options_of, paths_with_token, submit
from .conftest import ACCESS_TOKEN, ACCOUNT_TOKEN, list_server
from .helpers import SHARED_TOKEN
from .plex_tv_sign_in import approve, assert_failed, assert_signs_in, retry_sign_in, start_sign_in


async def test_an_approval_sets_up_the_server(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    step = await start_sign_in(hass)

    result = await approve(hass, plextv, step)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Harbour"
    assert result["data"] == {
        CONF_URL: simulator.url,
        CONF_TOKEN: ACCESS_TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: "local",
    }
    entry = result["result"]
    assert entry.unique_id == simulator.state.machine_identifier
    assert entry.state is ConfigEntryState.LOADED
    assert hass.states.get("sensor.harbour_active_streams")


async def test_the_sign_in_page_gets_client_id_code_and_product(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount
) -> None:
    step = await start_sign_in(hass)

    page, _, query = step["url"].partition("#?")
    assert page == plextv.approval_page
    (pin,) = plextv.pins
    assert dict(URL(f"?{query}").query) == {
        "clientID": pin.client_identifier,
        "code": pin.code,
        "context[device][product]": "Plex Pulse",
    }
    await assert_signs_in(hass, plextv, step)


async def test_all_requests_have_the_same_client_identifier(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    await assert_signs_in(hass, plextv, await start_sign_in(hass))
    other_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, other_server)
    await assert_signs_in(hass, plextv, await start_sign_in(hass))

    requests = [*plextv.requests, *simulator.requests, *other_server.requests]
    (identifier,) = {request.headers["X-Plex-Client-Identifier"] for request in requests}
    assert len(identifier) == 32
    assert {request.headers["X-Plex-Product"] for request in requests} == {"Plex Pulse"}


async def test_the_server_gets_only_its_own_token_not_the_accounts(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    await assert_signs_in(hass, plextv, await start_sign_in(hass))

    first, *_ = simulator.requests
    assert (first.path, "X-Plex-Token" in first.headers) == ("/identity", False)
    server_tokens = {request.headers.get("X-Plex-Token") for request in simulator.requests}
    assert server_tokens == {None, ACCESS_TOKEN}
    account_tokens = {
        (request.path, request.headers["X-Plex-Token"])
        for request in plextv.requests
        if "X-Plex-Token" in request.headers
    }
    assert account_tokens == {("/api/v2/resources", ACCOUNT_TOKEN)}


async def test_the_browser_is_notified_when_the_flow_progresses(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount
) -> None:
    step = await start_sign_in(hass)
    events = async_capture_events(hass, EVENT_DATA_ENTRY_FLOW_PROGRESSED)

    await assert_signs_in(hass, plextv, step)

    (event,) = events
    assert event.data["flow_id"] == step["flow_id"]


async def test_owned_servers_are_listed_first_then_shared_ones_with_their_owner(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, other_server: PlexSimulator
) -> None:
    plextv.add_server("owner", "Attic", "attic", "canary-attic", owned=False, owner_name="juniper")
    plextv.add_server("owner", "Cellar", "cellar", "canary-cellar", owned=False)
    plextv.add_player("owner", "Phone")
    other_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, other_server)

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "server"
    options = options_of(form, "server")
    assert list(options) == ["Harbour", "Lighthouse", "Attic (juniper)", "Cellar (?)"]
    result = await submit(hass, form, server=options["Lighthouse"])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Lighthouse"
    assert result["data"][CONF_URL] == other_server.url
    assert result["result"].unique_id == other_server.state.machine_identifier


async def test_the_only_remaining_server_is_selected_automatically(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    other_server: PlexSimulator,
) -> None:
    other_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, other_server)

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Lighthouse"
    assert loaded_entry.state is ConfigEntryState.LOADED


async def test_an_account_without_new_servers_can_be_replaced(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    other_server: PlexSimulator,
) -> None:
    form = await approve(hass, plextv, await start_sign_in(hass))

    assert_failed(form, "no_servers")
    plextv.add_account("juniper", "canary-juniper")
    other_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, other_server, account="juniper")
    result = await approve(hass, plextv, await retry_sign_in(hass, form), "juniper")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_ACCOUNT_TOKEN] == "canary-juniper"


async def test_a_server_set_up_by_another_flow_is_not_set_up_twice(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, other_server: PlexSimulator
) -> None:
    list_server(plextv, other_server)
    form = await approve(hass, plextv, await start_sign_in(hass))
    harbour = options_of(form, "server")["Harbour"]
    other_form = await approve(hass, plextv, await start_sign_in(hass))
    await submit(hass, other_form, server=harbour)

    result = await submit(hass, form, server=harbour)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


async def test_a_shared_server_is_set_up_without_streams(
    hass: HomeAssistant, plextv: PlexTvSimulator, simulator: PlexSimulator
) -> None:
    plextv.add_account("juniper", "canary-juniper")
    simulator.add_shared_token(SHARED_TOKEN, [1])
    list_server(
        plextv, simulator, account="juniper", access_token=SHARED_TOKEN, owner_name="marlow"
    )

    result = await approve(hass, plextv, await start_sign_in(hass), "juniper")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_TOKEN] == SHARED_TOKEN
    assert hass.states.get("sensor.harbour_movies_movies")
    assert not hass.states.get("sensor.harbour_active_streams")


async def test_an_unreachable_server_can_be_selected_again(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    step = await start_sign_in(hass)
    await simulator.stop()

    form = await approve(hass, plextv, step)

    assert form["step_id"] == "server"
    assert_error(form, "cannot_connect")
    harbour = options_of(form, "server")["Harbour"]
    await simulator.start()
    result = await submit(hass, form, server=harbour)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_another_server_at_the_address_gets_no_token(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    step = await start_sign_in(hass)
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)

    form = await approve(hass, plextv, step)

    assert_error(form, "address_of_other_server")
    assert other_server.count("/identity") == 1
    assert paths_with_token(other_server) == set()
    await other_server.stop()
    await simulator.start()
    result = await submit(hass, form, server=simulator.state.machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_server_that_is_replaced_during_the_sign_in_gets_no_token(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    step = await start_sign_in(hass)
    machine_identifier = simulator.state.machine_identifier
    simulator.faults.add("/identity", Fault.slow_drip(interval=0.001))
    connecting = asyncio.create_task(approve(hass, plextv, step))
    await simulator.fault_reached()

    simulator.state.machine_identifier = "another"
    form = await connecting

    assert_error(form, "wrong_server")
    assert paths_with_token(simulator) == set()
    simulator.state.machine_identifier = machine_identifier
    result = await submit(hass, form, server=machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_refused_token_is_shown_as_an_error(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    simulator.revoke(ACCESS_TOKEN)

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert_error(form, "invalid_auth")
    simulator.tokens.add_owner(ACCESS_TOKEN)
    result = await submit(hass, form, server=simulator.state.machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY
