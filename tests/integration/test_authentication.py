"""Tokens that are refused temporarily or for good, and shared tokens."""

from typing import Literal

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import CONNECTED, MOVIES, STATUS, STREAMS
from tests.simulator import Fault, PlexSimulator

from .conftest import TOKEN, Advance
from .helpers import (
    SHARED_TOKEN,
    diagnostics_of,
    entry_state,
    set_up,
    settle,
    state_value,
    use_shared_token,
)

NEW_TOKEN = "canary-new-token"

# All requests with the token that a poll of the sessions sends.
WITH_TOKEN = ("/status/sessions", "/library/sections")


def _refuse(simulator: PlexSimulator, times: int | None) -> None:
    for path in WITH_TOKEN:
        simulator.faults.add(path, Fault.status(401), times=times)


def _reauth_flows(hass: HomeAssistant) -> list[str]:
    return [
        flow["flow_id"]
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        if flow["context"]["source"] == "reauth"
    ]


async def _sign_in_again(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Finish the only reauth flow with a new token."""
    (flow_id,) = _reauth_flows(hass)
    simulator.tokens.add_owner(NEW_TOKEN)
    await hass.config_entries.flow.async_configure(flow_id, {"next_step_id": "reauth_manual"})
    result = await hass.config_entries.flow.async_configure(flow_id, {CONF_TOKEN: NEW_TOKEN})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await settle(hass)
    assert not _reauth_flows(hass)


async def test_a_temporary_401_does_not_start_reauth(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    # Twice, because only consecutive 401s count.
    for _ in range(2):
        _refuse(simulator, times=1)
        await advance(10)
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert state_value(hass, STATUS) == "authentication"
        assert state_value(hass, CONNECTED) == STATE_ON
        await advance(10)
        assert state_value(hass, STREAMS) == "0"
        assert state_value(hass, STATUS) == "ok"
    assert not _reauth_flows(hass)


async def test_a_revoked_token_starts_reauth(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.revoke(TOKEN)
    await advance(10)
    assert not _reauth_flows(hass)
    await advance(10)
    assert len(_reauth_flows(hass)) == 1
    assert state_value(hass, STATUS) == "authentication"
    # A token that is known to be invalid is sent once a minute.
    simulator.clear_requests()
    for _ in range(6):
        await advance(10)
    assert simulator.count("/status/sessions") == 1
    assert len(_reauth_flows(hass)) == 1

    await _sign_in_again(hass, simulator)
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    assert loaded_entry.data[CONF_TOKEN] == NEW_TOKEN
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, STATUS) == "ok"
    simulator.clear_requests()
    await advance(10)
    assert {request.headers["X-Plex-Token"] for request in simulator.requests} == {NEW_TOKEN}


async def test_polling_continues_during_reauth_and_a_valid_token_ends_it(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.revoke(TOKEN)
    await advance(10)
    await advance(10)
    assert len(_reauth_flows(hass)) == 1
    await simulator.stop()
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    await simulator.start(host="127.0.0.1", port=simulator.port)
    simulator.tokens.add_owner(TOKEN)
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert not _reauth_flows(hass)


async def test_a_401_during_setup_starts_reauth_only_after_a_retry(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.revoke(TOKEN)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "token_refused"
    assert not _reauth_flows(hass)
    # A second refusal within ten seconds confirms nothing.
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert not _reauth_flows(hass)
    await advance(11)
    assert entry_state(entry) is ConfigEntryState.SETUP_ERROR
    assert len(_reauth_flows(hass)) == 1
    await _sign_in_again(hass, simulator)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert state_value(hass, STREAMS) == "0"


async def test_a_401_counts_only_if_the_identity_can_be_verified(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    _refuse(simulator, times=None)
    simulator.faults.add("/identity", Fault.status(503), times=None)
    for _ in range(5):
        await advance(10)
    assert not _reauth_flows(hass)
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE

    simulator.faults.clear()
    await advance(10)
    assert state_value(hass, STREAMS) == "0"

    # The same 401s count as soon as the identity can be verified.
    _refuse(simulator, times=None)
    await advance(10)
    await advance(10)
    assert len(_reauth_flows(hass)) == 1


async def test_a_401_of_libraries_counts_only_if_the_identity_can_be_verified(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/media/providers", Fault.status(401), times=None)
    simulator.faults.add("/identity", Fault.status(503), times=None)
    for seconds in (3600, 60, 120, 240):
        await advance(seconds)
        assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    assert not _reauth_flows(hass)

    simulator.faults.clear()
    await advance(480)
    assert state_value(hass, MOVIES) == "40"

    simulator.faults.add("/media/providers", Fault.status(401), times=None)
    await advance(3600)
    assert not _reauth_flows(hass)
    await advance(60)
    assert len(_reauth_flows(hass)) == 1


async def test_a_403_of_the_sessions_does_not_start_reauth_of_an_owner(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(403), times=3)
    for _ in range(3):
        await advance(10)
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert state_value(hass, STATUS) == "server"
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not _reauth_flows(hass)


@pytest.mark.parametrize("refusal", [401, 403])
async def test_a_shared_token_has_libraries_and_starts_no_reauth(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    hass_client: ClientSessionGenerator,
    refusal: Literal[401, 403],
) -> None:
    simulator.state.admin_refusal = refusal
    use_shared_token(hass, entry, simulator, [1, 3])
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert {device.name for device in devices} == {"Harbour", "Harbour Movies", "Harbour Music"}
    assert state_value(hass, MOVIES) == "40"
    assert entity_registry.async_get(STREAMS) is None
    assert state_value(hass, STATUS) == "ok"
    diagnostics = await diagnostics_of(hass, hass_client, entry)
    assert set(diagnostics["features"].values()) == {"off: the token is not the owner's"}

    # Requests that this token may not send are not repeated. The identity is polled,
    # without the token.
    simulator.clear_requests()
    for _ in range(5):
        await advance(10)
    assert not simulator.requests
    for _ in range(14):
        await advance(10)
    assert [request.path for request in simulator.requests] == ["/identity"] * 3
    assert not any("X-Plex-Token" in request.headers for request in simulator.requests)
    assert not _reauth_flows(hass)

    await simulator.stop()
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    await simulator.start()
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, MOVIES) == "40"


async def test_a_revoked_shared_token_starts_reauth(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    use_shared_token(hass, entry, simulator)
    await set_up(hass, entry)
    simulator.revoke(SHARED_TOKEN)
    await advance(3600)
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    assert not _reauth_flows(hass)
    await advance(60)
    await _sign_in_again(hass, simulator)
    # The new token is the owner's, so the streams can be read.
    assert state_value(hass, STREAMS) == "0"


async def test_session_access_is_rechecked_hourly(
    hass: HomeAssistant, simulator: PlexSimulator, entry: MockConfigEntry, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(403), times=None)
    await set_up(hass, entry)
    assert hass.states.get("sensor.harbour_active_streams") is None
    simulator.faults.clear()
    simulator.clear_requests()
    for _ in range(60):
        await advance(60)
    assert simulator.count("/status/sessions") >= 2
    assert state_value(hass, "sensor.harbour_active_streams") == "0"


async def test_an_open_reauth_postpones_the_setup_retry_for_a_limited_time(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.revoke(TOKEN)
    await set_up(hass, entry)
    await advance(6)
    await advance(11)
    assert entry_state(entry) is ConfigEntryState.SETUP_ERROR
    (flow_id,) = _reauth_flows(hass)
    form = await hass.config_entries.flow.async_configure(
        flow_id, {"next_step_id": "reauth_manual"}
    )
    assert form["type"] is FlowResultType.FORM
    simulator.tokens.add_owner(TOKEN)
    # Retries after 1, 2, 4, 8, 16 and 32 minutes are postponed: the user may still be typing.
    for minutes in (1, 2, 4, 8, 16, 32):
        await advance(minutes * 60)
        assert entry_state(entry) is ConfigEntryState.SETUP_ERROR
        assert _reauth_flows(hass)
    await advance(3600)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert not _reauth_flows(hass)
