"""A take-over is offered by the Plex sign-in and by the repair of a wrong server."""

from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.const import CONF_TOKEN, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, DOMAIN
from tests.entity_ids import CONNECTED, STREAMS
from tests.simulator import PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import assert_error, options_of, paths_with_token, submit
from .conftest import ACCESS_TOKEN, Advance, list_server
from .helpers import state_value
from .plex_tv_sign_in import approve, open_plex_sign_in
from .reinstalled import MACHINE_IDENTIFIER, REINSTALLED_TOKEN
from .relocation_helpers import issue_keys

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_sign_in_offers_servers_that_could_replace_a_missing_one(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    loaded_entry: MockConfigEntry,
    new_server: PlexSimulator,
) -> None:
    plextv.add_account("owner", "canary-account-token")
    new_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, new_server)
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))

    form = await approve(hass, plextv, step)

    assert form["step_id"] == "replacement"
    assert new_server.requests == []
    assert options_of(form, "server") == {"Harbour 2": MACHINE_IDENTIFIER}
    form = await submit(hass, form, server=MACHINE_IDENTIFIER)
    assert form["step_id"] == "take_over"
    result = await submit(hass, form)
    assert result["reason"] == "server_taken_over"
    assert loaded_entry.data[CONF_TOKEN] == ACCESS_TOKEN
    assert loaded_entry.data[CONF_ACCOUNT_TOKEN] == "canary-account-token"
    assert loaded_entry.unique_id == MACHINE_IDENTIFIER


async def test_sign_in_offers_others_when_the_listed_server_is_unreachable(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    """plex.tv lists the old installation for weeks."""
    new_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, new_server)
    await simulator.stop()
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))

    form = await approve(hass, plextv, step)

    assert_error(form, "cannot_connect")
    assert set(options_of(form, "server").values()) == {
        simulator.state.machine_identifier,
        MACHINE_IDENTIFIER,
    }
    form = await submit(hass, form, server=MACHINE_IDENTIFIER)
    assert form["step_id"] == "take_over"


async def test_account_without_any_server_cannot_reconfigure(
    hass: HomeAssistant, plextv: PlexTvSimulator, loaded_entry: MockConfigEntry
) -> None:
    plextv.add_account("owner", "canary-account-token")
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))
    form = await approve(hass, plextv, step)
    assert form["errors"] == {"base": "wrong_account"}


async def _fix(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> dict[str, Any]:
    """Submit the repair of the wrong server, and return its result."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    issue_id = f"wrong_server_{entry.entry_id}"
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert answer.status == HTTPStatus.OK
    flow = await answer.json()
    assert flow["description_placeholders"] == {"name": "Harbour", "server": "Harbour"}
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    result: dict[str, Any] = await answer.json()
    return result


async def test_repair_of_a_wrong_server_takes_the_new_one_over(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await new_server.stop()
    await new_server.start(port=simulator.port)
    await advance(61)
    assert issue_keys(hass) == {"wrong_server"}

    result = await _fix(hass, hass_client, loaded_entry)

    assert result["type"] == "abort"
    assert result["reason"] == "reconfigure_opened"
    # The issue stays until the server is the expected one again.
    assert issue_keys(hass) == {"wrong_server"}
    kind, flow_id = result["next_flow"]
    assert kind == "config_flow"
    assert paths_with_token(new_server) == set()
    form = await hass.config_entries.flow.async_configure(
        flow_id, {"next_step_id": "reconfigure_manual"}
    )
    form = await submit(hass, form, url=new_server.url, token=REINSTALLED_TOKEN, verify_ssl=True)
    assert (await submit(hass, form))["reason"] == "server_taken_over"
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) != STATE_UNAVAILABLE
    assert not issue_keys(hass)


async def test_repair_explains_where_to_reconfigure_on_older_home_assistant(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await new_server.stop()
    await new_server.start(port=simulator.port)
    await advance(61)
    with patch("custom_components.plex_pulse.repairs.FlowType", None):
        result = await _fix(hass, hass_client, loaded_entry)
    assert result["reason"] == "reconfigure_entry"
    assert issue_keys(hass) == {"wrong_server"}
