"""How much of its host the server uses, as figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from ..api import ServerResources
from ..coordinator.resources import ResourcesCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime


@dataclass(frozen=True, kw_only=True)
class ResourceSensorDescription(SensorEntityDescription):
    """A figure about the server's host."""

    value_fn: Callable[[ServerResources], float | None]


def _share(
    key: str, value_fn: Callable[[ServerResources], float | None]
) -> ResourceSensorDescription:
    """Describe a share of what the host has, off by default: it costs two requests a minute."""
    return ResourceSensorDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=value_fn,
    )


RESOURCE_SENSORS: Final = (
    _share("host_cpu", lambda resources: resources.host_cpu),
    _share("process_cpu", lambda resources: resources.process_cpu),
    _share("host_memory", lambda resources: resources.host_memory),
    _share("process_memory", lambda resources: resources.process_memory),
)


def resources_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Return the figures, none where there is no Plex Pass."""
    if runtime.resources.async_is_offered(
        is_owner=runtime.sessions.can_read_sessions,
        has_plex_pass=runtime.libraries.data.server.has_plex_pass,
    ):
        for description in RESOURCE_SENSORS:
            yield ResourceSensor(runtime.resources, description, runtime.machine_identifier)


class ResourceSensor(ServerDataEntity[ResourcesCoordinator], SensorEntity):
    """A figure about the server's host."""

    entity_description: ResourceSensorDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Ask for the figures, which nobody wanted to see before."""
        await super().async_added_to_hass()
        self.coordinator.async_start()

    @property
    @override
    def available(self) -> bool:
        """Return whether the server tells, against what it said of its Plex Pass."""
        return super().available and self.coordinator.unavailable is None

    @property
    @override
    def native_value(self) -> float | None:
        """Return the figure."""
        return self.entity_description.value_fn(self.coordinator.data)
