"""Which candidate of a typed address is used: https, other ports, certificates."""

import ssl

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from yarl import URL

from custom_components.plex_pulse.connection import validation
from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexSimulator

from .config_flow_helpers import (
    assert_error,
    connection,
    open_manual_form,
    paths_with_token,
    prefilled,
    submit,
)


@pytest.fixture
async def secure(simulator: PlexSimulator, certificate: ssl.SSLContext) -> PlexSimulator:
    """Return a server with "Secure connections: Required", which closes plain connections."""
    await simulator.stop()
    await simulator.start(ssl_context=certificate)
    return simulator


async def test_a_server_that_requires_secure_connections_is_detected(
    hass: HomeAssistant, secure: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    typed = connection(secure, url=f"http://{secure.host}:{secure.port}")

    form = await submit(hass, form, **typed)

    assert_error(form, "secure_connection_required")
    assert prefilled(form) == typed
    assert paths_with_token(secure) == set()
    result = await submit(hass, form, **connection(secure, verify_ssl=False))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("typed_url", ["https://{host}:{port}", "{host}:{port}"])
async def test_a_bad_certificate_is_accepted_only_without_verification(
    hass: HomeAssistant, secure: PlexSimulator, typed_url: str
) -> None:
    form = await open_manual_form(hass)
    typed = connection(secure, url=typed_url.format(host=secure.host, port=secure.port))

    form = await submit(hass, form, **typed)

    assert_error(form, "bad_certificate")
    assert prefilled(form) == typed
    assert secure.requests == []
    result = await submit(hass, form, **typed | {"verify_ssl": False})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == secure.url


async def test_a_typed_https_address_never_shows_secure_connection_required(
    hass: HomeAssistant, secure: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    typed = connection(secure, verify_ssl=False)
    secure.faults.add("/identity", Fault.reset(), times=2)

    form = await submit(hass, form, **typed)

    assert_error(form, "cannot_connect")
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_certificate_error_at_another_port_is_not_shown(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    certificate: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator, url="127.0.0.1")
    await simulator.stop()
    await other_server.stop()
    await other_server.start(ssl_context=certificate)
    urls = (URL(simulator.url), URL(other_server.url))
    monkeypatch.setattr(validation, "candidate_urls", lambda _: urls)

    form = await submit(hass, form, **typed)

    assert_error(form, "cannot_connect")
    await simulator.start()
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url


async def test_the_next_candidate_address_is_tried(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = await open_manual_form(hass)
    await simulator.stop()
    urls = (URL(simulator.url), URL(other_server.url))
    monkeypatch.setattr(validation, "candidate_urls", lambda _: urls)

    result = await submit(hass, form, **connection(simulator, url="127.0.0.1"))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == other_server.url


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.status(429, {"Retry-After": "60"}), "rate_limited"),
        (Fault.status(502), "cannot_connect"),
    ],
)
async def test_no_other_address_is_tried_after_a_429_or_502(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    clock: FreezerClock,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    key: str,
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add("/identity", fault, times=None)
    urls = (URL(simulator.url), URL(other_server.url))
    monkeypatch.setattr(validation, "candidate_urls", lambda _: urls)

    form = await submit(hass, form, **connection(simulator, url="127.0.0.1"))

    assert_error(form, key)
    assert other_server.requests == []
    simulator.faults.clear()
    clock.advance(60)
    result = await submit(hass, form, **connection(simulator, url="127.0.0.1"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_URL] == simulator.url
