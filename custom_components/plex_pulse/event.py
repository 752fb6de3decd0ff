"""Event entities: playback of streams, and changes of library items."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import MediaItem, Session
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChange, LibraryChangeKind, LibraryChangeTracker
from .coordinator.sessions import SessionsCoordinator
from .entity import ServerDataEntity
from .runtime_data import PlexPulseConfigEntry
from .streams.attributes import Attributes, item_names, truncate_attributes, user_name
from .streams.events import PlaybackEventKind, playback_events, track

# No limit: coordinators and push notifications bring all data, entities send no requests.
PARALLEL_UPDATES = 0

PLAYBACK_EVENT: Final = EventEntityDescription(
    key="playback", translation_key="playback", event_types=list(PlaybackEventKind)
)
LIBRARY_EVENT: Final = EventEntityDescription(
    key="library", translation_key="library", event_types=list(LibraryChangeKind)
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities; playback events only if the token can read sessions."""
    runtime = entry.runtime_data
    machine_identifier = runtime.machine_identifier
    async_add_entities(
        [
            LibraryEventEntity(
                runtime.libraries, LIBRARY_EVENT, machine_identifier, runtime.library_changes
            )
        ]
    )
    if runtime.sessions.can_read_sessions:
        async_add_entities(
            [PlaybackEventEntity(runtime.sessions, PLAYBACK_EVENT, machine_identifier)]
        )


class ServerEventEntity[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], EventEntity
):
    """Base of the event entities of a server."""

    @abstractmethod
    def _pop_events(self) -> Iterator[tuple[str, Attributes]]:
        """Yield type and attributes of each event since the last call, oldest first."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write one state for each event, and none if there is no event.

        When the entity becomes available again, that is written first, in a state of its
        own: triggers ignore a change from unavailable.
        """
        super()._handle_coordinator_update()
        if not self.available:
            return
        for event_type, attributes in self._pop_events():
            self._trigger_event(event_type, dict(attributes))
            super()._handle_coordinator_update()


class PlaybackEventEntity(ServerEventEntity[SessionsCoordinator]):
    """Report started, paused, resumed, stopped and watched streams."""

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: EventEntityDescription,
        device_identifier: str,
    ) -> None:
        """Initialize with the current sessions, which cause no event."""
        super().__init__(coordinator, description, device_identifier)
        self._playbacks = track(coordinator.data, {})

    @override
    def _pop_events(self) -> Iterator[tuple[str, Attributes]]:
        """Yield the differences to the last snapshot, which an outage does not change."""
        before = self._playbacks
        self._playbacks = track(self.coordinator.data, before)
        for event in playback_events(before, self._playbacks):
            item = event.session.item
            yield event.kind, _event_attributes(item, item.library_title, event.session)


class LibraryEventEntity(ServerEventEntity[LibrariesCoordinator]):
    """Report items that were added to a library or deleted from it."""

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: EventEntityDescription,
        device_identifier: str,
        library_changes: LibraryChangeTracker,
    ) -> None:
        """Initialize without pending changes."""
        super().__init__(coordinator, description, device_identifier)
        self._library_changes = library_changes
        self._pending_changes: list[LibraryChange] = []

    @property
    @override
    def available(self) -> bool:
        """Return whether the server is connected; a failed poll does not stop notifications."""
        return self.coordinator.health.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the changes of the libraries."""
        await super().async_added_to_hass()
        self.async_on_remove(self._library_changes.async_add_listener(self._async_handle_change))

    @callback
    def _async_handle_change(self, change: LibraryChange) -> None:
        """Report a change now, or once the server is connected again."""
        self._pending_changes.append(change)
        self._handle_coordinator_update()

    @override
    def _pop_events(self) -> Iterator[tuple[str, Attributes]]:
        """Yield one event for each pending change."""
        changes, self._pending_changes = self._pending_changes, []
        for change in changes:
            item = change.item
            library = self.coordinator.data.title_of(change.library_key, item.library_title)
            yield change.kind, _event_attributes(item, library)


def _event_attributes(
    item: MediaItem, library: str | None, session: Session | None = None
) -> Attributes:
    """Return the attributes of an event; each key is always present, None if unknown.

    `session` is None for library events. Event attributes are recorded with every event, so
    there are few of them, and their texts are cut.
    """
    names = item_names(item)
    return truncate_attributes(
        {
            **{key: names[key] for key in ("title", "series", "season", "episode")},
            "type": "live" if session and session.is_live else item.item_type,
            "user": user_name(session) if session else None,
            "player": session.player.title if session else None,
            "library": library,
            "rating_key": item.rating_key,
        }
    )
