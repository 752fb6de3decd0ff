"""Sign-in chooses the best reachable address of a server."""

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION
from tests.api.search.loopback_resolver import LoopbackResolver
from tests.integration.config_flow_helpers import assert_error, submit
from tests.integration.conftest import ACCOUNT_TOKEN, TOKEN
from tests.integration.plex_tv_sign_in import approve, start_sign_in
from tests.simulator import PlexSimulator, PlexTvSimulator, ServerConnection, connection

from .conftest import LOCAL_NAME, OUTSIDE, OUTSIDE_NAME


def list_addresses(
    plextv: PlexTvSimulator,
    server: PlexSimulator,
    *connections: ServerConnection,
    https_required: bool = True,
) -> None:
    """List the server for the owner, at these addresses."""
    plextv.add_account("owner", ACCOUNT_TOKEN)
    plextv.add_server(
        "owner",
        "Harbour",
        server.state.machine_identifier,
        TOKEN,
        connections=connections,
        https_required=https_required,
    )


@pytest.mark.parametrize("kind", ["local", "remote", "relay"])
async def test_a_server_is_reached_by_its_plex_direct_name_with_tls(
    hass: HomeAssistant,
    names: LoopbackResolver,
    plextv: PlexTvSimulator,
    secure: PlexSimulator,
    kind: str,
) -> None:
    names.refused = ()
    list_addresses(
        plextv,
        secure,
        connection(OUTSIDE, secure.port, local=kind == "local", relay=kind == "relay"),
    )

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        CONF_URL: f"https://{OUTSIDE_NAME}:{secure.port}",
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: kind,
    }
    assert hass.states.is_state("binary_sensor.harbour_connected", "on")


async def test_the_relay_is_not_used_if_another_address_works(
    hass: HomeAssistant, names: LoopbackResolver, plextv: PlexTvSimulator, secure: PlexSimulator
) -> None:
    names.refused = ()
    list_addresses(
        plextv,
        secure,
        connection(OUTSIDE, secure.port, local=False, relay=True),
        connection("127.0.0.1", secure.port, local=False),
    )

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == f"https://{LOCAL_NAME}:{secure.port}"
    assert result["data"][CONF_CONNECTION] == "remote"


async def test_unresolved_names_are_reported_if_the_server_requires_them(
    hass: HomeAssistant, names: LoopbackResolver, plextv: PlexTvSimulator, secure: PlexSimulator
) -> None:
    list_addresses(plextv, secure, plextv.connection_to(secure))

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert form["step_id"] == "server"
    assert_error(form, "dns_rebinding")
    assert secure.requests == []
    names.refused = ()
    result = await submit(hass, form, server=secure.state.machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_unresolved_names_do_not_matter_if_a_plain_address_works(
    hass: HomeAssistant, names: LoopbackResolver, plextv: PlexTvSimulator, simulator: PlexSimulator
) -> None:
    list_addresses(plextv, simulator, connection("127.0.0.1", simulator.port), https_required=False)

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url
    assert result["data"][CONF_CONNECTION] == "local"
