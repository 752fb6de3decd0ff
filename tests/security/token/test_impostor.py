"""An attacker takes the address of the server, with the machine identifier that it tells."""

import ssl

from homeassistant.const import CONF_URL, STATE_OFF
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.fixtures.home_assistant import Advance, RunFor
from tests.fixtures.plex_direct import CERTIFICATE_NAME, OTHER_CERTIFICATE_NAME
from tests.integration.config_flow_helpers import assert_error, choose_form, submit
from tests.integration.helpers import set_up, settle, state_value, wait_until
from tests.integration.relocation_helpers import fail_until_relocation, issue_keys
from tests.integration.repairs import confirm_fix, open_fix
from tests.simulator import PlexSimulator


async def take_address(
    simulator: PlexSimulator, attacker: PlexSimulator, tls: ssl.SSLContext | None
) -> None:
    """Stop the server, and start the attacker at its address."""
    await simulator.stop()
    await attacker.start(port=simulator.port, ssl_context=tls, also_plain=tls is not None)


async def test_next_poll_sends_no_token_to_the_new_owner_of_the_address(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    """The identity was verified seconds ago and is not read again before the poll."""
    await set_up(hass, proven_entry)
    await take_address(simulator, attacker, other_server_tls)
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await fail_until_relocation(advance)

    assert not any("X-Plex-Token" in request.headers for request in attacker.requests)
    assert issue_keys(hass) == {"certificate_changed"}
    step = await open_fix(hass, hass_client, proven_entry, "certificate_changed")
    assert step["description_placeholders"] == {
        "name": "Harbour",
        "server": "Harbour",
        "saved": CERTIFICATE_NAME,
        "new": OTHER_CERTIFICATE_NAME,
    }
    await attacker.stop()
    result = await confirm_fix(hass, hass_client, step)
    assert (result["type"], result["reason"]) == ("abort", "cannot_connect")
    assert proven_entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME
    await simulator.start(ssl_context=plex_direct_server_tls)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_new_certificate_is_trusted_only_after_the_repair_is_confirmed(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    """The server was signed in to Plex again, which changes its certificate."""
    await simulator.stop()
    await simulator.start(ssl_context=other_server_tls, also_plain=True)
    simulator.clear_requests()
    await set_up(hass, proven_entry)
    assert issue_keys(hass) == {"certificate_changed"}
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)

    step = await open_fix(hass, hass_client, proven_entry, "certificate_changed")
    result = await confirm_fix(hass, hass_client, step)

    assert result["type"] == "create_entry"
    assert proven_entry.data[CONF_CERTIFICATE_NAME] == OTHER_CERTIFICATE_NAME
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_new_token_is_not_sent_to_another_certificate(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    other_server_tls: ssl.SSLContext,
    plex_direct_server_tls: ssl.SSLContext,
) -> None:
    """The user reauthenticates, or reconfigures at the same address."""
    await set_up(hass, proven_entry)
    await take_address(simulator, attacker, other_server_tls)
    form = await choose_form(hass, await proven_entry.start_reauth_flow(hass), "reauth_manual")
    assert_error(await submit(hass, form, token="canary-new-token"), "certificate_changed")
    form = await choose_form(
        hass, await proven_entry.start_reconfigure_flow(hass), "reconfigure_manual"
    )
    typed = {CONF_URL: proven_entry.data[CONF_URL], "verify_ssl": False}
    assert_error(await submit(hass, form, **typed), "certificate_changed")
    assert not any("X-Plex-Token" in request.headers for request in attacker.requests)
    await attacker.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    result = await submit(hass, form, **typed)
    assert result["reason"] == "reconfigure_successful"
    assert proven_entry.data[CONF_CERTIFICATE_NAME] == CERTIFICATE_NAME


async def test_another_server_at_the_address_is_named_as_such(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    other_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """The router has given the address to another Media Server, without an attack."""
    await set_up(hass, proven_entry)
    await other_server.stop()
    await take_address(simulator, other_server, other_server_tls)
    await fail_until_relocation(advance)
    await fail_until_relocation(advance)
    assert issue_keys(hass) == {"wrong_server"}
    assert not any("X-Plex-Token" in request.headers for request in other_server.requests)


@pytest.mark.push
async def test_websocket_sends_no_token_to_the_new_owner_of_the_address(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    clock: HeldFreezerClock,
    plex_direct_server_tls: ssl.SSLContext,
    other_server_tls: ssl.SSLContext,
    run_for: RunFor,
) -> None:
    clock.held = lambda: simulator.faults.hanging
    await set_up(hass, proven_entry)
    await simulator.push.connection()
    await take_address(simulator, attacker, other_server_tls)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60, step=5)
    assert not any("X-Plex-Token" in request.headers for request in attacker.requests)
    assert not any(request.path.startswith("/:/websockets") for request in attacker.requests)
    await attacker.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await run_for(30, step=2)
    await settle(hass)
    assert state_value(hass, STREAMS) == "0"
