"""Fixtures for this folder alone; the others come from `tests/fixtures/home_assistant.py`."""

import pytest
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from tests.fixtures.home_assistant import (
    ACCESS_TOKEN,
    ACCOUNT_TOKEN,
    CLOSED_PORT,
    NEW_TOKEN,
    TOKEN,
    Live,
    Wait,
    list_server,
)

__all__ = [
    "ACCESS_TOKEN",
    "ACCOUNT_TOKEN",
    "CLOSED_PORT",
    "NEW_TOKEN",
    "TOKEN",
    "Live",
    "Wait",
    "list_server",
]


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write Home Assistant's objects as core's tests do."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)
