"""What the libraries hold, as figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfInformation, UnitOfTime

from ..api import Library, LibraryKind, MediaType
from ..coordinator.libraries import LibrariesCoordinator
from ..entity import LibraryEntity


@dataclass(frozen=True, kw_only=True)
class CountSensorDescription(SensorEntityDescription):
    """How many items of a type a library has."""

    kind: LibraryKind
    media_type: MediaType


@dataclass(frozen=True, kw_only=True)
class LibrarySensorDescription(SensorEntityDescription):
    """A figure that comes with the library itself."""

    value_fn: Callable[[Library], int | None]
    excluded_kinds: frozenset[LibraryKind] = frozenset()


def _count(
    key: str, kind: LibraryKind, media_type: MediaType, *, enabled: bool = True
) -> CountSensorDescription:
    """Describe a count of items."""
    return CountSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=enabled,
        kind=kind,
        media_type=media_type,
    )


COUNT_SENSORS: Final = (
    _count("movies", LibraryKind.MOVIES, MediaType.MOVIE),
    _count("shows", LibraryKind.SHOWS, MediaType.SHOW),
    _count("seasons", LibraryKind.SHOWS, MediaType.SEASON, enabled=False),
    _count("episodes", LibraryKind.SHOWS, MediaType.EPISODE),
    _count("artists", LibraryKind.MUSIC, MediaType.ARTIST),
    _count("albums", LibraryKind.MUSIC, MediaType.ALBUM),
    _count("tracks", LibraryKind.MUSIC, MediaType.TRACK),
    _count("photos", LibraryKind.PHOTOS, MediaType.PHOTO),
    _count("photo_albums", LibraryKind.PHOTOS, MediaType.PHOTO_ALBUM),
    _count("videos", LibraryKind.VIDEOS, MediaType.MOVIE),
)

LIBRARY_SENSORS: Final = (
    LibrarySensorDescription(
        key="storage",
        translation_key="storage",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda library: library.storage,
    ),
    LibrarySensorDescription(
        key="duration",
        translation_key="duration",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda library: library.duration,
        excluded_kinds=frozenset({LibraryKind.PHOTOS}),
    ),
)


def library_sensors(coordinator: LibrariesCoordinator, library: Library) -> Iterator[SensorEntity]:
    """Return the figures that a library of its kind has."""
    for count in COUNT_SENSORS:
        if count.kind is library.kind:
            yield CountSensor(coordinator, count, library)
    for description in LIBRARY_SENSORS:
        if library.kind not in description.excluded_kinds:
            yield LibrarySensor(coordinator, description, library)


class CountSensor(LibraryEntity, SensorEntity):
    """How many items of a type a library has."""

    entity_description: CountSensorDescription

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: CountSensorDescription,
        library: Library,
    ) -> None:
        """Have the coordinator count this for as long as the entity is enabled."""
        self._count_key = (library.uuid, description.media_type)
        super().__init__(coordinator, description, library, context=self._count_key)

    @override
    async def async_added_to_hass(self) -> None:
        """Ask for the count if it was not expected that anybody wants to see it."""
        await super().async_added_to_hass()
        if self._count_key not in self.coordinator.data.counts:
            self.coordinator.async_request_count(self.library)

    @property
    @override
    def native_value(self) -> int | None:
        """Return the count, None while it is not known."""
        return self.coordinator.data.counts.get(self._count_key)


class LibrarySensor(LibraryEntity, SensorEntity):
    """A figure that comes with the library itself."""

    entity_description: LibrarySensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure."""
        return self.entity_description.value_fn(self.library)
