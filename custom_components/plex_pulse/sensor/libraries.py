"""Sensors of each library: item counts, storage, duration."""

from collections.abc import Iterator, Mapping
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
from .descriptions import ValueSensorDescription


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CountSensorDescription(SensorEntityDescription):
    """Describe a count of items: the type that is counted, by the kind of the library."""

    media_types: Mapping[LibraryKind, MediaType]


type LibrarySensorDescription = ValueSensorDescription[Library, int | None]


def _count(
    key: str,
    kind: LibraryKind,
    media_type: MediaType,
    others: Mapping[LibraryKind, MediaType] | None = None,
    *,
    enabled: bool = True,
    has_statistics: bool = False,
) -> CountSensorDescription:
    """Describe a count of items, for libraries of one kind and of `others`.

    Of each kind, one count has statistics.
    """
    return CountSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT if has_statistics else None,
        entity_registry_enabled_default=enabled,
        media_types={kind: media_type, **(others or {})},
    )


COUNT_SENSORS: Final = (
    _count("movies", LibraryKind.MOVIES, MediaType.MOVIE, has_statistics=True),
    _count("shows", LibraryKind.SHOWS, MediaType.SHOW),
    _count("seasons", LibraryKind.SHOWS, MediaType.SEASON, enabled=False),
    _count("episodes", LibraryKind.SHOWS, MediaType.EPISODE, has_statistics=True),
    _count("artists", LibraryKind.MUSIC, MediaType.ARTIST),
    _count("albums", LibraryKind.MUSIC, MediaType.ALBUM),
    _count("tracks", LibraryKind.MUSIC, MediaType.TRACK, has_statistics=True),
    _count("photos", LibraryKind.PHOTOS, MediaType.PHOTO, has_statistics=True),
    _count("photo_albums", LibraryKind.PHOTOS, MediaType.PHOTO_ALBUM),
    _count(
        "videos",
        LibraryKind.VIDEOS,
        MediaType.MOVIE,
        {LibraryKind.PHOTOS: MediaType.CLIP},
        has_statistics=True,
    ),
)

LIBRARY_SENSORS: Final[tuple[LibrarySensorDescription, ...]] = (
    ValueSensorDescription(
        key="storage",
        translation_key="storage",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda library: library.storage,
    ),
    ValueSensorDescription(
        key="duration",
        translation_key="duration",
        entity_registry_enabled_default=False,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=1,
        value_fn=lambda library: library.duration,
    ),
)


def library_sensors(coordinator: LibrariesCoordinator, library: Library) -> Iterator[SensorEntity]:
    """Yield the sensors for the kind of a library."""
    for count in COUNT_SENSORS:
        if library.kind in count.media_types:
            yield CountSensor(coordinator, count, library)
    for description in LIBRARY_SENSORS:
        # Photos have no duration.
        if library.kind is not LibraryKind.PHOTOS or description.key != "duration":
            yield LibrarySensor(coordinator, description, library)


class CountSensor(LibraryEntity, SensorEntity):
    """The number of items of one type in a library."""

    entity_description: CountSensorDescription

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: CountSensorDescription,
        library: Library,
    ) -> None:
        """Let the coordinator count this type while this entity is enabled."""
        self._count_key = (library.uuid, description.media_types[library.kind])
        super().__init__(coordinator, description, library, context=self._count_key)
        if library.kind is not next(iter(description.media_types)):
            # Photos are the main count of their library, not the videos among them.
            self._attr_state_class = None

    @override
    async def async_added_to_hass(self) -> None:
        """Request the count if the coordinator did not count this type so far."""
        await super().async_added_to_hass()
        if self._count_key not in self.coordinator.data.counts:
            self.coordinator.async_request_count(self.library)

    @property
    @override
    def native_value(self) -> int | None:
        """Return the count, None if it has not been read yet."""
        return self.coordinator.data.counts.get(self._count_key)


class LibrarySensor(LibraryEntity, SensorEntity):
    """A value that the server sends with the library itself."""

    entity_description: LibrarySensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the value that the description selects."""
        return self.entity_description.value_fn(self.library)
