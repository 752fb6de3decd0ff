"""Event entities: playback of streams, and changes of library items."""

from abc import abstractmethod
import asyncio
from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.start import async_at_started

from .api import MediaItem, Session
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_change import LibraryChange, LibraryChangeKind
from .coordinator.library_changes import LibraryChangeTracker
from .coordinator.sessions import SessionsCoordinator
from .entity import ServerDataEntity
from .runtime_data import PlexPulseConfigEntry
from .shared_state import async_get_shared
from .streams.attributes import (
    Attributes,
    item_names,
    media_type,
    truncate_attributes,
    user_name,
)
from .streams.events import (
    PlaybackEvent,
    PlaybackEventKind,
    PlaybackKey,
    Playbacks,
    next_playback,
    playback_changes,
    playback_events,
    track,
)
from .streams.missed import MissedPlaybacks
from .streams.player_id import player_id

# No limit: coordinators and push notifications bring all data, entities send no requests.
PARALLEL_UPDATES = 0

PLAYBACK_EVENT: Final = EventEntityDescription(
    key="playback", translation_key="playback", event_types=list(PlaybackEventKind)
)
_AUTOMATIONS_SECONDS: Final = 5.0
"""Time after the start of Home Assistant in which automations attach their triggers."""

type EventAttributes = Mapping[str, str | int | float | bool | list[str] | None]

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
            [
                PlaybackEventEntity(
                    runtime.sessions,
                    PLAYBACK_EVENT,
                    machine_identifier,
                    runtime.libraries,
                    runtime.missed_playbacks,
                )
            ]
        )


class ServerEventEntity[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], EventEntity
):
    """Base of the event entities of a server.

    What happened while Home Assistant was down is reported once automations can react to it.
    """

    _can_report = False

    @override
    async def async_added_to_hass(self) -> None:
        """Report events from now on, or soon after Home Assistant has started."""
        await super().async_added_to_hass()
        if self.hass.state is CoreState.running:
            self._can_report = True
            # After the state that Home Assistant writes when the entity is added.
            self.hass.loop.call_soon(self._report_if_added)
        else:
            self.async_on_remove(async_at_started(self.hass, self._async_handle_started))

    async def _async_handle_started(self, hass: HomeAssistant) -> None:
        """Report what happened until now once the automations are ready."""
        self.coordinator.config_entry.async_create_background_task(
            hass, self._async_report_soon(), f"{self.coordinator.name} - events"
        )

    async def _async_report_soon(self) -> None:
        """Wait for the automations, then report."""
        await async_get_shared(self.hass).rate_limiters.clock.sleep(_AUTOMATIONS_SECONDS)
        self._can_report = True
        self._report_if_added()

    @callback
    def _report_if_added(self) -> None:
        """Report, unless the entity has been removed meanwhile."""
        if self._can_report:
            self._handle_coordinator_update()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Report nothing more."""
        await super().async_will_remove_from_hass()
        self._can_report = False

    @abstractmethod
    def _pop_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield type and attributes of each event since the last call, oldest first."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write one state for each event, and none if there is no event.

        When the entity becomes available again, that is written first, in a state of its
        own: triggers ignore a change from unavailable.
        """
        super()._handle_coordinator_update()
        if self.available and self._can_report:
            self._async_write_events()

    @callback
    def _async_write_events(self) -> None:
        """Write one state for each event."""
        for event_type, attributes in self._pop_events():
            self._trigger_event(event_type, dict(attributes))
            super()._handle_coordinator_update()


class PlaybackEventEntity(ServerEventEntity[SessionsCoordinator]):
    """Report started, paused, resumed, stopped and watched streams.

    Events are written after the states of the other entities, so that an automation finds
    the streams of that moment in `active_streams`.
    """

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: EventEntityDescription,
        device_identifier: str,
        libraries: LibrariesCoordinator,
        missed: MissedPlaybacks,
    ) -> None:
        """Initialize with the sessions before the restart, or the current ones: no event."""
        super().__init__(coordinator, description, device_identifier)
        self._libraries = libraries
        self._missed = missed
        self._playbacks: Playbacks = (
            dict(missed.restored)
            if missed.restored is not None
            else track(coordinator.current_sessions, {})
        )
        self._pending_events: list[PlaybackEvent] = []
        self._scheduled_write: asyncio.Handle | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Report also what the history says of streams that ended during an absence.

        Positions matter as well: one of them shows that an item was watched.
        """
        await super().async_added_to_hass()
        self.async_on_remove(self._missed.async_add_listener(self._handle_coordinator_update))
        self.async_on_remove(
            self.coordinator.async_add_position_listener(self._async_handle_position)
        )

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Cancel the scheduled write."""
        await super().async_will_remove_from_hass()
        if self._scheduled_write is not None:
            self._scheduled_write.cancel()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Collect the differences to the last snapshot, which an outage does not change."""
        if self.available:
            before = self._playbacks
            self._playbacks = track(self.coordinator.current_sessions, before)
            self._missed.async_follow(before, self._playbacks)
            self._pending_events += self._missed.pop_watched()
            self._pending_events += playback_events(before, self._playbacks)
        super()._handle_coordinator_update()

    @callback
    def _async_handle_position(self, session: Session) -> None:
        """Collect the events of one session whose position was reported."""
        key: PlaybackKey = session.playback_id
        previous = self._playbacks.get(key)
        if previous is not None and previous.session.session_key != session.session_key:
            # An app plays an item twice at once.
            key = (*key, session.session_key)
            previous = self._playbacks.get(key)
        if previous is None or not self.available:
            return
        playback = next_playback(session, previous)
        self._playbacks[key] = playback
        if events := list(playback_changes(previous, playback)):
            self._missed.async_follow(self._playbacks, self._playbacks)
            self._pending_events += events
            self._async_write_events()

    @callback
    @override
    def _async_write_events(self) -> None:
        """Write the events in the next iteration of the event loop."""
        if self._pending_events and self._scheduled_write is None:
            self._scheduled_write = self.hass.loop.call_soon(self._async_write_scheduled)

    @callback
    def _async_write_scheduled(self) -> None:
        """Write the events, or keep them while the entity is unavailable."""
        self._scheduled_write = None
        if self.available:
            super()._async_write_events()

    @override
    def _pop_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield the pending events."""
        events, self._pending_events = self._pending_events, []
        for event in events:
            yield event.kind, self._attributes(event.session)

    def _attributes(self, session: Session) -> Attributes:
        """Return the attributes of an event of a session."""
        item = session.item
        library = self._libraries.data.title_of(item.library_key, item.library_title)
        return truncate_attributes(
            {
                **_event_attributes(item, library),
                "type": media_type(session),
                "channel": session.media.channel if session.is_live else None,
                "user": user_name(session),
                "player": session.player.name,
                "player_id": player_id(session, self.coordinator.player_salt),
                "product": session.player.product,
                "location": session.location,
                "method": session.method,
            }
        )


class LibraryEventEntity(ServerEventEntity[LibrariesCoordinator]):
    """Report new libraries, and items that were added to a library or deleted from it."""

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
    def _pop_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield one event for each pending change."""
        changes, self._pending_changes = self._pending_changes, []
        for change in changes:
            library = self.coordinator.data.title_of(change.library_key, change.library_title)
            if change.item is not None:
                yield change.kind, _event_attributes(change.item, library)
            else:
                yield change.kind, self._summary_attributes(change, library)

    def _summary_attributes(self, change: LibraryChange, library: str | None) -> EventAttributes:
        """Return the attributes of an event for several items, or for a whole library.

        Those of a single item are present, and None.
        """
        kinds = (
            found.kind
            for found in self.coordinator.data.libraries.values()
            if found.key == change.library_key
        )
        return {
            **_event_attributes(MediaItem.parse({}), library),
            "type": None,
            "library_type": change.library_kind or next(kinds, None),
            "count": change.count,
            "titles": [title[:MAX_LENGTH_STATE_STATE] for title in change.titles],
        }


def _event_attributes(item: MediaItem, library: str | None) -> Attributes:
    """Return the attributes of an event; each key is always present, None if unknown.

    Event attributes are recorded with every event, so there are few of them, and their
    texts are cut.
    """
    return truncate_attributes(
        {
            **item_names(item),
            "type": item.item_type,
            "user": None,
            "player": None,
            "library": library,
            "rating_key": item.rating_key,
        }
    )
