"""What is told under Repairs, and what Home Assistant repairs itself."""

from http import HTTPStatus
import ssl

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_RETRY, DOMAIN
from tests.simulator import Fault, PlexSimulator

from .conftest import Live, Wait
from .support import reading, set_up

CONNECTED = "binary_sensor.harbour_connected"
IMPATIENT = {CONF_RETRY: {"attempt_timeout": 1, "total_timeout": 2, "max_retries": 1}}


def _issues(hass: HomeAssistant) -> set[str]:
    """Return the keys of what is told."""
    return {str(issue.translation_key) for issue in ir.async_get(hass).issues.values()}


async def _insist(simulator: PlexSimulator, context: ssl.SSLContext | None) -> None:
    """Have the server answer at its port in this one way."""
    port = simulator.port
    await simulator.stop()
    await simulator.start(port=port, ssl_context=context)


async def test_a_server_that_comes_to_insist_on_https_is_told_until_it_gives_in(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
    certificate: ssl.SSLContext,
) -> None:
    await _insist(simulator, certificate)
    simulator.clear_requests()
    for _ in range(5):
        assert "secure_connections" not in _issues(hass) or reading(hass, CONNECTED) == STATE_OFF
        await wait(10)
    assert _issues(hass) == {"secure_connections"}
    # It was asked once, who it is, and was not given the token.
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)
    await _insist(simulator, None)
    await wait(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_a_server_that_insists_on_https_at_start_up_is_told_as_well(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
    certificate: ssl.SSLContext,
) -> None:
    await _insist(simulator, certificate)
    await set_up(hass, entry)
    assert _issues(hass) == {"secure_connections"}
    await _insist(simulator, None)
    await wait(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_a_server_that_is_merely_away_is_not_told(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    await simulator.stop()
    for _ in range(6):
        await wait(10)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert not _issues(hass)


async def test_a_policy_that_can_never_succeed_is_told_and_repaired(
    hass: HomeAssistant,
    pushed: MockConfigEntry,
    simulator: PlexSimulator,
    live: Live,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    hass.config_entries.async_update_entry(pushed, options=IMPATIENT)
    await hass.config_entries.async_reload(pushed.entry_id)
    simulator.faults.add("*", Fault.hang(), times=None)
    await live(45)
    assert not _issues(hass)
    await live(30)
    assert _issues(hass) == {"retry_policy"}

    simulator.faults.clear()
    client = await hass_client()
    issue_id = f"retry_policy_{pushed.entry_id}"
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert answer.status == HTTPStatus.OK
    flow = await answer.json()
    assert flow["description_placeholders"] == {"server": "Harbour"}
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert (await answer.json())["type"] == "create_entry"
    await live(1)
    assert CONF_RETRY not in pushed.options
    assert reading(hass, CONNECTED) == STATE_ON
    assert not _issues(hass)


async def test_a_policy_as_patient_as_the_usual_one_is_not_to_blame(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, live: Live
) -> None:
    simulator.faults.add("*", Fault.hang(), times=None)
    await live(300)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert not _issues(hass)


async def test_a_server_that_answers_in_time_again_clears_the_policy(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, live: Live
) -> None:
    hass.config_entries.async_update_entry(pushed, options=IMPATIENT)
    await hass.config_entries.async_reload(pushed.entry_id)
    simulator.faults.add("*", Fault.hang(), times=None)
    await live(75)
    assert _issues(hass) == {"retry_policy"}
    simulator.faults.clear()
    await live(20)
    assert not _issues(hass)
