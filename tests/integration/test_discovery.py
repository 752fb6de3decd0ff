"""Servers that announce themselves in the network (zeroconf)."""

from ipaddress import ip_address

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_ZEROCONF,
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

from .accounts import approve, assert_failed, go_to_plex, try_again
from .conftest import CLOSED_PORT, Advance, list_server
from .flows import choose_form, connection, paths_with_token, prefilled, submit
from .moving import issues
from .repairs import confirm_fix, open_fix
from .support import set_up, settle, state_of_entry


async def hear_of(hass: HomeAssistant, port: int, host: str = "127.0.0.1") -> ConfigFlowResult:
    """Return what follows when a server called Harbour is announced."""
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


async def hear_of_new(hass: HomeAssistant, simulator: PlexSimulator) -> ConfigFlowResult:
    """Return the menu that asks whether a server that was announced is wanted."""
    menu = await hear_of(hass, simulator.port)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "discovery_confirm"
    return menu


def assert_ended(result: ConfigFlowResult, reason: str) -> None:
    """Hold that nobody is bothered with the announcement."""
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


async def test_a_new_server_needs_one_confirmation_and_a_sign_in(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    list_server(plextv, other_server)

    menu = await hear_of_new(hass, simulator)

    assert menu["description_placeholders"] == {"name": "Harbour"}
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Harbour"}
    assert plextv.requests == []
    assert paths_with_token(simulator) == set()
    result = await approve(hass, plextv, await go_to_plex(hass, menu))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == simulator.state.machine_identifier
    assert other_server.requests == []


async def test_a_new_server_can_be_signed_in_to_with_a_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    menu = await hear_of_new(hass, simulator)

    form = await choose_form(hass, menu, "manual")

    assert prefilled(form) == {CONF_URL: f"127.0.0.1:{simulator.port}", "verify_ssl": True}
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == connection(simulator)


async def test_an_account_without_the_new_server_is_changed_for_one_that_has_it(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    plextv.add_account("juniper", "canary-juniper")
    list_server(plextv, other_server, account="juniper")
    step = await go_to_plex(hass, await hear_of_new(hass, simulator))

    form = await approve(hass, plextv, step, "juniper")

    assert_failed(form, "wrong_account")
    result = await approve(hass, plextv, await try_again(hass, form))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_new_server_that_announces_itself_twice_is_asked_about_once(
    hass: HomeAssistant, simulator: PlexSimulator, relocated_server: PlexSimulator
) -> None:
    await hear_of_new(hass, simulator)

    result = await hear_of(hass, relocated_server.port)

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
async def test_who_announces_a_server_and_is_none_bothers_nobody(
    hass: HomeAssistant, simulator: PlexSimulator, fault: Fault
) -> None:
    simulator.faults.add("/identity", fault, times=None)

    result = await hear_of(hass, simulator.port)

    assert_ended(result, "cannot_connect")
    simulator.faults.clear()
    await hear_of_new(hass, simulator)


async def test_an_announcement_from_where_nobody_is_bothers_nobody(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    assert_ended(await hear_of(hass, CLOSED_PORT), "cannot_connect")
    assert simulator.requests == []


async def test_a_server_that_is_in_sight_is_left_where_it_is(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
) -> None:
    result = await hear_of(hass, relocated_server.port)

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

    assert_ended(await hear_of(hass, relocated_server.port), "already_configured")

    assert dict(loaded_entry.data) == connection(simulator)
    assert paths_with_token(relocated_server) == set()
    assert issues(hass) == {"server_moved"}
    step = await open_fix(hass, hass_client, loaded_entry, "server_moved")
    result = await confirm_fix(hass, hass_client, step)
    assert result["type"] == "create_entry"
    assert dict(loaded_entry.data) == connection(relocated_server)
    assert hass.states.is_state("binary_sensor.harbour_connected", "on")
    assert not issues(hass)


async def test_announced_address_is_offered_while_setup_is_retried(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    await simulator.stop()
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY

    assert_ended(await hear_of(hass, relocated_server.port), "already_configured")

    assert dict(entry.data) == connection(simulator)
    step = await open_fix(hass, hass_client, entry, "server_moved")
    await confirm_fix(hass, hass_client, step)
    assert dict(entry.data) == connection(relocated_server)
    assert state_of_entry(entry) is ConfigEntryState.LOADED


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
    await hear_of(hass, relocated_server.port)
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

    assert_ended(await hear_of(hass, relocated_server.port), "cannot_connect")
    await hear_of_new(hass, other_server)

    assert not issues(hass)
    assert dict(entry.data) == connection(simulator)
    assert paths_with_token(relocated_server) == paths_with_token(other_server) == set()
    assert_ended(await hear_of(hass, relocated_server.port), "already_configured")
    assert issues(hass) == {"server_moved"}


async def test_https_is_not_replaced_by_an_announced_plain_address(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    secure = f"https://127.0.0.1:{CLOSED_PORT}"
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: secure})
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY

    assert_ended(await hear_of(hass, simulator.port), "already_configured")

    assert entry.data[CONF_URL] == secure
    assert not issues(hass)
    assert paths_with_token(simulator) == set()


async def test_a_server_that_was_dismissed_stays_so(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=simulator.state.machine_identifier
    ).add_to_hass(hass)

    assert_ended(await hear_of(hass, simulator.port), "already_configured")
