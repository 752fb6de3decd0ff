"""Scans and background activities of the server: read at first, then from push."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import logging
from typing import Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import ActivityNotification, Library, PlexApiError
from ..shared_state import async_get_shared
from .base import CoordinatorContext
from .library_refresh import UNKNOWN_LIBRARY

_LOGGER = logging.getLogger(__name__)

_SCAN: Final = "library.update.section"
_ENDED: Final = "ended"
_UPDATE_THROTTLE_SECONDS: Final = 1.0
"""Minimum time between two updates of progress: one scan alone sends 1,556 frames."""
_MAX_ACTIVITIES: Final = 100
"""More do not run at once; the oldest ended without a notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerActivities:
    """What the server is doing now."""

    is_known: bool = False
    """False without push, and until the running activities were read."""
    scans: Mapping[str, int | None] = field(default_factory=dict)
    """Progress in percent, None while unknown, by the key of the scanned library."""
    reported_by_push: frozenset[str] = frozenset()
    """Keys of the libraries whose scans push has reported since it is connected."""
    others: tuple[ActivityNotification, ...] = ()
    """All activities that are not the scan of a library."""

    def differs_in_progress_only(self, earlier: Self) -> bool:
        """Return whether the same libraries are scanned as in `earlier`."""
        return self.is_known is earlier.is_known and self.scans.keys() == earlier.scans.keys()

    def is_scanning(self, library: Library) -> bool:
        """Return whether a library is scanned; the poll counts until push reports its scans."""
        return library.key in self.scans or (
            library.is_scanning and library.key not in self.reported_by_push
        )


class ActivitiesCoordinator(DataUpdateCoordinator[ServerActivities]):
    """Collects the activities that push reports, and reads what runs when push connects."""

    config_entry: ConfigEntry

    def __init__(self, context: CoordinatorContext) -> None:
        """Start without activities."""
        super().__init__(
            context.hass,
            _LOGGER,
            config_entry=context.entry,
            name=f"{context.entry.title} activities",
        )
        self.data = ServerActivities()
        self.can_read = False
        """Whether the token is the owner's, who alone may read the activities."""
        self._client = context.client
        self._clock = async_get_shared(context.hass).rate_limiters.clock
        self._ended: set[str] | None = None
        """Uuids of the activities that ended while the request is sent; None without one."""
        self._running: dict[str, ActivityNotification] = {}
        self._reported_by_push: set[str] = set()
        self._is_known = False
        self._is_throttled = False

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Forget the activities, whose end may come while push is away, and read what runs."""
        self._is_known = is_connected and not self.can_read
        self._running.clear()
        self._reported_by_push.clear()
        self._ended = set() if is_connected and self.can_read else None
        self._async_update()
        if self._ended is not None:
            self.config_entry.async_create_background_task(
                self.hass, self._async_read(self._ended), f"{self.name} - read"
            )

    async def _async_read(self, ended: set[str]) -> None:
        """Read the running activities once; what push has reported meanwhile is newer."""
        listed: tuple[ActivityNotification, ...] = ()
        try:
            listed = await self._client.get_activities()
        except PlexApiError as err:
            # What begins from now on is reported by push.
            _LOGGER.debug("%s could not be read: %s", self.name, err)
        if self._ended is not ended:
            # Push was lost, or connected again, and another request is sent.
            return
        self._ended = None
        self._is_known = True
        for activity in listed[:_MAX_ACTIVITIES]:
            if activity.uuid not in self._running and activity.uuid not in ended:
                self._record(activity)
        self._async_update()

    @callback
    def async_handle_activity(self, notification: ActivityNotification) -> str | None:
        """Record an activity; return the key of the library if its scan has ended."""
        if (earlier := self._running.pop(notification.uuid, None)) is not None:
            # Not every frame repeats type and library.
            notification = replace(
                notification,
                activity_type=notification.activity_type or earlier.activity_type,
                library_key=notification.library_key or earlier.library_key,
            )
        has_ended = notification.event == _ENDED
        if has_ended and self._ended is not None:
            self._ended.add(notification.uuid)
        key = self._record(notification)
        self._async_update()
        if notification.activity_type != _SCAN or not has_ended:
            return None
        return UNKNOWN_LIBRARY if key is None else key

    def _record(self, activity: ActivityNotification) -> str | None:
        """Record an activity; return the key of the library that it scans."""
        if activity.event != _ENDED:
            self._running[activity.uuid] = activity
            if len(self._running) > _MAX_ACTIVITIES:
                del self._running[next(iter(self._running))]
        if (key := _scanned_library(activity)) is not None:
            self._reported_by_push.add(key)
        return key

    @callback
    def _async_update(self) -> None:
        """Publish the start and the end of a scan at once, the rest once a second."""
        snapshot = self._snapshot
        if snapshot == self.data:
            return
        if self._is_throttled and snapshot.differs_in_progress_only(self.data):
            return
        self.async_set_updated_data(snapshot)
        if not self._is_throttled:
            self._is_throttled = True
            self.config_entry.async_create_background_task(
                self.hass, self._async_end_throttle(), f"{self.name} - throttle"
            )

    async def _async_end_throttle(self) -> None:
        """Publish what has changed during the throttle time."""
        await self._clock.sleep(_UPDATE_THROTTLE_SECONDS)
        self._is_throttled = False
        self._async_update()

    @property
    def _snapshot(self) -> ServerActivities:
        """Return the current activities."""
        return ServerActivities(
            is_known=self._is_known,
            scans={
                key: activity.progress
                for activity in self._running.values()
                if (key := _scanned_library(activity)) is not None
            },
            reported_by_push=frozenset(self._reported_by_push),
            others=tuple(
                activity
                for activity in self._running.values()
                if _scanned_library(activity) is None
            ),
        )


def _scanned_library(activity: ActivityNotification) -> str | None:
    """Return the key of the scanned library, None for another activity."""
    return activity.library_key if activity.activity_type == _SCAN else None
