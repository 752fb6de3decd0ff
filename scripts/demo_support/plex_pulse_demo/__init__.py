"""Have Plex Pulse find the demo's plex.tv where it would look for the real one."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

from custom_components.plex_pulse.api import RateLimiterRegistry
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState

DOMAIN = "plex_pulse_demo"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Put the addresses in place before anything asks for them."""
    places = config[DOMAIN]
    hass.data[DATA_SHARED] = SharedState(
        rate_limiters=RateLimiterRegistry(),
        plex_tv=places["plex_tv"],
        approval_page=places["approval_page"],
        # Nobody listens there: the demo asks nothing of the network it runs in.
        discovery=("127.0.0.1", places["discovery_port"]),
    )
    return True
