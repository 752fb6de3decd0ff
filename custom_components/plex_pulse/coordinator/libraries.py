"""The server, its libraries and their item counts."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple, override

from homeassistant.core import callback

from ..api import (
    ActivityNotification,
    Library,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    ServerInfo,
    StatusNotification,
    TimelineNotification,
    wrong_server_failure,
)
from ..const import LIBRARIES_INTERVAL
from ..shared_state import async_get_shared
from .activities import ActivitiesCoordinator
from .base import CoordinatorContext, PlexPulseCoordinator
from .item_counts import CountKey
from .library_counter import LibraryCounter, required_counts
from .library_refresh import ANY_LIBRARY, UNKNOWN_LIBRARY, LibraryRefresher
from .poll_interval import PollInterval
from .recently_added import RecentlyAddedCoordinator
from .sliced_listeners import SlicedListeners

_WHOLE_SERVER_KINDS: Final = frozenset({PlexErrorKind.NETWORK, PlexErrorKind.RATE_LIMIT})
"""Failures that all other requests would have as well."""
_FIRST_CONNECTION_SECONDS: Final = 10.0
"""Time after the start in which push normally connects; the libraries were read just before."""
_SCAN_STATUS: Final = "LIBRARY_UPDATE"


class ServerLibraries(NamedTuple):
    """The server, its libraries by uuid, and their item counts; None for an unknown count."""

    server: ServerInfo
    libraries: Mapping[str, Library]
    counts: Mapping[CountKey, int | None]
    is_complete: bool = True
    """False if libraries of the last run are missing, and the server refuses to confirm it."""

    def title_of(self, key: str | None, default: str | None) -> str | None:
        """Return the current title of the library with that key, `default` if there is none.

        An item carries the title that its library had when the item was read, and the
        history carries only the key.
        """
        return next(
            (library.title for library in self.libraries.values() if library.key == key), default
        )


class LibrariesCoordinator(SlicedListeners[ServerLibraries], PlexPulseCoordinator[ServerLibraries]):
    """Reads server and libraries in one request, and sends one for each type that is counted."""

    def __init__(self, context: CoordinatorContext, registered: Collection[str]) -> None:
        """Poll slowly: push reports changes, and the poll finds what push missed.

        `registered` are the uuids of the libraries that have a device.
        """
        super().__init__(context, name="libraries", poll_interval=PollInterval(LIBRARIES_INTERVAL))
        self.activities = ActivitiesCoordinator(context)
        self.recently_added = RecentlyAddedCoordinator(context)
        self._counter = LibraryCounter(context.client)
        self._clock = async_get_shared(self.hass).rate_limiters.clock
        self._late_at = self._clock.monotonic() + _FIRST_CONNECTION_SECONDS
        self._is_push_late = False
        self._refresher = LibraryRefresher(
            self._clock,
            self.name,
            self._async_refresh_changed,
            lambda: self.activities.data.scans,
            self._async_start,
        )
        self._is_started = False
        self._unconfirmed = set(registered)
        self.config_entry.async_on_unload(
            self.health.async_on_reconnect(self._async_handle_reconnect)
        )

    @callback
    def _async_handle_reconnect(self) -> None:
        """Refresh as soon as the server is back, instead of within the hour."""
        self._async_start(self.async_request_refresh(), "reconnect")

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Read what push missed while it was down; the end of a scan may be missed as well."""
        polled = {library.key for library in self.data.libraries.values() if library.is_scanning}
        scanning = polled | self.activities.data.scans.keys()
        self.activities.async_push_changed(is_connected=is_connected)
        self._refresher.async_changed(*scanning)
        if not is_connected:
            self._is_push_late = True
        elif self._is_push_late or self._clock.monotonic() >= self._late_at:
            self._refresher.async_may_have_changed()

    def is_scanning(self, library: Library) -> bool:
        """Return whether a library is scanned, according to push and the last poll."""
        return self.activities.data.is_scanning(self.data.libraries.get(library.uuid, library))

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Refresh the library of a changed item after the debounce time."""
        # Live TV and items from other sources have negative library keys.
        if notification.library_key.isdecimal():
            self._refresher.async_changed(notification.library_key)

    @callback
    def async_handle_activity(self, notification: ActivityNotification) -> None:
        """Record an activity, and refresh a library as soon as its scan has ended."""
        ended = self.activities.async_handle_activity(notification)
        if self.activities.data.scans:
            self._refresher.async_discard(UNKNOWN_LIBRARY)
        if ended is not None:
            self._refresher.async_refresh_now(ended)

    @callback
    def async_handle_status(self, notification: StatusNotification) -> None:
        """Refresh after a scan on a server whose activities do not report it."""
        if notification.name == _SCAN_STATUS and not self.activities.data.reported_by_push:
            self._refresher.async_changed(UNKNOWN_LIBRARY)

    @callback
    def async_timeline_dropped(self) -> None:
        """Read the libraries instead of the notifications that are too many to be processed."""
        self._refresher.async_changed(UNKNOWN_LIBRARY)

    @callback
    def async_activity_dropped(self) -> None:
        """Read the activities, and the libraries, of which one may have been scanned."""
        self.activities.async_notification_dropped()
        self._refresher.async_changed(UNKNOWN_LIBRARY)

    @callback
    def async_start(self, *, is_owner: bool) -> None:
        """Count in the background, now that the entities have requested their counts."""
        self._is_started = True
        self.activities.can_read = is_owner
        self._refresher.async_refresh_now(*(item.key for item in self.data.libraries.values()))

    @callback
    def async_request_count(self, library: Library) -> None:
        """Count a type that no entity needed until now."""
        if self._is_started:
            self._refresher.async_refresh_now(library.key)

    async def _async_refresh_changed(self, changed: Collection[str]) -> Collection[str]:
        """Refresh changed libraries by key, without touching the timer of the poll.

        Returns the keys of those that are incomplete.

        Raises:
            PlexApiError: the server as a whole does not answer.

        """
        if not self.health.data.connected:
            # The refresh after the reconnect reads everything.
            return ()
        server, libraries = self.data.server, self.data.libraries
        if self._counter.has_counted or ANY_LIBRARY in changed:
            server, libraries = await self._async_list()
        self._async_set_data(await self._async_count(server, libraries, changed))
        incomplete = {libraries[uuid].key for uuid in self._counter.incomplete}
        return incomplete.intersection(changed)

    @override
    async def _async_fetch(self) -> ServerLibraries:
        """Return server, libraries and counts; the first time without counts."""
        async with self._refresher.lock:
            self._refresher.async_clear()
            if self._last_data is None:
                # First, because the token must be sent to this server only.
                await self.client.verify_identity(self.machine_identifier)
                server, libraries = await self._async_list()
                return ServerLibraries(
                    server=server,
                    libraries=libraries,
                    counts={},
                    is_complete=not self._unconfirmed,
                )
            await self._identity.async_ensure()
            server, libraries = await self._async_list()
            return await self._async_count(server, libraries, None)

    async def _async_list(self) -> tuple[ServerInfo, Mapping[str, Library]]:
        """Return the server and its libraries by uuid.

        Raises:
            PlexApiError: the request failed; WRONG_SERVER from another server, STARTING
                from one that is still loading its libraries.

        """
        server, listed = await self.client.get_providers()
        if server.machine_identifier != self.machine_identifier:
            raise wrong_server_failure(endpoint="GET /media/providers")
        if server.is_starting:
            raise PlexApiError(
                PlexErrorKind.SERVER,
                "The server is still loading its libraries",
                endpoint="GET /media/providers",
                reason=PlexErrorReason.LOADING,
            )
        libraries = {library.uuid: library for library in listed}
        await self._async_confirm_missing(libraries)
        return server, libraries

    async def _async_count(
        self,
        server: ServerInfo,
        libraries: Mapping[str, Library],
        changed: Collection[str] | None,
    ) -> ServerLibraries:
        """Return the data with fresh counts.

        `changed` are the keys of the libraries to count, None in a poll, which counts
        every library that may have changed since the last one.
        """
        known = self._last_data.libraries if self._last_data is not None else {}
        unchanged = self._counter.unchanged(
            known, libraries, scanning=self.activities.data.scans, changed=changed
        )
        required = required_counts(
            libraries,
            # Until entities are added, every library is counted by its kind.
            known if self._listeners else {},
            set[CountKey](self.async_contexts()),
        )
        await self._counter.async_count(libraries, required, unchanged)
        self.health.async_update()
        self.recently_added.async_libraries_changed(
            libraries, libraries.keys() - unchanged, self._counter.counts
        )
        return ServerLibraries(
            server=server,
            libraries=libraries,
            counts=self._counter.counts,
            is_complete=not self._unconfirmed,
        )

    async def _async_confirm_missing(self, libraries: dict[str, Library]) -> None:
        """Confirm missing libraries before their devices are removed, with the user's settings.

        Adds those to `libraries` that GET /library/sections still lists.

        Raises:
            PlexApiError: a library is missing that was listed before, and the request failed.

        """
        known = self._last_data.libraries if self._last_data is not None else {}
        self._unconfirmed -= libraries.keys()
        if known.keys() <= libraries.keys() and not self._unconfirmed:
            return
        try:
            listed = await self.client.get_libraries()
        except PlexApiError as err:
            # Refused at a reload, when only the devices show which libraries there were before.
            if not known.keys() <= libraries.keys() or err.kind in _WHOLE_SERVER_KINDS:
                raise
            return
        for library in listed:
            if library.uuid in known or library.uuid in self._unconfirmed:
                libraries.setdefault(library.uuid, library)
        self._unconfirmed.clear()
