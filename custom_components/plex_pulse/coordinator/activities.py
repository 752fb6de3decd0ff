"""What the server does in the background, as far as its notifications tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import logging
from typing import TYPE_CHECKING, Final, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import ActivityNotification, Library
from ..shared_state import async_get_shared
from .library_refresh import UNKNOWN_LIBRARY

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

_SCAN: Final = "library.update.section"
_ENDED: Final = "ended"
_JOIN: Final = 1.0
"""Seconds in which further progress is joined: one scan alone sends 1,556 frames."""
_MOST_AT_ONCE: Final = 100
"""More are not running, but have ended unheard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerActivities:
    """What runs now.

    is_known: False without push, when nothing is known. scans: percent done, None while
    unknown, by library key. announced: keys of the libraries whose scans were told of.
    others: all that is no scan of a library.
    """

    is_known: bool = False
    scans: Mapping[str, int | None] = field(default_factory=dict)
    announced: frozenset[str] = frozenset()
    others: tuple[ActivityNotification, ...] = ()

    def is_progress(self, earlier: Self) -> bool:
        """Return whether the same is being scanned, and only the rest is different."""
        return self.is_known is earlier.is_known and self.scans.keys() == earlier.scans.keys()

    def is_scanning(self, library: Library) -> bool:
        """Return whether a library is being scanned; the poll knows until push knows better."""
        return library.key in self.scans or (
            library.is_scanning and library.key not in self.announced
        )


class ActivitiesCoordinator(DataUpdateCoordinator[ServerActivities]):
    """Gather what notifications tell; asks the server nothing."""

    config_entry: PlexPulseConfigEntry

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Start without knowledge."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title} activities")
        self.data = ServerActivities()
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._running: dict[str, ActivityNotification] = {}
        self._announced: set[str] = set()
        self._is_known = False
        self._is_joining = False

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Forget what runs: its end may come while nobody listens."""
        self._is_known = is_connected
        self._running.clear()
        self._announced.clear()
        self._observe()

    @callback
    def async_notified(self, notification: ActivityNotification) -> str | None:
        """Note the activity; returns the key of a library whose scan it was, if that ended."""
        if (earlier := self._running.pop(notification.uuid, None)) is not None:
            # Not every frame says again what it is about.
            notification = replace(
                notification,
                activity_type=notification.activity_type or earlier.activity_type,
                library_key=notification.library_key or earlier.library_key,
            )
        has_ended = notification.event == _ENDED
        if not has_ended:
            self._running[notification.uuid] = notification
            if len(self._running) > _MOST_AT_ONCE:
                del self._running[next(iter(self._running))]
        if (key := _scanned_library(notification)) is not None:
            self._announced.add(key)
        self._observe()
        if notification.activity_type != _SCAN or not has_ended:
            return None
        return UNKNOWN_LIBRARY if key is None else key

    @callback
    def _observe(self) -> None:
        """Tell the entities at once that a scan begins or ends, and the rest once a second."""
        observation = self._observation
        if observation == self.data:
            return
        if self._is_joining and observation.is_progress(self.data):
            return
        self.async_set_updated_data(observation)
        if not self._is_joining:
            self._is_joining = True
            self.config_entry.async_create_background_task(
                self.hass, self._async_join(), f"{self.name} - join"
            )

    async def _async_join(self) -> None:
        """Tell what has come together meanwhile."""
        await self._clock.sleep(_JOIN)
        self._is_joining = False
        self._observe()

    @property
    def _observation(self) -> ServerActivities:
        """Return what runs now."""
        return ServerActivities(
            is_known=self._is_known,
            scans={
                key: activity.progress
                for activity in self._running.values()
                if (key := _scanned_library(activity)) is not None
            },
            announced=frozenset(self._announced),
            others=tuple(
                activity
                for activity in self._running.values()
                if _scanned_library(activity) is None
            ),
        )


def _scanned_library(activity: ActivityNotification) -> str | None:
    """Return the key of the library that is being scanned, if that is what it is."""
    return activity.library_key if activity.activity_type == _SCAN else None
