"""The event platform: `playback` for streams, `library` for changes of library items."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..runtime_data import PlexPulseConfigEntry
from .library import library_event_entities
from .playback import playback_event_entities

# No limit: coordinators and push notifications bring all data, entities send no requests.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of a server."""
    runtime = entry.runtime_data
    async_add_entities([*library_event_entities(runtime), *playback_event_entities(runtime)])
