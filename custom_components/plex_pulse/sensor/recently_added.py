"""Sensors of the newest item: title and time, for each library and for the server."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
)
from homeassistant.const import MATCH_ALL
from homeassistant.util import dt as dt_util

from ..api import Library, MediaItem, is_misdated
from ..coordinator.libraries import LibrariesCoordinator
from ..devices import recently_added_identifier
from ..entity import RecentlyAddedEntity
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import Attributes, item_names, truncate_state
from ..streams.titles import full_title
from .descriptions import ValueSensorDescription

type RecentlyAddedSensorDescription = ValueSensorDescription[MediaItem, str | datetime | None]


def _state_title(item: MediaItem) -> str | None:
    """Return the full title, cut to the length of a state."""
    return truncate_state(full_title(item))


def _added_at(item: MediaItem) -> datetime | None:
    """Return when the item was added, None for a date that lies in the future."""
    return None if is_misdated(item, dt_util.utcnow().timestamp()) else item.added_at


def _attributes(item: MediaItem, library: str | None) -> Attributes:
    """Return the details of the item; each key is always present, None if unknown."""
    names = item_names(item)
    return {
        **{key: names[key] for key in ("title", "series", "season", "episode", "aired", "artist")},
        "type": item.item_type,
        "year": item.year,
        "library": library,
        "added_at": added_at.isoformat() if (added_at := _added_at(item)) is not None else None,
    }


LAST_ADDED: Final[RecentlyAddedSensorDescription] = ValueSensorDescription(
    key="last_added",
    translation_key="last_added",
    value_fn=_state_title,
)
LAST_ADDED_AT: Final[RecentlyAddedSensorDescription] = ValueSensorDescription(
    key="last_added_at",
    translation_key="last_added_at",
    entity_registry_enabled_default=False,
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=_added_at,
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
        """Return the details of the item; the sensor of its time has none."""
        item = self._item
        if item is None or self.entity_description is LAST_ADDED_AT:
            return None
        library = self.coordinator.data.title_of(item.library_key, item.library_title)
        return _attributes(item, library)
