"""Entity ids of Plex Pulse's entities."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.runtime_data import PlexPulseConfigEntry


def find_entity_id(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, platform: str, key: str
) -> str:
    """Return the id of an entity on the server's device.

    Raises: RuntimeError when no entity has the key.
    """
    unique_id = f"{entry.unique_id}_{key}"
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    if entity_id is None:
        msg = f"no entity has the unique id {unique_id}"
        raise RuntimeError(msg)
    return entity_id
