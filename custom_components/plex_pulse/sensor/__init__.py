"""The sensors of a server and of its libraries."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..entity import async_add_library_entities
from ..runtime_data import PlexPulseConfigEntry
from .activities import activities_sensors
from .health import health_sensors
from .libraries import library_sensors
from .recently_added import library_recently_added_sensors, recently_added_sensors
from .resources import resources_sensors
from .streams import streams_sensors
from .users import user_sensors

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
        recently_added_sensors,
        resources_sensors,
        streams_sensors,
        user_sensors,
    ):
        async_add_entities(sensors(runtime))
    for sensors_of_library in (library_sensors, library_recently_added_sensors):
        async_add_library_entities(entry, async_add_entities, sensors_of_library)
