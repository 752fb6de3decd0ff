"""The sensors of a server and of its libraries."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PlexPulseConfigEntry
from .entity import async_follow_libraries
from .sensor_activities import activities_sensors
from .sensor_health import health_sensors
from .sensor_latest import latest_sensors, library_latest_sensors
from .sensor_libraries import library_sensors
from .sensor_resources import resources_sensors
from .sensor_streams import streams_sensors
from .sensor_users import user_sensors

# Coordinators read everything; nothing here sends a request.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a server, and those of its libraries as they come."""
    runtime = entry.runtime_data
    for sensors in (
        health_sensors,
        activities_sensors,
        latest_sensors,
        resources_sensors,
        streams_sensors,
        user_sensors,
    ):
        async_add_entities(sensors(runtime))
    for sensors_of_library in (library_sensors, library_latest_sensors):
        async_follow_libraries(entry, async_add_entities, sensors_of_library)
