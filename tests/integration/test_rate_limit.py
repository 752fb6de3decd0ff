"""A 429 stops all requests to the host until Retry-After has passed."""

from datetime import UTC, datetime
from itertools import pairwise

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
    EVENT_STATE_CHANGED,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, MOVIES, STATUS, STREAMS
from tests.simulator import Fault, PlexSimulator

from .conftest import TOKEN, Advance
from .helpers import entry_state, set_up, state_value, update_entities

UNTIL = "sensor.harbour_rate_limited_until"
INTERVAL = "sensor.harbour_poll_interval"

pytestmark = pytest.mark.usefixtures("all_entities_enabled")


def _too_many(seconds: int | None) -> Fault:
    return Fault.status(429, headers={} if seconds is None else {"Retry-After": str(seconds)})


def _record_states(hass: HomeAssistant, entity_id: str) -> list[str]:
    """Return a list that receives every new state of an entity."""
    states: list[str] = []

    @callback
    def record_state(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == entity_id and event.data["new_state"] is not None:
            states.append(event.data["new_state"].state)

    hass.bus.async_listen(EVENT_STATE_CHANGED, record_state)
    return states


def _gaps(simulator: PlexSimulator) -> list[int]:
    """Return the whole seconds between consecutive requests."""
    times = [request.at for request in simulator.requests]
    return [int(later - earlier) for earlier, later in pairwise(times)]


async def test_a_short_retry_after_is_waited_out_within_the_poll(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    statuses = _record_states(hass, STATUS)
    streams = _record_states(hass, STREAMS)
    connected = _record_states(hass, CONNECTED)
    simulator.faults.add("/status/sessions", _too_many(20))
    simulator.sessions.start_preroll()
    simulator.clear_requests()
    await advance(10)
    polls = [request for request in simulator.requests if request.path == "/status/sessions"]
    assert [int(later.at - earlier.at) for earlier, later in pairwise(polls)] == [20]
    assert _gaps(simulator)[0] == 20
    assert statuses == ["rate_limit", "ok"]
    # The streams stay available, and the poll interval is doubled.
    assert STATE_UNAVAILABLE not in streams
    assert not connected
    assert state_value(hass, INTERVAL) == "20.0"
    await advance(20)
    assert state_value(hass, INTERVAL) == "10.0"


async def test_two_429s_in_one_poll_quadruple_the_interval(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(3), times=2)
    await advance(10)
    assert state_value(hass, INTERVAL) == "40.0"
    await advance(40)
    assert state_value(hass, INTERVAL) == "20.0"


async def test_a_long_retry_after_stretches_the_interval_which_then_halves(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    simulator.faults.add("/status/sessions", _too_many(120))
    simulator.clear_requests()
    await advance(10)
    failed_at = datetime.fromtimestamp(int(clock.time()), UTC)
    assert simulator.count("/status/sessions") == 1
    assert state_value(hass, STATUS) == "rate_limit"
    blocked_until = datetime.fromisoformat(state_value(hass, UNTIL))
    assert (blocked_until - failed_at).total_seconds() == 120
    assert state_value(hass, INTERVAL) == "120.0"
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    # The server is reachable, and the library counts stay valid.
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, MOVIES) == "40"

    for _ in range(11):
        await advance(10)
    assert len(simulator.requests) == 1
    await advance(10)
    assert simulator.count("/status/sessions") == 2
    assert state_value(hass, STATUS) == "ok"
    assert state_value(hass, UNTIL) == STATE_UNKNOWN
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, INTERVAL) == "60.0"

    for interval in (30, 15, 10, 10):
        polls = simulator.count("/status/sessions")
        await advance(float(state_value(hass, INTERVAL)))
        assert simulator.count("/status/sessions") == polls + 1
        assert float(state_value(hass, INTERVAL)) == interval


async def test_polling_resumes_after_each_retry_after_and_then_slows_down(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(120), times=5)
    for _ in range(5):
        await advance(float(state_value(hass, INTERVAL)))
        assert state_value(hass, INTERVAL) == "120.0"
    await advance(120)
    assert state_value(hass, STATUS) == "ok"
    assert state_value(hass, INTERVAL) == "450.0"


async def test_reads_during_a_retry_after_do_not_postpone_the_next_poll(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(120))
    simulator.clear_requests()
    await advance(10)
    for _ in range(8):
        await advance(10)
        await update_entities(hass, STREAMS)
    assert simulator.count("/status/sessions") == 1
    await advance(41)
    assert simulator.count("/status/sessions") == 2
    assert _gaps(simulator)[0] in {120, 121}
    assert state_value(hass, STREAMS) == "0"


async def test_an_absurd_retry_after_is_limited_to_an_hour(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("*", _too_many(10**9))
    await advance(10)
    simulator.clear_requests()
    for _ in range(3):
        await advance(900)
    assert not simulator.requests
    for _ in range(2):
        await advance(900)
    assert simulator.requests
    assert state_value(hass, STATUS) == "ok"
    assert state_value(hass, STREAMS) == "0"


async def test_a_429_without_retry_after_is_retried_with_backoff(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(None), times=3)
    simulator.clear_requests()
    await advance(10)
    assert _gaps(simulator)[:3] == [1, 2, 4]
    assert state_value(hass, STATUS) == "ok"


async def test_429_without_retry_after_keeps_its_backoff_on_other_successes(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(None), times=None)
    simulator.clear_requests()
    for _ in range(60):
        await advance(10)
    polls = [request.at for request in simulator.requests if request.path == "/status/sessions"]
    gaps = [later - earlier for earlier, later in pairwise(polls)]
    # 1, 2, 4 ... s, regardless of responses of GET /identity and others in between.
    assert all(later >= earlier for earlier, later in pairwise(gaps))
    assert len(polls) <= 12


async def test_a_503_with_retry_after_is_rate_limited_like_a_429(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(503, headers={"Retry-After": "60"}))
    simulator.clear_requests()
    for _ in range(6):
        await advance(10)
    assert len(simulator.requests) == 1
    assert state_value(hass, STATUS) == "rate_limit"
    await advance(10)
    assert state_value(hass, STATUS) == "ok"
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_setup_is_retried_only_after_retry_after(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("*", _too_many(120))
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "rate_limited"
    for _ in range(8):
        await advance(10)
    assert len(simulator.requests) == 1
    for _ in range(8):
        await advance(10)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert _gaps(simulator)[0] >= 120


async def test_no_reload_update_or_other_entry_sends_requests_during_retry_after(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", _too_many(120))
    simulator.clear_requests()
    await advance(10)
    await update_entities(hass, STREAMS, MOVIES, STATUS, CONNECTED)
    assert await hass.config_entries.async_reload(loaded_entry.entry_id) is False
    other = MockConfigEntry(
        domain=DOMAIN,
        title="Formerly here",
        unique_id="0123456789abcdef0123456789abcdef01234567",
        data={CONF_URL: simulator.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
    )
    other.add_to_hass(hass)
    await set_up(hass, other)
    assert other.error_reason_translation_key == "blocked"
    for _ in range(8):
        await advance(10)
    assert len(simulator.requests) == 1

    await hass.config_entries.async_remove(other.entry_id)
    for _ in range(12):
        await advance(10)
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    assert state_value(hass, STREAMS) == "0"
    assert _gaps(simulator)[0] >= 120
