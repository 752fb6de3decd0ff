"""Snapshots of all entities and devices of a server with all kinds of libraries."""

from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from tests.simulator import PlexSimulator

from .helpers import set_up


@pytest.mark.usefixtures("all_entities_enabled")
@pytest.mark.parametrize(
    "platform",
    [
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.EVENT,
        Platform.IMAGE,
        Platform.SENSOR,
        Platform.UPDATE,
    ],
)
async def test_registry_entry_and_state_of_every_entity(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with (
        patch("custom_components.plex_pulse.PLATFORMS", [platform]),
        # The URLs of images have a random part.
        patch("homeassistant.components.image._RND.getrandbits", return_value=1),
    ):
        await set_up(hass, entry)
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_registry_entry_of_every_device(
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    devices = dr.async_entries_for_config_entry(device_registry, loaded_entry.entry_id)
    assert sorted(devices, key=lambda device: device.name or "") == snapshot
