"""What plays, what the libraries hold, and how the talk with the server goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfDataRate,
    UnitOfInformation,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .api import Library, LibraryKind, MediaType, PlayMethod, PlexErrorKind, Session
from .data import PlexPulseConfigEntry
from .entity import HealthEntity, LibraryEntity, ServerDataEntity, async_follow_libraries
from .health import STATUS_OK, ApiHealth
from .libraries import LibrariesCoordinator
from .sessions import SessionsCoordinator
from .streams import stream_attributes, total_bandwidth

# Coordinators read everything; nothing here sends a request.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class StreamsSensorDescription(SensorEntityDescription):
    """A figure about all that plays on a server."""

    value_fn: Callable[[tuple[Session, ...]], int]
    attributes_fn: Callable[[tuple[Session, ...]], Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class CountSensorDescription(SensorEntityDescription):
    """How many items of a type a library has."""

    kind: LibraryKind
    media_type: MediaType


@dataclass(frozen=True, kw_only=True)
class LibrarySensorDescription(SensorEntityDescription):
    """A figure that comes with the library itself."""

    value_fn: Callable[[Library], int | None]
    without: frozenset[LibraryKind] = frozenset()


@dataclass(frozen=True, kw_only=True)
class HealthSensorDescription(SensorEntityDescription):
    """A figure about the talk with the server."""

    value_fn: Callable[[ApiHealth], StateType | datetime]


def _methods(method: PlayMethod) -> Callable[[tuple[Session, ...]], int]:
    """Return what counts the streams of one play method."""
    return lambda sessions: sum(session.method is method for session in sessions)


def _bandwidth(key: str, *, is_lan: bool | None) -> StreamsSensorDescription:
    """Describe the bandwidth of all streams, or of those inside or outside the LAN."""
    return StreamsSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda sessions: total_bandwidth(sessions, is_lan=is_lan),
    )


BACKGROUND_ACTIVITIES: Final = SensorEntityDescription(
    key="background_activities",
    translation_key="background_activities",
    entity_category=EntityCategory.DIAGNOSTIC,
    state_class=SensorStateClass.MEASUREMENT,
)

STREAMS_SENSORS: Final = (
    StreamsSensorDescription(
        key="active_streams",
        translation_key="active_streams",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=len,
        attributes_fn=lambda sessions: {
            "streams": [stream_attributes(session) for session in sessions]
        },
    ),
    StreamsSensorDescription(
        key="direct_plays",
        translation_key="direct_plays",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_methods(PlayMethod.DIRECT_PLAY),
    ),
    StreamsSensorDescription(
        key="direct_streams",
        translation_key="direct_streams",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_methods(PlayMethod.DIRECT_STREAM),
    ),
    StreamsSensorDescription(
        key="transcodes",
        translation_key="transcodes",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_methods(PlayMethod.TRANSCODE),
    ),
    StreamsSensorDescription(
        key="viewers",
        translation_key="viewers",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda sessions: len({session.viewer for session in sessions}),
    ),
    _bandwidth("bandwidth", is_lan=None),
    _bandwidth("bandwidth_lan", is_lan=True),
    _bandwidth("bandwidth_wan", is_lan=False),
)


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
        without=frozenset({LibraryKind.PHOTOS}),
    ),
)


def _rate_limited_until(health: ApiHealth) -> datetime | None:
    """Return until when the host asked for silence, to the second."""
    until = health.statistics.paused_until
    return None if until is None else datetime.fromtimestamp(int(until), UTC)


def _total(key: str, value_fn: Callable[[ApiHealth], int]) -> HealthSensorDescription:
    """Describe a figure that grows until the entry is loaded anew."""
    return HealthSensorDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=value_fn,
    )


HEALTH_SENSORS: Final = (
    HealthSensorDescription(
        key="api_status",
        translation_key="api_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[STATUS_OK, *PlexErrorKind],
        value_fn=lambda health: health.status,
    ),
    HealthSensorDescription(
        key="rate_limited_until",
        translation_key="rate_limited_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_rate_limited_until,
    ),
    HealthSensorDescription(
        key="poll_interval",
        translation_key="poll_interval",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        value_fn=lambda health: (
            health.poll_interval.total_seconds() if health.poll_interval else None
        ),
    ),
    HealthSensorDescription(
        key="api_latency",
        translation_key="api_latency",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_display_precision=0,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda health: health.statistics.average_latency,
    ),
    _total("api_requests", lambda health: health.statistics.requests),
    _total("api_retries", lambda health: health.statistics.retries),
    _total("api_failures", lambda health: health.statistics.failed),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a server, and those of its libraries as they come."""
    runtime = entry.runtime_data
    machine_identifier = runtime.libraries.data.server.machine_identifier
    async_add_entities(
        HealthSensor(runtime.health, description, machine_identifier)
        for description in HEALTH_SENSORS
    )
    async_add_entities(
        [BackgroundActivitiesSensor(runtime.libraries, BACKGROUND_ACTIVITIES, machine_identifier)]
    )
    if runtime.sessions.is_permitted:
        async_add_entities(
            StreamsSensor(runtime.sessions, description, machine_identifier)
            for description in STREAMS_SENSORS
        )
    async_follow_libraries(entry, async_add_entities, _library_sensors)


def _library_sensors(coordinator: LibrariesCoordinator, library: Library) -> Iterator[SensorEntity]:
    """Return the sensors that a library of its kind has."""
    for count in COUNT_SENSORS:
        if count.kind is library.kind:
            yield CountSensor(coordinator, count, library)
    for description in LIBRARY_SENSORS:
        if library.kind not in description.without:
            yield LibrarySensor(coordinator, description, library)


class StreamsSensor(ServerDataEntity[SessionsCoordinator], SensorEntity):
    """A figure about all that plays on a server."""

    entity_description: StreamsSensorDescription
    # Changes with every poll while something plays, and is of no use afterwards.
    _unrecorded_attributes = frozenset({"streams"})

    @property
    @override
    def native_value(self) -> int:
        """Return the figure."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what the figure is made of, where the description says so."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.coordinator.data) if attributes_fn else None


class BackgroundActivitiesSensor(ServerDataEntity[LibrariesCoordinator], SensorEntity):
    """How much the server does in the background, scans of libraries aside."""

    # Of use while it changes, and not afterwards.
    _unrecorded_attributes = frozenset({"activities"})

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for what notifications tell, which is all there is."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.activities.async_add_listener(self._handle_coordinator_update)
        )

    @property
    @override
    def native_value(self) -> int | None:
        """Return how many run, None while nobody tells."""
        activities = self.coordinator.activities.data
        return len(activities.others) if activities.is_known else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what runs; progress in percent, None while that is unknown."""
        return {
            "activities": [
                {
                    "type": activity.activity_type,
                    "title": activity.title,
                    "subtitle": activity.subtitle,
                    "progress": activity.progress,
                }
                for activity in self.coordinator.activities.data.others
            ]
        }


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
        self._key = (library.uuid, description.media_type)
        super().__init__(coordinator, description, library, context=self._key)

    @override
    async def async_added_to_hass(self) -> None:
        """Ask for the count if it was not expected that anybody wants to see it."""
        await super().async_added_to_hass()
        if self._key not in self.coordinator.data.counts:
            self.coordinator.async_want(self.library)

    @property
    @override
    def native_value(self) -> int | None:
        """Return the count, None while it is not known."""
        return self.coordinator.data.counts.get(self._key)


class LibrarySensor(LibraryEntity, SensorEntity):
    """A figure that comes with the library itself."""

    entity_description: LibrarySensorDescription

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure."""
        return self.entity_description.value_fn(self.library)


class HealthSensor(HealthEntity, SensorEntity):
    """A figure about the talk with the server."""

    entity_description: HealthSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the figure."""
        return self.entity_description.value_fn(self.coordinator.data)
