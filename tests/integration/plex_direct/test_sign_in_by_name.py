"""Sign-in to a server that proves itself by its certificate."""

import ssl

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_pulse.const import (
    CONF_ACCOUNT_TOKEN,
    CONF_CERTIFICATE_NAME,
    CONF_CONNECTION,
)
from tests.fixtures.home_assistant import CLOSED_PORT
from tests.fixtures.plex_direct import CERTIFICATE_NAME
from tests.integration.config_flow_helpers import assert_error, submit
from tests.integration.conftest import ACCOUNT_TOKEN, TOKEN
from tests.integration.plex_tv_sign_in import approve, start_sign_in
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator, ServerConnection, connection

STARTING = b'{"Response": {"code": 503, "title": "Maintenance", "status": "Starting"}}'
OTHER_IDENTITY = b'{"MediaContainer": {"machineIdentifier": "0000", "version": "1.41.0.1"}}'
XML_IDENTITY = b'<?xml version="1.0"?><MediaContainer machineIdentifier="a"/>'


def list_at(
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
async def test_server_is_connected_by_address_and_proven_by_certificate(
    hass: HomeAssistant, plextv: PlexTvSimulator, secure: PlexSimulator, kind: str
) -> None:
    """The router does not resolve its plex.direct name."""
    list_at(
        plextv,
        secure,
        connection("127.0.0.1", secure.port, local=kind == "local", relay=kind == "relay"),
    )

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        CONF_URL: secure.url,
        CONF_TOKEN: TOKEN,
        CONF_VERIFY_SSL: True,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: kind,
        CONF_CERTIFICATE_NAME: CERTIFICATE_NAME,
    }
    assert hass.states.is_state("binary_sensor.harbour_connected", "on")


async def test_relay_is_not_used_if_another_address_works(
    hass: HomeAssistant, plextv: PlexTvSimulator, secure: PlexSimulator
) -> None:
    list_at(
        plextv,
        secure,
        connection("127.0.0.2", secure.port, local=False, relay=True),
        connection("127.0.0.1", secure.port, local=False),
    )

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == secure.url
    assert result["data"][CONF_CONNECTION] == "remote"


async def test_server_without_the_listed_certificate_gets_no_token(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    impostor: PlexSimulator,
    secure: PlexSimulator,
    plex_direct_server_tls: ssl.SSLContext,
) -> None:
    """Plain http is not used instead, although the host answers it."""
    list_at(plextv, secure, connection("127.0.0.1", impostor.port), https_required=False)

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert form["step_id"] == "server"
    assert_error(form, "address_not_proven")
    assert not impostor.requests
    await impostor.stop()
    await secure.stop()
    await secure.start(port=impostor.port, ssl_context=plex_direct_server_tls)
    result = await submit(hass, form, server=secure.state.machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_plain_address_is_used_if_the_server_has_no_https(
    hass: HomeAssistant, plextv: PlexTvSimulator, simulator: PlexSimulator
) -> None:
    list_at(plextv, simulator, plextv.connection_to(simulator), https_required=False)

    result = await approve(hass, plextv, await start_sign_in(hass))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url
    assert CONF_CERTIFICATE_NAME not in result["data"]


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.status(503, body=STARTING), "server_starting"),
        (Fault.status(200, body=OTHER_IDENTITY), "address_of_other_server"),
        (Fault.status(200, body=XML_IDENTITY), "xml_response"),
        (Fault.status(429), "rate_limited"),
        (Fault.status(500), "cannot_connect"),
    ],
    ids=["starting", "other server", "XML", "429", "500"],
)
async def test_form_shows_the_failure_that_says_most(
    hass: HomeAssistant, plextv: PlexTvSimulator, secure: PlexSimulator, fault: Fault, key: str
) -> None:
    """The better addresses do not respond at all."""
    list_at(
        plextv,
        secure,
        connection("127.0.0.1", CLOSED_PORT),
        connection("127.0.0.1", secure.port, local=False),
        connection("127.0.0.1", CLOSED_PORT, local=False, relay=True),
    )
    secure.faults.add("/identity", fault, times=None)

    form = await approve(hass, plextv, await start_sign_in(hass))

    assert form["step_id"] == "server"
    assert_error(form, key)
    secure.faults.clear()
    result = await submit(hass, form, server=secure.state.machine_identifier)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_CONNECTION] == "remote"
