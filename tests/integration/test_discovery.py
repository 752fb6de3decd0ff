"""Discovery of servers that announce themselves by zeroconf."""

from ipaddress import ip_address

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_ZEROCONF,
    ConfigEntryDisabler,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import choose_form, connection, paths_with_token, prefilled, submit
from .conftest import CLOSED_PORT, Advance, list_server
from .helpers import entry_state, set_up, settle
from .plex_tv_sign_in import approve, assert_failed, open_plex_sign_in, retry_sign_in
from .relocation_helpers import issue_keys
from .repairs import confirm_fix, open_fix


async def announce_server(
    hass: HomeAssistant, port: int, host: str = "127.0.0.1"
) -> ConfigFlowResult:
    """Announce a server named Harbour and return the result of the flow."""
    address = ip_address(host)
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=port,
            hostname="harbour.local.",
            type="_plexmediasvr._tcp.local.",
            name="Harbour._plexmediasvr._tcp.local.",
            properties={},
        ),
    )
    await settle(hass)
    return result


async def announce_new_server(hass: HomeAssistant, simulator: PlexSimulator) -> ConfigFlowResult:
    """Announce a server that is not set up and return the confirmation menu."""
    menu = await announce_server(hass, simulator.port)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "discovery_confirm"
    return menu


def assert_ended(result: ConfigFlowResult, reason: str) -> None:
    """Assert that the flow ended with this reason."""
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


async def test_a_new_server_is_set_up_by_confirmation_and_sign_in(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    list_server(plextv, other_server)

    menu = await announce_new_server(hass, simulator)

    assert menu["description_placeholders"] == {"name": "Harbour"}
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Harbour"}
    assert plextv.requests == []
    assert paths_with_token(simulator) == set()
    result = await approve(hass, plextv, await open_plex_sign_in(hass, menu))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == simulator.state.machine_identifier
    assert other_server.requests == []


async def test_a_new_server_can_be_set_up_with_a_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    menu = await announce_new_server(hass, simulator)

    form = await choose_form(hass, menu, "manual")

    assert prefilled(form) == {CONF_URL: f"127.0.0.1:{simulator.port}", "verify_ssl": True}
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == connection(simulator)


async def test_an_account_without_the_new_server_can_be_replaced(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    plextv.add_account("juniper", "canary-juniper")
    list_server(plextv, other_server, account="juniper")
    step = await open_plex_sign_in(hass, await announce_new_server(hass, simulator))

    form = await approve(hass, plextv, step, "juniper")

    assert_failed(form, "wrong_account")
    result = await approve(hass, plextv, await retry_sign_in(hass, form))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_new_server_that_is_announced_twice_has_one_flow(
    hass: HomeAssistant, simulator: PlexSimulator, relocated_server: PlexSimulator
) -> None:
    await announce_new_server(hass, simulator)

    result = await announce_server(hass, relocated_server.port)

    assert_ended(result, "already_in_progress")
    assert len(hass.config_entries.flow.async_progress()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.html(), id="web page"),
        pytest.param(Fault.status(401), id="password"),
        pytest.param(Fault.status(503), id="503"),
        pytest.param(Fault.reset(), id="reset"),
    ],
)
async def test_an_announced_host_that_is_not_plex_ends_the_flow(
    hass: HomeAssistant, simulator: PlexSimulator, fault: Fault
) -> None:
    simulator.faults.add("/identity", fault, times=None)

    result = await announce_server(hass, simulator.port)

    assert_ended(result, "cannot_connect")
    simulator.faults.clear()
    await announce_new_server(hass, simulator)


async def test_an_announcement_of_a_closed_port_ends_the_flow(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    assert_ended(await announce_server(hass, CLOSED_PORT), "cannot_connect")
    assert simulator.requests == []


async def test_the_address_of_a_reachable_server_is_kept(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
) -> None:
    result = await announce_server(hass, relocated_server.port)

    assert_ended(result, "already_configured")
    assert dict(loaded_entry.data) == connection(simulator)


async def test_announced_address_of_a_lost_plain_server_needs_consent(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    """Nothing proves an announcement, so the token is not sent before a user confirms."""
    await simulator.stop()
    await advance(10)
    assert hass.states.is_state("binary_sensor.harbour_connected", "off")

    assert_ended(await announce_server(hass, relocated_server.port), "already_configured")

    assert dict(loaded_entry.data) == connection(simulator)
    assert paths_with_token(relocated_server) == set()
    assert issue_keys(hass) == {"server_moved"}
    step = await open_fix(hass, hass_client, loaded_entry, "server_moved")
    result = await confirm_fix(hass, hass_client, step)
    assert result["type"] == "create_entry"
    assert dict(loaded_entry.data) == connection(relocated_server)
    assert hass.states.is_state("binary_sensor.harbour_connected", "on")
    assert not issue_keys(hass)


async def test_announced_address_is_offered_while_setup_is_retried(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    await simulator.stop()
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY

    assert_ended(await announce_server(hass, relocated_server.port), "already_configured")

    assert dict(entry.data) == connection(simulator)
    step = await open_fix(hass, hass_client, entry, "server_moved")
    await confirm_fix(hass, hass_client, step)
    assert dict(entry.data) == connection(relocated_server)
    assert entry_state(entry) is ConfigEntryState.LOADED


async def test_announcement_of_a_disabled_server_is_ignored(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
) -> None:
    await hass.config_entries.async_set_disabled_by(loaded_entry.entry_id, ConfigEntryDisabler.USER)

    assert_ended(await announce_server(hass, relocated_server.port), "already_configured")

    assert dict(loaded_entry.data) == connection(simulator)
    assert not issue_keys(hass)


async def test_outdated_repair_changes_nothing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    """Either the server is gone again, or the address was changed in another way."""
    await simulator.stop()
    await set_up(hass, entry)
    await announce_server(hass, relocated_server.port)
    step = await open_fix(hass, hass_client, entry, "server_moved")
    await relocated_server.stop()
    result = await confirm_fix(hass, hass_client, step)
    assert (result["type"], result["reason"]) == ("abort", "cannot_connect")

    await relocated_server.start()
    step = await open_fix(hass, hass_client, entry, "server_moved")
    data = {**entry.data, CONF_URL: "http://192.0.2.7:32400"}
    hass.config_entries.async_update_entry(entry, data=data)
    result = await confirm_fix(hass, hass_client, step)
    assert (result["type"], result["reason"]) == ("abort", "outdated")
    assert entry.data == data
    assert paths_with_token(relocated_server) == set()


async def test_only_announcements_of_the_same_server_are_offered(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    relocated_server: PlexSimulator,
) -> None:
    await simulator.stop()
    await set_up(hass, entry)
    relocated_server.faults.add("/identity", Fault.html())

    assert_ended(await announce_server(hass, relocated_server.port), "cannot_connect")
    await announce_new_server(hass, other_server)

    assert not issue_keys(hass)
    assert dict(entry.data) == connection(simulator)
    assert paths_with_token(relocated_server) == paths_with_token(other_server) == set()
    assert_ended(await announce_server(hass, relocated_server.port), "already_configured")
    assert issue_keys(hass) == {"server_moved"}


async def test_https_is_not_replaced_by_an_announced_plain_address(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    secure = f"https://127.0.0.1:{CLOSED_PORT}"
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: secure})
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY

    assert_ended(await announce_server(hass, simulator.port), "already_configured")

    assert entry.data[CONF_URL] == secure
    assert not issue_keys(hass)
    assert paths_with_token(simulator) == set()


async def test_an_ignored_server_starts_no_flow(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=simulator.state.machine_identifier
    ).add_to_hass(hass)

    assert_ended(await announce_server(hass, simulator.port), "already_configured")
