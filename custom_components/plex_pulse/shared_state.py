"""State that all config entries share, and that outlives set-up retries and reloads."""

from dataclasses import dataclass, field
import math

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .api import APPROVAL_PAGE, PLEX_TV, RateLimiterRegistry
from .const import DISCOVERY_ADDRESS, DOMAIN


@dataclass(slots=True)
class RelocationAttempts:
    """When plex.tv was asked where a server is, and how long it is left alone since then.

    Both in seconds, the former on the shared clock.
    """

    asked: float = -math.inf
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedState:
    """Outlives set-up retries and reloads, which must not make us forget.

    rate_limiters: until when each host asked for silence. refusals: how often in a row a poll
    of an entry was refused its token, by entry and poll. outages_logged: entries whose
    outage is logged, and not yet its end. relocations: when plex.tv was asked for
    another address, by entry. plex_tv, approval_page, discovery: where Plex itself is; a
    stand-in takes their place in tests and demo.
    """

    rate_limiters: RateLimiterRegistry
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    outages_logged: set[str] = field(default_factory=set)
    relocations: dict[str, RelocationAttempts] = field(default_factory=dict)
    plex_tv: str = PLEX_TV
    approval_page: str = APPROVAL_PAGE
    discovery: tuple[str, int] = DISCOVERY_ADDRESS


DATA_SHARED: HassKey[SharedState] = HassKey(DOMAIN)


@callback
def async_get_shared(hass: HomeAssistant) -> SharedState:
    """Return the one shared state of this Home Assistant."""
    return hass.data.setdefault(DATA_SHARED, SharedState(rate_limiters=RateLimiterRegistry()))
