"""What Home Assistant's system information says of Plex Pulse."""

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import CONF_CONNECTION, DOMAIN
from .data import PlexPulseConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the information."""
    register.async_register_info(_async_system_health_info)


async def _async_system_health_info(hass: HomeAssistant) -> dict[str, str]:
    """Return how the servers are reached, without their names or addresses."""
    entries: list[PlexPulseConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    reached = [entry for entry in loaded if entry.runtime_data.health.data.connected]
    return {
        "servers_reached": f"{len(reached)} / {len(entries)}",
        "connections": ", ".join(entry.data.get(CONF_CONNECTION, "manual") for entry in entries),
        "versions": ", ".join(
            entry.runtime_data.libraries.data.server.version or "?" for entry in loaded
        ),
    }
