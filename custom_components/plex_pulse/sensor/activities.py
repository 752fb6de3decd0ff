"""What the server does in the background, as a figure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory

from ..coordinator.libraries import LibrariesCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime

BACKGROUND_ACTIVITIES: Final = SensorEntityDescription(
    key="background_activities",
    translation_key="background_activities",
    entity_category=EntityCategory.DIAGNOSTIC,
    state_class=SensorStateClass.MEASUREMENT,
)


def activities_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Return the one figure."""
    yield BackgroundActivitiesSensor(
        runtime.libraries, BACKGROUND_ACTIVITIES, runtime.machine_identifier
    )


class BackgroundActivitiesSensor(ServerDataEntity[LibrariesCoordinator], SensorEntity):
    """How much the server does in the background, scans of libraries aside."""

    # Of use while it changes, and not afterwards.
    _unrecorded_attributes = frozenset({"activities"})

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for what notifications tell, which is all there is."""
        await super().async_added_to_hass()
        self._listen_to(self.coordinator.activities)

    @property
    @override
    def native_value(self) -> int | None:
        """Return how many run, None while nobody tells."""
        activities = self.coordinator.activities.data
        return len(activities.others) if activities.is_known else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what runs; progress in percent, None while that is unknown."""
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
