"""What the libraries hold."""

from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback

from ..api import (
    ActivityNotification,
    Library,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    ServerInfo,
    StatusNotification,
    TimelineNotification,
    wrong_server_failure,
)
from ..const import LIBRARIES_INTERVAL
from ..shared_state import async_get_shared
from .activities import ActivitiesCoordinator
from .base import PlexPulseCoordinator
from .health import HealthCoordinator
from .item_counts import COUNTED, CountKey, async_count
from .library_refresh import UNKNOWN_LIBRARY, LibraryRefresher
from .poll_interval import PollInterval
from .recently_added import RecentlyAddedCoordinator

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_SCAN_STATUS: Final = "LIBRARY_UPDATE"
_POLLS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLibraries:
    """The server, its libraries, and how many items they have.

    A count is None while it cannot be known.
    """

    server: ServerInfo
    libraries: Mapping[str, Library]
    counts: Mapping[CountKey, int | None]

    def title_of(self, key: str | None, default: str | None) -> str | None:
        """Return the current title of the library with that key, `default` if there is none.

        An item carries the title that its library had when the item was read, and the
        history carries only the key.
        """
        return next(
            (library.title for library in self.libraries.values() if library.key == key), default
        )


class LibrariesCoordinator(PlexPulseCoordinator[ServerLibraries]):
    """Read server and libraries in one request, and one count for each type that is shown."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Poll slowly: libraries change by the day."""
        super().__init__(
            hass, entry, client, health, name="libraries", pace=PollInterval(LIBRARIES_INTERVAL)
        )
        self.activities = ActivitiesCoordinator(hass, entry)
        self.recently_added = RecentlyAddedCoordinator(hass, entry, client, health)
        self._stale = LibraryRefresher(
            async_get_shared(hass).rate_limiters.clock,
            self.name,
            self._async_read_stale,
            lambda: self.activities.data.scans,
            self._async_start,
        )
        self._polls = 0
        self._is_counted = False
        self._missed: set[str] = set()
        self._has_begun = False
        self._was_connected = True
        entry.async_on_unload(health.async_add_listener(self._async_health_changed))

    @callback
    def _async_health_changed(self) -> None:
        """Read again as soon as the server is back, instead of within the hour."""
        connected = self._health.data.connected
        if connected and not self._was_connected:
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{self.name} - server is back"
            )
        self._was_connected = connected

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Look again at what is being scanned: that ends unheard, or has ended meanwhile."""
        polled = {library.key for library in self.data.libraries.values() if library.is_scanning}
        stale = polled | self.activities.data.scans.keys()
        self.activities.async_push_changed(is_connected=is_connected)
        self._stale.changed(*stale)

    @callback
    def async_handle_timeline(self, notification: TimelineNotification) -> None:
        """Read the item's library once it has come to rest, or has been scanned."""
        # What is watched live or comes from elsewhere has a negative number.
        if notification.library_key.isdecimal():
            self._stale.changed(notification.library_key)

    @callback
    def async_handle_activity(self, notification: ActivityNotification) -> None:
        """Show what runs, and read a library as soon as its scan has ended."""
        ended = self.activities.async_notified(notification)
        if self.activities.data.scans:
            self._stale.discard(UNKNOWN_LIBRARY)
        if ended is not None:
            self._stale.scanned(ended)

    @callback
    def async_handle_status(self, notification: StatusNotification) -> None:
        """Look what was scanned, on a server whose activities do not say it."""
        if notification.name == _SCAN_STATUS and not self.activities.data.announced:
            self._stale.changed(UNKNOWN_LIBRARY)

    @callback
    def _async_start(self, work: Coroutine[None, None, None]) -> None:
        """Work for as long as the entry is loaded."""
        self.config_entry.async_create_background_task(self.hass, work, f"{self.name} - changed")

    @callback
    def async_begin(self) -> None:
        """Count, now that entities have said what they show; set-up does not wait for it."""
        self._has_begun = True
        self._stale.scanned(*(library.key for library in self.data.libraries.values()))

    @callback
    def async_request_count(self, library: Library) -> None:
        """Count in a library what nobody wanted to see before."""
        if self._has_begun:
            self._stale.scanned(library.key)

    async def _async_read_stale(self, stale: Collection[str]) -> Collection[str]:
        """Read libraries that have changed, and leave the poll to its own time.

        Returns those of which a count is missing.
        """
        if not self._health.data.connected:
            # A poll reads everything when the server is back.
            return ()
        server, libraries = self.data.server, self.data.libraries
        if self._is_counted:
            server, libraries = await self._async_list()
        data = await self._async_count(server, libraries, stale)
        # async_set_updated_data would put off the poll.
        if data != self.data:
            self.data = self._known = data
            self.async_update_listeners()
        return {libraries[uuid].key for uuid in self._missed}.intersection(stale)

    @override
    async def _async_fetch(self) -> ServerLibraries:
        """Return server, libraries and counts, these only where something may have changed."""
        async with self._stale.lock:
            self._stale.clear()
            if self._known is None:
                # Before anything else: the token is for this server alone.
                await self.client.verify_identity(self.machine_identifier)
                server, libraries = await self._async_list()
                return ServerLibraries(server=server, libraries=libraries, counts={})
            await self.config_entry.runtime_data.sessions.async_ensure_identity()
            server, libraries = await self._async_list()
            self._polls += 1
            return await self._async_count(server, libraries)

    async def _async_list(self) -> tuple[ServerInfo, Mapping[str, Library]]:
        """Return the server and its libraries by their uuids."""
        server, listed = await self.client.get_providers()
        if server.machine_identifier != self.machine_identifier:
            raise wrong_server_failure(endpoint="GET /media/providers")
        if server.is_starting:
            raise PlexApiError(
                PlexErrorKind.SERVER,
                "The server is still loading its libraries",
                endpoint="GET /media/providers",
                reason=PlexErrorReason.STARTING,
            )
        libraries = {library.uuid: library for library in listed}
        await self._async_confirm_missing(libraries)
        return server, libraries

    async def _async_count(
        self,
        server: ServerInfo,
        libraries: Mapping[str, Library],
        stale: Collection[str] | None = None,
    ) -> ServerLibraries:
        """Return all of it with the counts of stale libraries, None for those that differ, anew."""
        unchanged = self._unchanged(libraries, stale)
        known = self._known.counts if self._known is not None else {}
        kept = {key: count for key, count in known.items() if key[0] in unchanged}
        wanted = [key for key in self._wanted(libraries) if key not in kept]
        counted = await async_count(self.client, libraries, wanted)
        missed = {key: known.get(key) for key in wanted if key not in counted}
        self._missed = {uuid for uuid, _ in missed}
        self._is_counted = True
        self._health.async_update()
        self.recently_added.async_changed(libraries, libraries.keys() - unchanged)
        return ServerLibraries(server=server, libraries=libraries, counts=kept | counted | missed)

    def _unchanged(
        self, libraries: Mapping[str, Library], stale: Collection[str] | None
    ) -> set[str]:
        """Return the uuids of libraries that have not changed, or are still changing."""
        if self._known is None:
            return set()
        scans = self.activities.data.scans
        unchanged = {
            uuid
            for uuid, known in self._known.libraries.items()
            if uuid not in self._missed
            and (library := libraries.get(uuid)) is not None
            and library.key not in (stale or ())
            and (library.key in scans or _without_scan(library) == _without_scan(known))
        }
        if stale is None:
            # Only a library's size tells that nothing was deleted from it without a scan;
            # and once a day not even that is believed.
            is_trusting = self._polls % _POLLS_A_DAY != 0
            unchanged = {
                uuid for uuid in unchanged if is_trusting and libraries[uuid].storage is not None
            }
        return unchanged

    async def _async_confirm_missing(self, libraries: dict[str, Library]) -> None:
        """Put back what only this answer lacks: a lost device takes its settings along."""
        known = self._known.libraries if self._known is not None else {}
        if known.keys() <= libraries.keys():
            return
        for library in await self.client.get_libraries():
            if library.uuid in known:
                libraries.setdefault(library.uuid, library)

    def _wanted(self, libraries: Mapping[str, Library]) -> list[CountKey]:
        """Return what to count: whatever enabled entities show, no more.

        A library that has no entities yet is counted by its kind.
        """
        known = self._known.libraries if self._known is not None and self._listeners else {}
        shown: set[CountKey] = set(self.async_contexts())
        new: set[CountKey] = {
            (uuid, media_type)
            for uuid, library in libraries.items()
            if uuid not in known
            for media_type in COUNTED.get(library.kind, ())
        }
        return sorted({key for key in shown if key[0] in libraries} | new)


def _without_scan(library: Library) -> Library:
    """Return the library but for whether it is being scanned, which changes nothing in it."""
    return replace(library, is_scanning=False)
