"""Fixtures for this folder alone; the others come from `tests/fixtures/home_assistant.py`."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

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

from .event_recorder import EventListener

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
