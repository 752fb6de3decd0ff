"""Refused and revoked tokens while push continues."""

from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import ATTR_RESTORED, CONF_TOKEN, STATE_ON
from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import CONNECTED, REMOTE_ACCESS, STATUS, UPDATE
from tests.fixtures.home_assistant import NEW_TOKEN, TOKEN, RunFor
from tests.integration.helpers import deliver_push, settle, state_of, state_value
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import SESSIONS_PATH, HealthyBaseline, assert_healthy, stream_titles

pytestmark = pytest.mark.push

WITH_TOKEN: Final = (SESSIONS_PATH, "/library/sections")
ADMINISTRATION: Final = (
    "/accounts*",
    "/activities*",
    "/myplex/*",
    "/statistics/*",
    "/status/sessions/history/*",
    "/updater/*",
)
ADMINISTERED: Final = frozenset({REMOTE_ACCESS, UPDATE})


async def test_single_401_delays_a_stream_by_seconds_and_starts_no_reauth(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    for path in WITH_TOKEN:
        simulator.faults.add(path, Fault.status(401))
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert simulator.count(SESSIONS_PATH) == 1
    assert state_value(hass, STATUS) == "authentication"
    assert state_value(hass, CONNECTED) == STATE_ON
    assert not hass.config_entries.flow.async_progress()
    await run_for(2)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


async def test_revoked_token_starts_reauth_and_a_new_token_recovers(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.revoke(TOKEN)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(15)
    (flow,) = baseline.entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert state_value(hass, CONNECTED) == STATE_ON

    simulator.tokens.add_owner(NEW_TOKEN)
    configure = hass.config_entries.flow.async_configure
    await configure(flow["flow_id"], {"next_step_id": "reauth_manual"})
    result = await configure(flow["flow_id"], {CONF_TOKEN: NEW_TOKEN})
    assert result["reason"] == "reauth_successful"
    await settle(hass)
    await run_for(12)
    assert stream_titles(hass) == [film.title]
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)


@pytest.mark.parametrize("status", [401, 403, 404, 501])
async def test_refused_admin_endpoints_start_no_reauth(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    status: int,
) -> None:
    for path in ADMINISTRATION:
        simulator.faults.add(path, Fault.status(status), times=None)
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(30)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    assert_healthy(hass, baseline.entry, without=ADMINISTERED)
    assert all(state_of(hass, absent).attributes.get(ATTR_RESTORED) for absent in ADMINISTERED)

    simulator.faults.clear()
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(12)
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)
