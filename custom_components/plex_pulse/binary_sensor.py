"""Whether the server answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PlexPulseConfigEntry
from .entity import HealthEntity
from .health import ApiHealth

# Coordinators read everything; nothing here sends a request.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class HealthBinarySensorDescription(BinarySensorEntityDescription):
    """A yes or no about the talk with the server."""

    value_fn: Callable[[ApiHealth], bool]


HEALTH_BINARY_SENSORS = (
    HealthBinarySensorDescription(
        key="connected",
        translation_key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        value_fn=lambda health: health.connected,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of a server."""
    async_add_entities(
        HealthBinarySensor(
            entry.runtime_data.health,
            description,
            entry.runtime_data.libraries.data.server.machine_identifier,
        )
        for description in HEALTH_BINARY_SENSORS
    )


class HealthBinarySensor(HealthEntity, BinarySensorEntity):
    """A yes or no about the talk with the server."""

    entity_description: HealthBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return what the description reads."""
        return self.entity_description.value_fn(self.coordinator.data)
