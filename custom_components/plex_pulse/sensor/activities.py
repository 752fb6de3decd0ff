"""Sensor of the background activities of a server."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory

from ..coordinator.libraries import LibrariesCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime

BACKGROUND_ACTIVITIES: Final = SensorEntityDescription(
    key="background_activities",
    translation_key="background_activities",
    entity_category=EntityCategory.DIAGNOSTIC,
)


def activities_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensor."""
    yield BackgroundActivitiesSensor(
        runtime.libraries, BACKGROUND_ACTIVITIES, runtime.machine_identifier
    )


class BackgroundActivitiesSensor(ServerDataEntity[LibrariesCoordinator], SensorEntity):
    """The number of background activities, without scans of libraries."""

    # Not recorded: the progress has no value once the activity has ended.
    _unrecorded_attributes = frozenset({"activities"})

    @override
    async def async_added_to_hass(self) -> None:
        """Update the state when the activities were read, and on push notifications."""
        await super().async_added_to_hass()
        self._listen_to(self.coordinator.activities)

    @property
    @override
    def native_value(self) -> int | None:
        """Return the number of running activities, None while push does not report them."""
        activities = self.coordinator.activities.data
        return len(activities.others) if activities.is_known else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the running activities; progress in percent, None if unknown."""
        return {
            "activities": [
                {
                    "type": activity.activity_type,
                    "title": activity.title,
                    "subtitle": activity.subtitle,
                    "progress": activity.progress,
                }
                for activity in self.coordinator.activities.data.others
            ]
        }
