"""State that all config entries share, and that outlives set-up retries and reloads."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
import math
from typing import Final

from aiohttp import ClientSession
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ssl import create_client_context

from .api import (
    APPROVAL_PAGE,
    PLEX_TV,
    Backoff,
    CertificateReader,
    MutableRecord,
    RateLimiterRegistry,
    Record,
)
from .const import DISCOVERY_ADDRESS, DOMAIN

_MIN_RELOCATION_INTERVAL_SECONDS: Final = 15 * 60.0
_MAX_RELOCATION_INTERVAL_SECONDS: Final = 24 * 3600.0
MAX_MOVES: Final = 10
"""Moves of a server that are kept for its diagnostics."""


class RelocationAttempts(MutableRecord):
    """Exponential backoff of the requests to plex.tv for the address of one server."""

    last_attempt: float = -math.inf
    """Start of the last attempt, in seconds of the shared monotonic clock."""
    interval: float = 0.0
    """Minimum seconds between the last attempt and the next one; 0 before the first."""

    def start(self, now: float) -> bool:
        """Start an attempt; return False if it is not due yet."""
        if now < self.last_attempt + max(self.interval, _MIN_RELOCATION_INTERVAL_SECONDS):
            return False
        self.last_attempt = now
        return True

    def record(self, *, sent: bool) -> None:
        """Double the interval after an attempt; not if a rate limit kept the request back."""
        interval = self.interval * 2 if sent else self.interval
        self.interval = min(
            max(interval, _MIN_RELOCATION_INTERVAL_SECONDS), _MAX_RELOCATION_INTERVAL_SECONDS
        )

    def reset(self) -> None:
        """Reset the interval to its minimum.

        The time of the last attempt is kept: a server that connects and disconnects all
        the time must not cause a request each time.
        """
        self.interval = min(self.interval, _MIN_RELOCATION_INTERVAL_SECONDS)


class SetupRetry(MutableRecord):
    """Retries of a set-up that Home Assistant retries not at all, or at another time."""

    backoff: Backoff
    cancel: Callable[[], None]
    """Cancels the next retry."""


class Move(Record):
    """A change of the address of a server, without the address."""

    at: datetime
    found_by: str
    """A `MoveSource`."""


class SharedState(Record):
    """State of all entries; a set-up retry or a reload of one must not lose it."""

    rate_limiters: RateLimiterRegistry
    """The rate limiter of each host, and the clock that everything runs by."""
    refused_since: dict[tuple[str, str], float] = field(default_factory=dict)
    """When the token was first refused, by entry id and name of the poll; shared clock."""
    setup_retries: dict[str, SetupRetry] = field(default_factory=dict)
    """Retries of entries whose set-up ended with a refused token or a rate limit, by entry id."""
    outages_logged: set[str] = field(default_factory=set)
    """Ids of the entries whose outage is logged, but not yet its end."""
    relocation_attempts: dict[str, RelocationAttempts] = field(default_factory=dict)
    """Attempts to find a moved server through plex.tv, by entry id."""
    moves: dict[str, list[Move]] = field(default_factory=dict)
    """The last moves of each server, by entry id."""
    sessions: dict[bool, ClientSession] = field(default_factory=dict)
    """The session for all requests, by whether it verifies certificates."""
    certificates: CertificateReader = field(
        default_factory=lambda: CertificateReader(create_client_context)
    )
    """Has a TLS context of its own: those of Home Assistant belong to all integrations."""
    plex_tv: str = PLEX_TV
    """Base URL of plex.tv; tests and the demo use a simulator."""
    approval_page: str = APPROVAL_PAGE
    """URL of Plex's sign-in page."""
    discovery: tuple[str, int] = DISCOVERY_ADDRESS
    """Address and port that GDM discovery sends its request to."""


DATA_SHARED: HassKey[SharedState] = HassKey(DOMAIN)


@callback
def async_get_shared(hass: HomeAssistant) -> SharedState:
    """Return the shared state of this Home Assistant, created by the first call."""
    return hass.data.setdefault(DATA_SHARED, SharedState(rate_limiters=RateLimiterRegistry()))
