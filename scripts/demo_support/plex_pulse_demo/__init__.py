"""Prepare Home Assistant for the demo: its plex.tv, its only user, and a check of Host headers."""

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

from custom_components.plex_pulse.api import RateLimiterRegistry
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState

from .host_check import install_host_check

DOMAIN = "plex_pulse_demo"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set the addresses before Plex Pulse is set up, and add the user who needs no login."""
    addresses = config[DOMAIN]
    hass.data[DATA_SHARED] = SharedState(
        rate_limiters=RateLimiterRegistry(),
        plex_tv=addresses["plex_tv"],
        approval_page=addresses["approval_page"],
        # No server listens on this port: the demo sends nothing to the network.
        discovery=("127.0.0.1", addresses["discovery_port"]),
    )
    install_host_check(hass.http.app)
    # Only now: Home Assistant already listens, and there must be no login without the check.
    await hass.auth.async_create_user("Demo", group_ids=[GROUP_ID_ADMIN], local_only=True)
    return True
