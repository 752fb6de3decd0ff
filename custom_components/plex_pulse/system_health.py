"""Plex Pulse in the system information of Home Assistant."""

from homeassistant.components import system_health
from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from .const import CONF_CONNECTION, DOMAIN
from .runtime_data import PlexPulseConfigEntry
from .shared_state import async_get_shared


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the callback that returns the information."""
    register.async_register_info(_async_system_health_info)


async def _async_system_health_info(hass: HomeAssistant) -> dict[str, object]:
    """Return connection figures of all enabled servers, without names and addresses."""
    entries: list[PlexPulseConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    reached = [entry for entry in loaded if entry.runtime_data.health.data.connected]
    pushing = [entry for entry in reached if entry.runtime_data.health.data.push]
    return {
        "can_reach_plex_tv": _async_reach_plex_tv(hass),
        "servers_reached": f"{len(reached)} / {len(entries)}",
        "servers_pushing": f"{len(pushing)} / {len(entries)}",
        "connections": ", ".join(entry.data.get(CONF_CONNECTION, "manual") for entry in entries),
        "versions": ", ".join(
            entry.runtime_data.libraries.data.server.version or "?" for entry in loaded
        ),
    }


async def _async_reach_plex_tv(hass: HomeAssistant) -> object:
    """Return whether plex.tv is reachable; sends no request while it is rate limited."""
    shared = async_get_shared(hass)
    if shared.rate_limiters.limiter_for(URL(shared.plex_tv)).seconds_until_allowed:
        return {"type": "failed", "error": "rate limited"}
    return await system_health.async_check_can_reach_url(hass, shared.plex_tv)
