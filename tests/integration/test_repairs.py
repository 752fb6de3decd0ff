"""Repair issues and the fix flow for a total timeout that is too short."""

from http import HTTPStatus
import ssl

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_RETRY, DOMAIN
from custom_components.plex_pulse.options import with_longer_timeout
from tests.entity_ids import CONNECTED
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import set_up, settle, state_value

SHORT_TIMEOUTS = {CONF_RETRY: {"attempt_timeout": 1, "total_timeout": 2, "max_retries": 1}}


def _issues(hass: HomeAssistant) -> set[str]:
    """Return the translation keys of all issues."""
    return {str(issue.translation_key) for issue in ir.async_get(hass).issues.values()}


async def _restart_with(simulator: PlexSimulator, context: ssl.SSLContext | None) -> None:
    """Restart the server at its port with https only, or with http only."""
    port = simulator.port
    await simulator.stop()
    await simulator.start(port=port, ssl_context=context)


async def test_a_server_that_starts_to_require_https_raises_an_issue(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    certificate: ssl.SSLContext,
) -> None:
    await _restart_with(simulator, certificate)
    simulator.clear_requests()
    for _ in range(5):
        if "secure_connections" in _issues(hass):
            assert state_value(hass, CONNECTED) == STATE_OFF
        await advance(10)
    assert _issues(hass) == {"secure_connections"}
    # The identity was requested once, without the token.
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)
    await _restart_with(simulator, None)
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_a_server_that_requires_https_at_setup_raises_an_issue(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    certificate: ssl.SSLContext,
) -> None:
    await _restart_with(simulator, certificate)
    await set_up(hass, entry)
    assert _issues(hass) == {"secure_connections"}
    await _restart_with(simulator, None)
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_an_outage_raises_no_https_issue(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await simulator.stop()
    for _ in range(6):
        await advance(10)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not _issues(hass)


async def test_a_total_timeout_that_is_too_short_raises_a_fixable_issue(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    hass.config_entries.async_update_entry(loaded_entry, options=SHORT_TIMEOUTS)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    simulator.faults.add("/status/sessions", Fault.slow_drip(0.2), times=None)
    for _ in range(5):
        await advance(10)
        assert not _issues(hass)
    await advance(10)
    assert _issues(hass) == {"retry_policy"}
    # GET /identity shows that the server is there.
    assert state_value(hass, CONNECTED) == STATE_ON

    simulator.faults.clear()
    client = await hass_client()
    issue_id = f"retry_policy_{loaded_entry.entry_id}"
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert answer.status == HTTPStatus.OK
    flow = await answer.json()
    assert flow["description_placeholders"] == {"name": "Harbour", "server": "Harbour"}
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert (await answer.json())["type"] == "create_entry"
    await settle(hass)
    assert loaded_entry.options[CONF_RETRY] == {
        "attempt_timeout": 10,
        "total_timeout": 30,
        "max_retries": 1,
    }
    assert state_value(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_the_fix_doubles_the_total_timeout_up_to_5_minutes(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert with_longer_timeout(loaded_entry.options)[CONF_RETRY]["total_timeout"] == 60
    assert with_longer_timeout({CONF_RETRY: {"total_timeout": 200}})[CONF_RETRY] == {
        "attempt_timeout": 10,
        "total_timeout": 300,
    }


async def test_an_outage_is_not_reported_as_a_short_timeout(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await simulator.stop()
    for _ in range(12):
        await advance(10)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not _issues(hass)


async def test_a_response_within_the_total_timeout_clears_the_issue(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, options=SHORT_TIMEOUTS)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    simulator.faults.add("/status/sessions", Fault.slow_drip(0.2), times=None)
    for _ in range(6):
        await advance(10)
    assert _issues(hass) == {"retry_policy"}
    simulator.faults.clear()
    await advance(10)
    assert not _issues(hass)
