"""A set-up during a rate limit fails at once, and succeeds when the rate limit ends."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import entry_state, set_up

PATHS = pytest.mark.parametrize("path", ["/media/providers", "/status/sessions"])


@PATHS
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("seconds", [4, 12, 20, 100, 900])
async def test_setup_fails_at_once_and_succeeds_at_the_end_of_retry_after(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
    path: str,
    status: int,
    seconds: int,
) -> None:
    simulator.faults.add(path, Fault.status(status, {"Retry-After": str(seconds)}))
    began, until = clock.monotonic(), clock.time() + seconds
    await set_up(hass, entry)
    assert clock.monotonic() - began < 1
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "rate_limited"
    simulator.clear_requests()
    # The tests' timers run up to a second early, and set-up then waits for up to three.
    for _ in range(seconds - 3):
        await advance(1)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    for _ in range(4):
        await advance(1)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert 0 <= simulator.requests[0].at - until < 1


async def test_setup_waits_for_the_end_of_a_short_rate_limit(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(429, {"Retry-After": "3"}))
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED


async def test_loaded_entry_waits_for_a_rate_limit_as_long_as_its_options_say(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    """Only set-up fails early; a poll that can wait is no failure."""
    simulator.faults.add("/status/sessions", Fault.status(429, {"Retry-After": "8"}))
    simulator.clear_requests()
    await advance(10)
    assert simulator.count("/status/sessions") == 2
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize("is_removed", [False, True])
async def test_entry_that_is_disabled_or_removed_meanwhile_is_not_set_up(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    is_removed: bool,
) -> None:
    simulator.faults.add("*", Fault.status(429, {"Retry-After": "20"}))
    await set_up(hass, entry)
    if is_removed:
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    simulator.clear_requests()
    for _ in range(30):
        await advance(1)
    assert simulator.requests == []
    assert entry_state(entry) is ConfigEntryState.NOT_LOADED


async def test_dialog_for_a_new_token_is_not_closed_at_the_end_of_the_rate_limit(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    """Home Assistant's own retry, which closes none, sets up the entry."""
    simulator.faults.add("*", Fault.status(429, {"Retry-After": "20"}))
    await set_up(hass, entry)
    menu = await entry.start_reauth_flow(hass)
    for _ in range(30):
        await advance(1)
    assert hass.config_entries.flow.async_get(menu["flow_id"])
    for _ in range(30):
        await advance(1)
    assert entry_state(entry) is ConfigEntryState.LOADED
