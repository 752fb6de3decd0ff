"""Errors of the form for a new connection, which can be submitted again."""

from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_pulse.api import PlexServerClient
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


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(Fault.reset(), "cannot_connect", id="reset"),
        pytest.param(Fault.disconnect(), "cannot_connect", id="disconnect"),
        pytest.param(Fault.cut_body(), "cannot_connect", id="cut body"),
        pytest.param(Fault.status(500), "cannot_connect", id="500"),
        pytest.param(Fault.status(503), "cannot_connect", id="503 of a proxy"),
        pytest.param(Fault.status(429), "rate_limited", id="429"),
        pytest.param(
            Fault.status(429, {"Retry-After": "60"}), "rate_limited", id="429 for a minute"
        ),
        pytest.param(
            Fault.status(503, {"Retry-After": "60"}), "rate_limited", id="503 for a minute"
        ),
        pytest.param(Fault.html(), "not_plex", id="web page"),
        pytest.param(Fault.wrong_json({"name": "printer"}), "not_plex", id="another JSON"),
        pytest.param(Fault.wrong_json(b"{"), "not_plex", id="half a JSON"),
        pytest.param(Fault.status(404), "not_plex", id="404"),
        pytest.param(Fault.status(401), "not_plex", id="password of a router"),
        pytest.param(Fault.redirect("http://127.0.0.1/login"), "not_plex", id="login page"),
        pytest.param(Fault.redirect("https://plex.example/"), "not_plex", id="redirect elsewhere"),
        pytest.param(
            Fault.redirect("https://127.0.0.1/"),
            "secure_connection_required",
            id="redirect to https",
        ),
    ],
)
async def test_a_host_without_a_valid_identity_never_gets_the_token(
    hass: HomeAssistant, simulator: PlexSimulator, clock: FreezerClock, fault: Fault, key: str
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator)
    simulator.faults.add("/identity", fault, times=None)

    form = await submit(hass, form, **typed)

    assert_error(form, key)
    assert prefilled(form) == typed
    assert paths_with_token(simulator) == set()
    simulator.faults.clear()
    clock.advance(60)
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(Fault.reset(), "cannot_connect", id="reset"),
        pytest.param(Fault.status(500), "cannot_connect", id="500"),
        pytest.param(Fault.status(429, {"Retry-After": "60"}), "rate_limited", id="429"),
        pytest.param(Fault.status(401), "invalid_auth", id="401"),
        pytest.param(Fault.status(403), "invalid_auth", id="403"),
        pytest.param(Fault.oversize(17 * 2**20), "not_plex", id="oversize"),
        pytest.param(Fault.wrong_json([]), "not_plex", id="list"),
    ],
)
async def test_a_failure_after_the_identity_has_its_own_error(
    hass: HomeAssistant, simulator: PlexSimulator, clock: FreezerClock, fault: Fault, key: str
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator)
    simulator.faults.add("/media/providers", fault, times=None)

    form = await submit(hass, form, **typed)

    assert_error(form, key)
    assert prefilled(form) == typed
    simulator.faults.clear()
    clock.advance(60)
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_failure_that_a_retry_fixes_shows_no_error(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add("/identity", Fault.status(500), 1)
    simulator.faults.add("/media/providers", Fault.reset(), 1)

    result = await submit(hass, form, **connection(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_server_that_is_off_can_be_retried(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator, url=f"127.0.0.1:{simulator.port}")
    await simulator.stop()

    form = await submit(hass, form, **typed)

    assert_error(form, "cannot_connect")
    assert prefilled(form) == typed
    await simulator.start()
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_wrong_token_can_be_corrected(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator, token="canary-wrong-token")

    form = await submit(hass, form, **typed)

    assert_error(form, "invalid_auth")
    assert prefilled(form) == typed
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_starting_server_has_its_own_error(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    simulator.starting(True)

    form = await submit(hass, form, **connection(simulator))

    assert_error(form, "server_starting")
    simulator.starting(False)
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_unexpected_exception_is_logged_and_the_form_can_be_retried(
    hass: HomeAssistant, simulator: PlexSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    form = await open_manual_form(hass)
    typed = connection(simulator)

    with patch.object(PlexServerClient, "get_identity", side_effect=LookupError("a defect")):
        form = await submit(hass, form, **typed)

    assert_error(form, "unknown")
    assert prefilled(form) == typed
    assert "LookupError: a defect" in caplog.text
    result = await submit(hass, form, **typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY
