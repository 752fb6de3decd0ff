"""Fixtures for this folder alone; the others come from `tests/fixtures/home_assistant.py`."""

from collections.abc import AsyncGenerator, Iterator

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from tests.clocks import FreezerClock, HeldFreezerClock
from tests.entity_ids import LIBRARY, PLAYBACK
from tests.fixtures.home_assistant import (
    ACCESS_TOKEN,
    ACCOUNT_TOKEN,
    CLOSED_PORT,
    NEW_TOKEN,
    TOKEN,
    Advance,
    RunFor,
    list_server,
)
from tests.simulator import PlexSimulator
from tests.simulator.library import Section

from .event_recorder import EventListener
from .helpers import settle
from .image_viewer import Viewer
from .reinstalled import reinstalled_server
from .scripted_sessions import ScriptedSessions

__all__ = [
    "ACCESS_TOKEN",
    "ACCOUNT_TOKEN",
    "CLOSED_PORT",
    "NEW_TOKEN",
    "TOKEN",
    "Advance",
    "RunFor",
    "list_server",
]


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write Home Assistant's objects as core's tests do."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def playback_listener(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> EventListener:
    """Return a recorder of the playback events."""
    return EventListener(hass, PLAYBACK)


@pytest.fixture
def library_listener(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> EventListener:
    """Return a recorder of the library events; the server sends only a test's notifications."""
    simulator.library.on_add = simulator.library.on_remove = None
    return EventListener(hass, LIBRARY)


@pytest.fixture
def movies(simulator: PlexSimulator) -> Section:
    """Return the library "Movies"."""
    return simulator.library.section_titled("Movies")


@pytest.fixture
def kids_movies(simulator: PlexSimulator) -> Section:
    """Return the library "Kids Movies"."""
    return simulator.library.section_titled("Kids Movies")


@pytest.fixture
async def push_ready(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
) -> None:
    """Connect push and wait until the first notifications are handled."""
    clock.advance(1)
    await settle(hass)
    simulator.clear_requests()


@pytest.fixture
async def quiet(
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    clock: HeldFreezerClock,
) -> None:
    """Wait for the poll that was due when push connected."""
    await advance(10)
    await simulator.push.wait_delivered()
    simulator.clear_requests()


@pytest.fixture
def longest_reconnect_delay(clock: HeldFreezerClock) -> None:
    """Use the longest possible reconnect delay."""
    clock.random_value = 1.0


@pytest.fixture
def writes(hass: HomeAssistant) -> Iterator[list[str]]:
    """Return the list of entities whose state is written."""
    written: list[str] = []

    @callback
    def record_entity(event: Event[EventStateChangedData]) -> None:
        # Home Assistant renews the address of each image every five minutes.
        if not event.data["entity_id"].startswith("image."):
            written.append(event.data["entity_id"])

    remove = hass.bus.async_listen(EVENT_STATE_CHANGED, record_entity)
    yield written
    remove()


@pytest.fixture
def viewer(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> Viewer:
    """Return a viewer without a Home Assistant user."""
    return Viewer(hass, hass_client_no_auth)


@pytest.fixture
async def new_server(clock: FreezerClock) -> AsyncGenerator[PlexSimulator]:
    """Return the reinstalled server, which refuses the token of the old one."""
    server = reinstalled_server(clock)
    await server.start(host="127.0.0.1", port=0)
    yield server
    await server.stop()


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server whose sessions the test lists and reports, with push; it has none yet."""
    await run_for(12)
    return ScriptedSessions(hass, simulator, run_for)


@pytest.fixture
def listener(hass: HomeAssistant, server: ScriptedSessions) -> EventListener:
    """Return a recorder of the playback events."""
    return EventListener(hass, PLAYBACK)
