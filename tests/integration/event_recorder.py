"""Timeline notifications, and a recorder of event entities."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.api import TimelineNotification
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind

type Mark = tuple[int | None, str | None]
"""A timeline entry's state and metadataState."""

CREATED: Mark = (0, "created")
MATCHING: Mark = (2, None)
DONE: Mark = (5, None)
DELETED: Mark = (9, "deleted")

type EventList = list[tuple[str, str | None]]
"""Event types and titles."""


class EventListener:
    """Records the events of an event entity, as the trigger of an automation sees them."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Start recording; `writes` counts all writes of the state."""
        self.events: list[Mapping[str, Any]] = []
        self.writes = 0
        self._entity_id = entity_id
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)
        hass.bus.async_listen(
            EVENT_STATE_REPORTED, self._reported, event_filter=callback(lambda _: True)
        )

    @property
    def new_events(self) -> EventList:
        """Return the events since the last call."""
        events, self.events = self.events, []
        return [(event["event_type"], event["title"]) for event in events]

    @callback
    def _reported(self, event: Event[Any]) -> None:
        """Count a write without a change."""
        self.writes += event.data["entity_id"] == self._entity_id

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Record an event, but neither a recovery from unavailability nor a restored state."""
        if event.data["entity_id"] != self._entity_id:
            return
        self.writes += 1
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None or old.state == STATE_UNAVAILABLE:
            return
        if new.state not in {STATE_UNAVAILABLE, STATE_UNKNOWN, old.state}:
            self.events.append(new.attributes)


def timeline(item: Item, mark: Mark, title: str | None = None) -> TimelineNotification:
    """Return a timeline notification of an item."""
    state, metadata_state = mark
    return TimelineNotification(
        library_key=str(item.section.key),
        rating_key=str(item.rating_key),
        parent_key=str(item.parent.rating_key) if item.parent is not None else None,
        item_type=item.kind.type_id,
        title=title or item.title,
        state=state,
        metadata_state=metadata_state,
    )


def notify(entry: MockConfigEntry, item: Item, *marks: Mark, title: str | None = None) -> None:
    """Handle timeline notifications of an item, one for each mark."""
    for mark in marks:
        entry.runtime_data.library_changes.async_handle_timeline(timeline(item, mark, title))


def add_film(simulator: PlexSimulator, title: str = "Fog") -> Item:
    """Add a film."""
    return simulator.library.add_item(
        Kind.MOVIE, title, simulator.library.section_titled("Movies"), duration=60_000
    )


def metadata_batches(simulator: PlexSimulator) -> list[int]:
    """Return the number of items of each request for metadata."""
    return [
        request.path.count(",") + 1
        for request in simulator.requests
        if request.path.startswith("/library/metadata/")
    ]
