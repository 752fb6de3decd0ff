"""Sensors of all streams of a server: counts by kind, viewers, bandwidth."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import UnitOfDataRate

from ..api import PlayMethod, Session
from ..coordinator.sessions import SessionsCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import StreamAttributesCache, total_bandwidth
from ..streams.selection import without_extras
from .descriptions import ValueSensorDescription

type Sessions = tuple[Session, ...]
type StreamsSensorDescription = ValueSensorDescription[Sessions, int]


def _of_streams(value_fn: Callable[[Sessions], int]) -> Callable[[Sessions], int]:
    """Return a function of the streams: without trailers, prerolls and other extras."""
    return lambda sessions: value_fn(without_extras(sessions))


def _count_method(method: PlayMethod) -> Callable[[Sessions], int]:
    """Return a function that counts the streams of one play method."""
    return _count(lambda session: session.method is method)


def _count(is_counted: Callable[[Session], bool]) -> Callable[[Sessions], int]:
    """Return a function that counts the streams for which `is_counted` is true."""
    return _of_streams(lambda sessions: sum(map(is_counted, sessions)))


def _bandwidth(
    key: str, *, is_lan: bool | None, has_statistics: bool = True
) -> StreamsSensorDescription:
    """Describe the bandwidth of all streams and extras, or of those in or outside the LAN."""
    return ValueSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT if has_statistics else None,
        value_fn=lambda sessions: total_bandwidth(sessions, is_lan=is_lan),
    )


ACTIVE_STREAMS: Final[StreamsSensorDescription] = ValueSensorDescription(
    key="active_streams",
    translation_key="active_streams",
    state_class=SensorStateClass.MEASUREMENT,
    value_fn=_of_streams(len),
)
STREAMS_SENSORS: Final[tuple[StreamsSensorDescription, ...]] = (
    ValueSensorDescription(
        key="direct_plays",
        translation_key="direct_plays",
        value_fn=_count_method(PlayMethod.DIRECT_PLAY),
    ),
    ValueSensorDescription(
        key="direct_streams",
        translation_key="direct_streams",
        value_fn=_count_method(PlayMethod.DIRECT_STREAM),
    ),
    ValueSensorDescription(
        key="transcodes",
        translation_key="transcodes",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count_method(PlayMethod.TRANSCODE),
    ),
    ValueSensorDescription(
        key="hardware_transcodes",
        translation_key="hardware_transcodes",
        entity_registry_enabled_default=False,
        value_fn=_count(lambda session: session.uses_hardware is True),
    ),
    ValueSensorDescription(
        key="paused_streams",
        translation_key="paused_streams",
        entity_registry_enabled_default=False,
        value_fn=_count(lambda session: session.player.state == "paused"),
    ),
    ValueSensorDescription(
        key="viewers",
        translation_key="viewers",
        value_fn=_of_streams(lambda sessions: len({session.viewer for session in sessions})),
    ),
    _bandwidth("bandwidth", is_lan=None),
    _bandwidth("bandwidth_lan", is_lan=True, has_statistics=False),
    _bandwidth("bandwidth_wan", is_lan=False),
)


def streams_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensors, none if the token cannot read sessions."""
    if runtime.sessions.can_read_sessions:
        yield ActiveStreamsSensor(runtime.sessions, ACTIVE_STREAMS, runtime.machine_identifier)
        for description in STREAMS_SENSORS:
            yield StreamsSensor(runtime.sessions, description, runtime.machine_identifier)


class StreamsSensor(ServerDataEntity[SessionsCoordinator], SensorEntity):
    """A sensor that is computed from all sessions."""

    entity_description: StreamsSensorDescription

    @property
    @override
    def native_value(self) -> int:
        """Return the value that the description selects."""
        return self.entity_description.value_fn(self.coordinator.data)


class ActiveStreamsSensor(StreamsSensor):
    """The number of streams, with the details of each as attributes."""

    # Not recorded: it is large, and changes with every stream.
    _unrecorded_attributes = frozenset({"streams"})

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: StreamsSensorDescription,
        device_identifier: str,
    ) -> None:
        """Initialize an empty attribute cache."""
        super().__init__(coordinator, description, device_identifier)
        self._attributes_cache = StreamAttributesCache(
            coordinator.player_salt, coordinator.progress
        )

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the details of each stream, and the number of extras that play besides."""
        sessions = self.coordinator.data
        streams = without_extras(sessions)
        return {
            "streams": self._attributes_cache.get(streams),
            "extras": len(sessions) - len(streams),
        }
