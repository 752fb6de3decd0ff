"""Make Plex Pulse use the demo's plex.tv instead of the real one."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

from custom_components.plex_pulse.api import RateLimiterRegistry
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState

DOMAIN = "plex_pulse_demo"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set the addresses before Plex Pulse is set up."""
    addresses = config[DOMAIN]
    hass.data[DATA_SHARED] = SharedState(
        rate_limiters=RateLimiterRegistry(),
        plex_tv=addresses["plex_tv"],
        approval_page=addresses["approval_page"],
        # No server listens on this port: the demo sends nothing to the network.
        discovery=("127.0.0.1", addresses["discovery_port"]),
    )
    return True
