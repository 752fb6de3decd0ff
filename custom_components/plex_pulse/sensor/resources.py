"""Sensors of the CPU and memory usage of the server and its host."""

from collections.abc import Callable, Iterator
from typing import Final, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.const import PERCENTAGE, EntityCategory

from ..api import ServerResources
from ..coordinator.resources import ResourcesCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime
from .descriptions import ValueSensorDescription

type ResourceSensorDescription = ValueSensorDescription[ServerResources, float | None]


def _percentage(
    key: str, value_fn: Callable[[ServerResources], float | None]
) -> ResourceSensorDescription:
    """Describe a usage in percent; disabled by default, as polling costs two requests a minute."""
    return ValueSensorDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value_fn=value_fn,
    )


RESOURCE_SENSORS: Final = (
    _percentage("host_cpu", lambda resources: resources.host_cpu),
    _percentage("process_cpu", lambda resources: resources.process_cpu),
    _percentage("host_memory", lambda resources: resources.host_memory),
    _percentage("process_memory", lambda resources: resources.process_memory),
)


def resources_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensors, none without Plex Pass or the token of the owner."""
    if runtime.resources.async_is_offered(
        is_owner=runtime.sessions.can_read_sessions,
        has_plex_pass=runtime.libraries.data.server.has_plex_pass,
    ):
        for description in RESOURCE_SENSORS:
            yield ResourceSensor(runtime.resources, description, runtime.machine_identifier)


class ResourceSensor(ServerDataEntity[ResourcesCoordinator], SensorEntity):
    """A usage sensor."""

    entity_description: ResourceSensorDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Start polling with the first enabled sensor."""
        await super().async_added_to_hass()
        self.coordinator.async_start()

    @property
    @override
    def available(self) -> bool:
        """Return whether the server provides the data; it may refuse despite a Plex Pass."""
        return super().available and self.coordinator.unavailable is None

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value that the description selects."""
        return self.entity_description.value_fn(self.coordinator.data)
