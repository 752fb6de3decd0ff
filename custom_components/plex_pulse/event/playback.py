"""The event entity of playback."""

import asyncio
from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.event import EventEntityDescription
from homeassistant.core import callback

from ..api import Session
from ..coordinator.libraries import LibrariesCoordinator
from ..coordinator.sessions import SessionsCoordinator
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import Attributes, media_type, truncate_attributes, user_name
from ..streams.events import (
    PlaybackEvent,
    PlaybackEventKind,
    Playbacks,
    next_playback,
    playback_changes,
    playback_events,
    playback_key,
    track,
)
from ..streams.missed import MissedPlaybacks
from ..streams.player_id import player_id
from .base import EventAttributes, ServerEventEntity, event_attributes

PLAYBACK_EVENT: Final = EventEntityDescription(
    key="playback", translation_key="playback", event_types=list(PlaybackEventKind)
)


def playback_event_entities(runtime: PlexPulseRuntime) -> Iterator[PlaybackEventEntity]:
    """Yield the entity, none if the token cannot read sessions."""
    if runtime.sessions.can_read_sessions:
        yield PlaybackEventEntity(
            runtime.sessions,
            PLAYBACK_EVENT,
            runtime.machine_identifier,
            runtime.libraries,
            runtime.missed_playbacks,
        )


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
        self._is_restored = missed.restored is not None
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
            before, sessions = self._playbacks, self.coordinator.current_sessions
            if self._is_restored:
                self._is_restored = False
                before = self._missed.async_align(before, sessions)
            self._playbacks = track(sessions, before)
            self._missed.async_follow(before, self._playbacks)
            self._pending_events += self._missed.pop_watched()
            self._pending_events += playback_events(before, self._playbacks)
        super()._handle_coordinator_update()

    @callback
    def _async_handle_position(self, session: Session) -> None:
        """Collect the events of one session whose position was reported."""
        key = playback_key(session)
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
                **event_attributes(item, library),
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
