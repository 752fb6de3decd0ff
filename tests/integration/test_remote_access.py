"""The remote access sensor: polling, push, and servers without the feature."""

import asyncio

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import HeldFreezerClock
from tests.entity_ids import PUSH, REMOTE_ACCESS, UPDATE
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import (
    deliver_push,
    diagnostics_of,
    set_up,
    settle,
    state_value,
    use_shared_token,
    wait_until,
)

READ = "/myplex/account"
READ_UPDATE = "/updater/status"


async def _run_with_push(simulator: PlexSimulator, advance: Advance, *, minutes: int) -> None:
    """Advance the time in steps of 30 seconds and deliver push notifications."""
    for _ in range(2 * minutes):
        await advance(30)
        await simulator.push.wait_delivered()


async def test_remote_access_is_polled_every_15_minutes(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON
    simulator.state.reachable = False
    simulator.clear_requests()
    await advance(14 * 60)
    assert not simulator.count(READ)
    await advance(60)
    assert simulator.count(READ) == 1
    assert state_value(hass, REMOTE_ACCESS) == STATE_OFF


async def test_remote_access_is_unknown_while_the_server_tests_it(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    waiting = {"MyPlex": {"mappingState": "waiting"}}
    simulator.faults.add(READ, Fault.wrong_json(waiting))
    await set_up(hass, entry)
    assert state_value(hass, REMOTE_ACCESS) == STATE_UNKNOWN
    await advance(15 * 60)
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON


@pytest.mark.push
async def test_a_push_update_is_shown_immediately_without_a_request(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await advance(10)
    simulator.clear_requests()
    simulator.reachable(on=False)
    await deliver_push(hass, simulator)
    assert state_value(hass, REMOTE_ACCESS) == STATE_OFF
    simulator.reachable(on=True)
    await deliver_push(hass, simulator)
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON
    assert not simulator.requests


@pytest.mark.push
async def test_a_push_update_during_a_poll_takes_precedence_over_its_response(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    clock: HeldFreezerClock,
) -> None:
    await advance(10)
    # The response is slow and has the state from before the notification.
    before = {"MyPlex": {"mappingState": "mapped"}}
    simulator.faults.add(READ, Fault.wrong_json(before))
    simulator.faults.add(READ_UPDATE, Fault.hang())
    refresh = asyncio.create_task(entry_with_push.runtime_data.server_status.async_refresh())
    await simulator.faults.wait_reached()
    simulator.reachable(on=False)
    await simulator.push.wait_delivered()
    clock.slept.clear()
    clock.advance(10)
    await wait_until(lambda: bool(clock.slept))
    clock.advance(1)
    await wait_until(refresh.done)
    await settle(hass)
    assert state_value(hass, REMOTE_ACCESS) == STATE_OFF


@pytest.mark.push
async def test_with_push_the_poll_interval_is_one_hour(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    # One poll may have been due already when push connected.
    await _run_with_push(simulator, advance, minutes=62)
    simulator.clear_requests()
    await _run_with_push(simulator, advance, minutes=60)
    assert simulator.count(READ) == simulator.count(READ_UPDATE) == 1
    # The goal for everything that polls.
    assert len(simulator.requests) <= 12


@pytest.mark.push
async def test_the_poll_interval_is_15_minutes_again_after_push_ends(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await _run_with_push(simulator, advance, minutes=45)
    simulator.push.refuse(403)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await settle(hass)
    simulator.state.reachable = False
    simulator.clear_requests()
    await advance(60)
    assert simulator.count(READ) == 1
    assert state_value(hass, REMOTE_ACCESS) == STATE_OFF
    simulator.clear_requests()
    await advance(15 * 60)
    assert simulator.count(READ) == 1


@pytest.mark.push
async def test_push_reconnects_do_not_postpone_the_poll(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await _run_with_push(simulator, advance, minutes=45)
    simulator.clear_requests()
    for _ in range(4):
        simulator.push.drop()
        await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
        for _ in range(20):
            # A websocket that keeps closing backs off.
            await advance(1)
        await wait_until(lambda: state_value(hass, PUSH) == STATE_ON)
    assert simulator.count(READ) == 1


@pytest.mark.push
async def test_a_lost_push_connection_does_not_shorten_the_wait_after_a_429(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    await _run_with_push(simulator, advance, minutes=45)
    server_status = entry_with_push.runtime_data.server_status
    simulator.faults.add(READ_UPDATE, Fault.status(429, {"Retry-After": "100"}))
    await server_status.async_refresh()
    interval = server_status.update_interval
    simulator.push.refuse(403)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    assert server_status.update_interval == interval


async def test_a_disabled_entity_is_not_polled(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    advance: Advance,
) -> None:
    entity_registry.async_get_or_create(
        "binary_sensor",
        DOMAIN,
        f"{entry.unique_id}_remote_access",
        disabled_by=er.RegistryEntryDisabler.USER,
        config_entry=entry,
    )
    await set_up(hass, entry)
    simulator.clear_requests()
    await advance(15 * 60)
    assert simulator.count(READ_UPDATE) == 1
    assert not simulator.count(READ)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.status(401), "off: the token is not the owner's"),
        (Fault.status(403), "off: the token is not the owner's"),
        (Fault.status(404), "off: the server does not offer it"),
        (Fault.status(501), "off: the server does not offer it"),
    ],
)
async def test_a_server_without_the_feature_has_no_entity_and_no_reauth(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
    fault: Fault,
    reason: str,
) -> None:
    simulator.faults.add(READ, fault, times=None)
    await set_up(hass, entry)
    assert hass.states.get(REMOTE_ACCESS) is None
    assert state_value(hass, UPDATE) == STATE_OFF
    features = (await diagnostics_of(hass, hass_client, entry))["features"]
    assert features == dict.fromkeys(features, "on") | {"remote_access": reason}
    simulator.clear_requests()
    await advance(15 * 60)
    assert not simulator.count(READ)
    assert state_value(hass, "sensor.harbour_api_status") == "ok"
    assert not hass.config_entries.flow.async_progress()


async def test_a_shared_token_sends_no_owner_only_requests(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    use_shared_token(hass, entry, simulator, [1, 3])
    await set_up(hass, entry)
    await advance(15 * 60)
    assert not simulator.count(READ) + simulator.count(READ_UPDATE)
    assert hass.states.get(REMOTE_ACCESS) is None
    assert hass.states.get(UPDATE) is None
    features = (await diagnostics_of(hass, hass_client, entry))["features"]
    assert set(features.values()) == {"off: the token is not the owner's"}


async def test_one_failed_request_makes_only_its_entity_unknown(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add(READ, Fault.status(500), times=4)
    await advance(15 * 60)
    assert state_value(hass, REMOTE_ACCESS) == STATE_UNKNOWN
    assert state_value(hass, UPDATE) == STATE_OFF
    assert state_value(hass, "sensor.harbour_api_status") == "ok"
    await advance(15 * 60)
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON


async def test_a_failed_first_poll_is_retried_after_a_minute(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    for path in (READ, READ_UPDATE):
        simulator.faults.add(path, Fault.status(500), times=4)
    await set_up(hass, entry)
    assert state_value(hass, REMOTE_ACCESS) == STATE_UNAVAILABLE
    assert state_value(hass, "sensor.harbour_active_streams") == "0"
    await advance(60)
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON


async def test_a_401_after_earlier_success_does_not_start_reauth(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    for path in (READ, READ_UPDATE):
        simulator.faults.add(path, Fault.status(401), times=3)
    await advance(15 * 60)
    assert state_value(hass, REMOTE_ACCESS) == STATE_UNAVAILABLE
    await advance(60)
    await advance(120)
    assert not hass.config_entries.flow.async_progress()
    await advance(240)
    assert state_value(hass, REMOTE_ACCESS) == STATE_ON


async def test_remote_access_is_refreshed_when_the_connection_is_restored(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await simulator.stop()
    await advance(10)
    assert state_value(hass, REMOTE_ACCESS) == STATE_UNAVAILABLE
    simulator.state.reachable = False
    await simulator.start()
    await advance(10)
    assert state_value(hass, REMOTE_ACCESS) == STATE_OFF
