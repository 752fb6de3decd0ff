"""Setup, reload and unload of an entry."""

from collections import Counter
from collections.abc import Callable
import gc
import logging
from unittest.mock import AsyncMock, patch
import weakref

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.plex_pulse import async_unload_entry
from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .config_flow_helpers import paths_with_token
from .conftest import TOKEN, Advance
from .helpers import entry_state, set_up, settle, state_value

OTHER_SERVER = "0123456789abcdef0123456789abcdef01234567"


def _log_messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the integration's log messages above DEBUG."""
    return [
        record.getMessage()
        for record in (*caplog.get_records("setup"), *caplog.get_records("call"))
        if record.name.startswith("custom_components.plex_pulse") and record.levelno > logging.DEBUG
    ]


@pytest.mark.smoke
async def test_setup_sends_each_request_once(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    sent = Counter(
        (request.path, request.query.get("type"), request.query.get("sort"))
        for request in simulator.requests
    )
    counts = {
        "/library/sections/1/all": ("1",),
        "/library/sections/2/all": ("2", "4"),
        "/library/sections/3/all": ("8", "9", "10"),
        "/library/sections/4/all": ("13", "14", "12"),
        "/library/sections/5/all": ("1",),
        "/library/sections/6/all": ("1",),
    }
    newest = {path: types[0] for path, types in counts.items()} | {
        "/library/sections/2/all": "4",
        "/library/sections/3/all": "9",
    }
    assert sent == Counter(
        [
            ("/identity", None, None),
            ("/media/providers", None, None),
            ("/status/sessions", None, None),
            ("/updater/status", None, None),
            ("/myplex/account", None, None),
            *((path, media_type, None) for path, types in counts.items() for media_type in types),
            *((path, newest[path], "addedAt:desc") for path in counts),
        ]
    )


@pytest.mark.smoke
async def test_the_token_is_sent_as_a_header_and_never_in_a_url(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    # The server's identity is verified before it gets the token.
    first, *others = simulator.requests
    assert first.path == "/identity"
    assert "X-Plex-Token" not in first.headers
    assert {request.headers["X-Plex-Token"] for request in others} == {TOKEN}
    assert not any("X-Plex-Token" in request.query for request in simulator.requests)


async def test_a_healthy_server_logs_nothing(
    loaded_entry: MockConfigEntry, advance: Advance, caplog: pytest.LogCaptureFixture
) -> None:
    await advance(10)
    assert not _log_messages(caplog)


@pytest.mark.smoke
async def test_an_unloaded_entry_sends_no_request_and_leaks_no_object(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    runtime = loaded_entry.runtime_data
    references = [
        weakref.ref(instance) for instance in (runtime.health, runtime.libraries, runtime.sessions)
    ]
    del runtime
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    await settle(hass)
    assert entry_state(loaded_entry) is ConfigEntryState.NOT_LOADED
    assert state_value(hass, "sensor.harbour_active_streams") == STATE_UNAVAILABLE

    simulator.clear_requests()
    await advance(2 * 3600)
    assert not simulator.requests
    gc.collect()
    assert not [ref() for ref in references if ref() is not None]


async def test_state_is_not_stored_if_the_entities_cannot_be_unloaded(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    save = AsyncMock()
    with (
        patch.object(hass.config_entries, "async_unload_platforms", return_value=False),
        patch.object(type(loaded_entry.runtime_data.stored_state), "async_save", save),
    ):
        assert not await async_unload_entry(hass, loaded_entry)
    save.assert_not_awaited()
    assert state_value(hass, "sensor.harbour_active_streams") == "0"


async def test_unloading_cancels_a_hanging_poll(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    simulator.faults.add("/status/sessions", Fault.hang())
    clock.advance(11)
    async_fire_time_changed(hass, dt_util.utcnow())
    await simulator.fault_reached()
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    await simulator.faults.wait_released()

    assert await hass.config_entries.async_setup(loaded_entry.entry_id)
    assert state_value(hass, "sensor.harbour_active_streams") == "0"


@pytest.mark.smoke
async def test_a_reload_restores_all_states(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    before = {state.entity_id: state.state for state in hass.states.async_all()}
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    assert {state.entity_id: state.state for state in hass.states.async_all()} == before

    simulator.clear_requests()
    await advance(10)
    assert [request.path for request in simulator.requests] == ["/status/sessions"]


async def test_setup_is_retried_until_an_unreachable_server_responds(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await simulator.stop()
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable"
    assert entry.reason == "The Plex Media Server cannot be reached"

    await simulator.start()
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert state_value(hass, "binary_sensor.harbour_connected") == "on"
    # Home Assistant itself logs the failed setup, once.
    assert not _log_messages(caplog)


@pytest.mark.parametrize(
    ("break_server", "key", "reason"),
    [
        (
            lambda simulator: simulator.faults.add("*", Fault.status(500), times=None),
            "server_failed",
            "The Plex Media Server returned an error: 500 Internal Server Error",
        ),
        (
            lambda simulator: simulator.faults.add("*", Fault.html(), times=None),
            "web_page",
            "The response is a web page and did not come from a Plex Media Server",
        ),
        (
            lambda simulator: simulator.faults.add("*", Fault.status(404), times=None),
            "request_refused",
            "The Plex Media Server rejected a request: 404 Not Found",
        ),
        (
            lambda simulator: simulator.starting(True),
            "server_starting",
            "The Plex Media Server is starting: Plex Media Server is currently running",
        ),
        (
            lambda simulator: setattr(simulator, "starting_plugins", True),
            "server_loading",
            "The Plex Media Server is still loading its libraries",
        ),
        (
            lambda simulator: setattr(simulator.state, "machine_identifier", OTHER_SERVER),
            "wrong_server",
            "A different Plex Media Server than the expected one responded",
        ),
    ],
    ids=["broken", "not Plex", "no such path", "starting", "starting plug-ins", "another server"],
)
async def test_setup_is_retried_until_a_failing_server_recovers(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    break_server: Callable[[PlexSimulator], None],
    key: str,
    reason: str,
) -> None:
    machine_identifier = simulator.state.machine_identifier
    break_server(simulator)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == key
    assert entry.reason is not None
    assert entry.reason.startswith(reason)
    assert not hass.states.async_all()
    assert not hass.config_entries.flow.async_progress()

    simulator.faults.clear()
    simulator.starting(on=False)
    simulator.starting_plugins = False
    simulator.state.machine_identifier = machine_identifier
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert state_value(hass, "sensor.harbour_active_streams") == "0"


@pytest.mark.smoke
async def test_setup_is_retried_while_reading_sessions_fails(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(500), times=4)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED


async def test_a_token_that_is_invalid_as_a_header_starts_reauth(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: "canary\n\u00fc"})
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "unusable_token"
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_confirm"
    assert not paths_with_token(simulator)


@pytest.mark.smoke
async def test_two_servers_are_independent(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    second_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    assert entry_state(second_entry) is ConfigEntryState.LOADED
    # Libraries with the same uuid on both servers are separate devices.
    for either in (loaded_entry, second_entry):
        devices = dr.async_entries_for_config_entry(device_registry, either.entry_id)
        assert len(devices) == 1 + len(simulator.library.sections)
    assert len(er.async_entries_for_config_entry(entity_registry, second_entry.entry_id)) == len(
        er.async_entries_for_config_entry(entity_registry, loaded_entry.entry_id)
    )

    other_server.sessions.start(other_server.library.of_kind(Kind.MOVIE)[0])
    await advance(10)
    assert state_value(hass, "sensor.lighthouse_active_streams") == "1"
    assert state_value(hass, "sensor.harbour_active_streams") == "0"

    assert await hass.config_entries.async_unload(second_entry.entry_id)
    other_server.clear_requests()
    simulator.clear_requests()
    await advance(10)
    assert not other_server.requests
    assert simulator.requests
