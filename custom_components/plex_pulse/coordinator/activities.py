"""Scans and background activities of the server: read at first, then from push."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
import logging
from types import MappingProxyType
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import ActivityNotification, Library, PlexApiError, Record
from ..shared_state import async_get_shared
from .base import CoordinatorContext, async_start_work
from .library_refresh import UNKNOWN_LIBRARY

_LOGGER = logging.getLogger(__name__)

_SCAN: Final = "library.update.section"
_ENDED: Final = "ended"
_PROGRESS_INTERVAL_SECONDS: Final = 30.0
"""Minimum time between two updates of progress: one scan alone sends 1,556 frames."""
_MAX_IMMEDIATE_UPDATES: Final = 6
_IMMEDIATE_WINDOW_SECONDS: Final = 360.0
"""Time in which so many starts and ends of other activities are published at once.

The nightly maintenance consists of hundreds of activities of a second or two. More of them
wait for the next update of progress.
"""
_MAX_ACTIVITIES: Final = 100
"""Limit of tracked activities; the oldest is dropped, because its end was missed."""
_MAX_REPORTED_LIBRARIES: Final = 1_000
_DROPPED_DELAY_SECONDS: Final = 5.0
"""Time after a dropped notification in which further ones share the read."""


class ServerActivities(Record):
    """What the server is doing now."""

    is_known: bool = False
    """False without push, and until the running activities were read."""
    scans: Mapping[str, int | None] = MappingProxyType({})
    """Progress in percent, None while unknown, by the key of the scanned library."""
    reported_by_push: frozenset[str] = frozenset()
    """Keys of the libraries whose scans push has reported since it is connected."""
    others: tuple[ActivityNotification, ...] = ()
    """All activities that are not the scan of a library."""

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
        self._published: dict[str, ActivityNotification] = {}
        self._reported_by_push: set[str] = set()
        self._is_known = False
        self._is_timer_running = False
        self._is_read_scheduled = False
        self._immediate_updates: deque[float] = deque(maxlen=_MAX_IMMEDIATE_UPDATES)

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Drop all activities, whose end may be missed without push, and read the running ones."""
        self._is_known = is_connected and not self.can_read
        self._running.clear()
        self._reported_by_push.clear()
        self._ended = set() if is_connected and self.can_read else None
        self._async_update()
        if self._ended is not None:
            async_start_work(
                self.hass, self.config_entry, self._async_read(self._ended), f"{self.name} - read"
            )

    async def _async_read(self, ended: set[str]) -> None:
        """Read the running activities once; what push has reported meanwhile is newer."""
        listed: tuple[ActivityNotification, ...] = ()
        try:
            listed = await self._client.get_activities()
        except PlexApiError as err:
            # Push reports activities that start from now on.
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

    @callback
    def async_notification_dropped(self) -> None:
        """Read what runs instead of the notifications that are too many to be processed."""
        if not self._is_read_scheduled:
            self._is_read_scheduled = True
            async_start_work(
                self.hass, self.config_entry, self._async_read_after_drop(), f"{self.name} - read"
            )

    async def _async_read_after_drop(self) -> None:
        """Forget the activities, whose end may have been dropped, and read what runs."""
        await self._clock.sleep(_DROPPED_DELAY_SECONDS)
        self._is_read_scheduled = False
        if not self._is_known:
            # Push is lost, or the activities are read because it is connected again.
            return
        self._running.clear()
        if self.can_read:
            self._ended = set()
            await self._async_read(self._ended)
        else:
            self._async_update()

    def _record(self, activity: ActivityNotification) -> str | None:
        """Record an activity; return the key of the library that it scans."""
        if activity.event != _ENDED:
            self._running[activity.uuid] = activity
            if len(self._running) > _MAX_ACTIVITIES:
                del self._running[next(iter(self._running))]
        key = _scanned_library(activity)
        if key is not None and len(self._reported_by_push) < _MAX_REPORTED_LIBRARIES:
            self._reported_by_push.add(key)
        return key

    @callback
    def _async_update(self) -> None:
        """Publish the start and the end of activities at once, their progress later."""
        # An activity that is published already keeps the published progress.
        activities = {
            uuid: _with_published_progress(activity, self._published.get(uuid))
            for uuid, activity in self._running.items()
        }
        snapshot = self._snapshot(activities)
        are_scans_equal = (
            snapshot.is_known is self.data.is_known
            and snapshot.reported_by_push == self.data.reported_by_push
            and snapshot.scans.keys() == self.data.scans.keys()
        )
        if not are_scans_equal or (
            activities.keys() != self._published.keys() and self._is_immediate_update_allowed()
        ):
            self._async_publish(activities)
        if (self._running or self._published) and not self._is_timer_running:
            self._is_timer_running = True
            async_start_work(
                self.hass,
                self.config_entry,
                self._async_publish_progress(),
                f"{self.name} - progress",
            )

    def _is_immediate_update_allowed(self) -> bool:
        """Return whether few activities have started and ended lately, and count this one."""
        now = self._clock.monotonic()
        updates = self._immediate_updates
        if len(updates) == updates.maxlen and now - updates[0] < _IMMEDIATE_WINDOW_SECONDS:
            return False
        updates.append(now)
        return True

    async def _async_publish_progress(self) -> None:
        """Publish the progress in intervals, until all activities have ended."""
        try:
            while self._running or self._published:
                await self._clock.sleep(_PROGRESS_INTERVAL_SECONDS)
                self._async_publish(dict(self._running))
        finally:
            self._is_timer_running = False

    @callback
    def _async_publish(self, activities: dict[str, ActivityNotification]) -> None:
        """Publish activities by uuid."""
        self._published = activities
        if (snapshot := self._snapshot(activities)) != self.data:
            self.async_set_updated_data(snapshot)

    def _snapshot(self, activities: Mapping[str, ActivityNotification]) -> ServerActivities:
        """Return the data with these activities."""
        return ServerActivities(
            is_known=self._is_known,
            scans={
                key: activity.progress
                for activity in activities.values()
                if (key := _scanned_library(activity)) is not None
            },
            reported_by_push=frozenset(self._reported_by_push),
            others=tuple(
                activity for activity in activities.values() if _scanned_library(activity) is None
            ),
        )


def _with_published_progress(
    activity: ActivityNotification, published: ActivityNotification | None
) -> ActivityNotification:
    """Return an activity as it was published, if it is still the same."""
    if published is None or _scanned_library(published) != _scanned_library(activity):
        return activity
    return published


def _scanned_library(activity: ActivityNotification) -> str | None:
    """Return the key of the scanned library, None for another activity."""
    return activity.library_key if activity.activity_type == _SCAN else None
