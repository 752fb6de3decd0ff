"""The event entity of the libraries."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.event import EventEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE

from ..api import MediaItem
from ..coordinator.libraries import LibrariesCoordinator
from ..coordinator.library_change import LibraryChange, LibraryChangeKind
from ..coordinator.library_changes import LibraryChangeTracker
from ..runtime_data import PlexPulseRuntime
from .base import EventAttributes, ServerEventEntity, event_attributes

LIBRARY_EVENT: Final = EventEntityDescription(
    key="library", translation_key="library", event_types=list(LibraryChangeKind)
)


def library_event_entities(runtime: PlexPulseRuntime) -> Iterator[LibraryEventEntity]:
    """Yield the entity."""
    yield LibraryEventEntity(
        runtime.libraries, LIBRARY_EVENT, runtime.machine_identifier, runtime.library_changes
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
        """Initialize the entity."""
        super().__init__(coordinator, description, device_identifier)
        self._library_changes = library_changes

    @property
    @override
    def available(self) -> bool:
        """Return whether the server is connected; a failed poll does not stop notifications."""
        return self.coordinator.health.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the changes of the libraries."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._library_changes.async_add_listener(self._handle_coordinator_update)
        )

    @override
    def _pop_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield one event for each change since the last call."""
        for change in self._library_changes.async_pop():
            library = self.coordinator.data.title_of(change.library_key, change.library_title)
            if change.item is not None:
                yield change.kind, event_attributes(change.item, library)
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
            **event_attributes(MediaItem.parse({}), library),
            "type": None,
            "library_type": change.library_kind or next(kinds, None),
            "count": change.count,
            "titles": [title[:MAX_LENGTH_STATE_STATE] for title in change.titles],
        }
