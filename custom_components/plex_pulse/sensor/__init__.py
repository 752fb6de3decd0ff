"""The sensor platform. Each module has one group of sensors, as descriptions and entities.

| module           | sensors                                     | device          | coordinator |
|------------------|---------------------------------------------|-----------------|-------------|
| `health`         | status, rate limit, poll interval, requests | server          | health      |
| `activities`     | background activities                       | server          | libraries   |
| `recently_added` | newest item: title, time                    | server, library | libraries   |
| `resources`      | CPU and memory usage                        | server          | resources   |
| `streams`        | streams by method, viewers, bandwidth       | server          | sessions    |
| `users`          | now playing                                 | followed user   | sessions    |
| `watch_time`     | watch time: all, by method, by user         | server, user    | sessions    |
| `libraries`      | item counts, storage, duration              | library         | libraries   |

To add a sensor, add a description to the tuple of the fitting module, for example
`STREAMS_SENSORS`; its function below adds it. The key is the end of the unique id and the
translation key: add its name to `translations/*.json` and its icon to `icons.json`.
A new group needs a module with a function that yields its entities, listed below.
"""

from collections.abc import Callable, Iterable
from typing import Final

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..api import Library
from ..coordinator.libraries import LibrariesCoordinator
from ..entity import async_add_library_entities
from ..runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .activities import activities_sensors
from .health import health_sensors
from .libraries import library_sensors
from .recently_added import library_recently_added_sensors, recently_added_sensors
from .resources import resources_sensors
from .streams import streams_sensors
from .users import user_sensors
from .watch_time import watch_time_sensors

# No limit: coordinators read all data, entities send no requests.
PARALLEL_UPDATES = 0

SERVER_SENSORS: Final[tuple[Callable[[PlexPulseRuntime], Iterable[SensorEntity]], ...]] = (
    health_sensors,
    activities_sensors,
    recently_added_sensors,
    resources_sensors,
    streams_sensors,
    user_sensors,
    watch_time_sensors,
)
SENSORS_PER_LIBRARY: Final[
    tuple[Callable[[LibrariesCoordinator, Library], Iterable[SensorEntity]], ...]
] = (library_sensors, library_recently_added_sensors)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a server and its followed users, and of each library when it appears."""
    for create in SERVER_SENSORS:
        async_add_entities(create(entry.runtime_data))
    for create_for_library in SENSORS_PER_LIBRARY:
        await async_add_library_entities(entry, async_add_entities, create_for_library)
