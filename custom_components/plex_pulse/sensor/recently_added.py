"""Sensors of the newest item: title and time, for each library and for the server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import MATCH_ALL

from ..api import Library, MediaItem
from ..coordinator.libraries import LibrariesCoordinator
from ..devices import recently_added_identifier
from ..entity import RecentlyAddedEntity
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import Attributes, item_names, truncate_state


@dataclass(frozen=True, kw_only=True)
class RecentlyAddedSensorDescription(SensorEntityDescription):
    """Describe a sensor of the newest item.

    attributes_fn gets the item and the current title of its library.
    """

    value_fn: Callable[[MediaItem], str | datetime | None]
    attributes_fn: Callable[[MediaItem, str | None], Attributes] | None = None


def _full_title(item: MediaItem) -> str | None:
    """Return the title with series and episode number, or with the artist, cut to a state.

    Episodes of a daily show have no number; their date takes its place.
    """
    parts = [item.title]
    if item.item_type == "episode":
        number = item.aired if item.index is None else None
        if item.parent_index is not None and item.index is not None:
            number = f"S{item.parent_index:02}E{item.index:02}"
        parts = [item.grandparent_title, number, item.title]
    elif item.item_type == "album":
        parts = [item.parent_title, item.title]
    return truncate_state(" - ".join(part for part in parts if part)) or None


def _attributes(item: MediaItem, library: str | None) -> Attributes:
    """Return the details of the item; each key is always present, None if unknown."""
    names = item_names(item)
    return {
        **{key: names[key] for key in ("title", "series", "season", "episode", "aired", "artist")},
        "type": item.item_type,
        "year": item.year,
        "library": library,
        "added_at": item.added_at.isoformat() if item.added_at is not None else None,
    }


LAST_ADDED: Final = RecentlyAddedSensorDescription(
    key="last_added",
    translation_key="last_added",
    value_fn=_full_title,
    attributes_fn=_attributes,
)
LAST_ADDED_AT: Final = RecentlyAddedSensorDescription(
    key="last_added_at",
    translation_key="last_added_at",
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=lambda item: item.added_at,
)


def recently_added_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensors of the newest item of all libraries."""
    yield RecentlyAddedSensor(runtime.libraries, LAST_ADDED, None)


def library_recently_added_sensors(
    coordinator: LibrariesCoordinator, library: Library
) -> Iterator[SensorEntity]:
    """Yield the sensors of the newest item of one library."""
    yield RecentlyAddedSensor(coordinator, LAST_ADDED, library)
    yield RecentlyAddedSensor(coordinator, LAST_ADDED_AT, library)


class RecentlyAddedSensor(RecentlyAddedEntity, SensorEntity):
    """A sensor of the newest item."""

    entity_description: RecentlyAddedSensorDescription
    # Not recorded: the state has the title, and the attributes repeat it.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: RecentlyAddedSensorDescription,
        library: Library | None,
    ) -> None:
        """Initialize for one library, or for all libraries of the server."""
        super().__init__(
            coordinator,
            description,
            recently_added_identifier(coordinator.machine_identifier, library),
        )
        self._library_uuid = library.uuid if library is not None else None

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return the value that the description selects, None without an item."""
        item = self._item
        return self.entity_description.value_fn(item) if item is not None else None

    @property
    @override
    def extra_state_attributes(self) -> Attributes | None:
        """Return the details of the item, if the description provides them."""
        item, attributes_fn = self._item, self.entity_description.attributes_fn
        if item is None or attributes_fn is None:
            return None
        library = self.coordinator.data.title_of(item.library_key, item.library_title)
        return attributes_fn(item, library)
