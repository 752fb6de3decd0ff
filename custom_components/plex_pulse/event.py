"""What happens: to the streams, and to the items of the libraries."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import MediaItem, Session
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChange, LibraryChangeKind
from .coordinator.sessions import SessionsCoordinator
from .entity import ServerDataEntity
from .runtime_data import PlexPulseConfigEntry
from .streams.attributes import cut, user_name
from .streams.events import PlaybackEventKind, follow, playback_events

# Coordinators and notifications bring everything; nothing here sends a request.
PARALLEL_UPDATES = 0

type EventAttributes = dict[str, str | int | None]

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
    """Add the events of a server."""
    runtime = entry.runtime_data
    machine_identifier = runtime.machine_identifier
    async_add_entities([LibraryEventEntity(runtime.libraries, LIBRARY_EVENT, machine_identifier)])
    if runtime.sessions.can_read_sessions:
        async_add_entities(
            [PlaybackEventEntity(runtime.sessions, PLAYBACK_EVENT, machine_identifier)]
        )


class ServerEventEntity[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], EventEntity
):
    """Tells of something each time it happens on a server."""

    @abstractmethod
    def _take_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield what has happened and has not been told yet."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write a state for each event, and nothing while nothing happens.

        The server's return is a state of its own: triggers do not count what an
        unavailable entity turns into.
        """
        super()._handle_coordinator_update()
        if not self.available:
            return
        for event_type, attributes in self._take_events():
            self._trigger_event(event_type, attributes)
            super()._handle_coordinator_update()


class PlaybackEventEntity(ServerEventEntity[SessionsCoordinator]):
    """Tells what happens to the streams."""

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: EventEntityDescription,
        owner: str,
    ) -> None:
        """Take what plays already for old news."""
        super().__init__(coordinator, description, owner)
        self._playbacks = follow(coordinator.data, {})

    @override
    def _take_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield how what plays differs from what was known; an outage changes neither."""
        before = self._playbacks
        self._playbacks = follow(self.coordinator.data, before)
        for event in playback_events(before, self._playbacks):
            item = event.session.item
            yield event.kind, _attributes(item, item.library_title, event.session)


class LibraryEventEntity(ServerEventEntity[LibrariesCoordinator]):
    """Tells what is added to the libraries and deleted from them."""

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: EventEntityDescription,
        owner: str,
    ) -> None:
        """Begin with nothing to tell."""
        super().__init__(coordinator, description, owner)
        self._changes: list[LibraryChange] = []

    @property
    @override
    def available(self) -> bool:
        """Return whether the server is there: notifications come without polls, too."""
        return self.coordinator.health.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the libraries' news."""
        await super().async_added_to_hass()
        news = self.coordinator.config_entry.runtime_data.library_changes
        self.async_on_remove(news.async_add_listener(self._async_changed))

    @callback
    def _async_changed(self, change: LibraryChange) -> None:
        """Tell of a change, at the latest when the server is there again."""
        self._changes.append(change)
        self._handle_coordinator_update()

    @override
    def _take_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield the changes, one event each."""
        changes, self._changes = self._changes, []
        for change in changes:
            yield change.kind, _attributes(change.item, self._library_title(change))

    def _library_title(self, change: LibraryChange) -> str | None:
        """Return what the library is called now."""
        titles: Iterable[str] = (
            library.title
            for library in self.coordinator.data.libraries.values()
            if library.key == change.library_key
        )
        return next(iter(titles), change.item.library_title)


def _attributes(
    item: MediaItem, library: str | None, session: Session | None = None
) -> EventAttributes:
    """Return what an event tells: every key always, None where Plex says nothing.

    Events are recorded for as long as states are, so this stays small.
    """
    is_episode = item.item_type == "episode"
    return {
        "title": cut(item.title),
        "series": cut(item.grandparent_title) if is_episode else None,
        "season": item.parent_index if is_episode else None,
        "episode": item.index if is_episode else None,
        "type": "live" if session and session.is_live else item.item_type,
        "user": cut(user_name(session)) if session else None,
        "player": cut(session.player.title) if session else None,
        "library": cut(library),
        "rating_key": item.rating_key,
    }
