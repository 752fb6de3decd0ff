"""The sensors of a server and of its libraries."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PlexPulseConfigEntry
from .entity import async_follow_libraries
from .sensor_activities import activities_sensors
from .sensor_health import health_sensors
from .sensor_libraries import library_sensors
from .sensor_streams import streams_sensors

# Coordinators read everything; nothing here sends a request.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a server, and those of its libraries as they come."""
    runtime = entry.runtime_data
    for sensors in (health_sensors, activities_sensors, streams_sensors):
        async_add_entities(sensors(runtime))
    async_follow_libraries(entry, async_add_entities, library_sensors)
