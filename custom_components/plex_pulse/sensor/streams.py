"""Sensors of all streams of a server: counts by kind, viewers, bandwidth."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfDataRate

from ..api import PlayMethod, Session
from ..coordinator.sessions import SessionsCoordinator
from ..entity import ServerDataEntity
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import StreamAttributesCache, total_bandwidth
from ..streams.selection import without_extras


@dataclass(frozen=True, kw_only=True)
class StreamsSensorDescription(SensorEntityDescription):
    """Describe a sensor that is computed from all streams.

    includes_extras: whether trailers, prerolls and other extras count as well.
    """

    value_fn: Callable[[tuple[Session, ...]], int]
    includes_extras: bool = False


def _count_method(method: PlayMethod) -> Callable[[tuple[Session, ...]], int]:
    """Return a function that counts the streams of one play method."""
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
        includes_extras=True,
    )


ACTIVE_STREAMS: Final = StreamsSensorDescription(
    key="active_streams",
    translation_key="active_streams",
    state_class=SensorStateClass.MEASUREMENT,
    value_fn=len,
)
STREAMS_SENSORS: Final = (
    StreamsSensorDescription(
        key="direct_plays",
        translation_key="direct_plays",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count_method(PlayMethod.DIRECT_PLAY),
    ),
    StreamsSensorDescription(
        key="direct_streams",
        translation_key="direct_streams",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count_method(PlayMethod.DIRECT_STREAM),
    ),
    StreamsSensorDescription(
        key="transcodes",
        translation_key="transcodes",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count_method(PlayMethod.TRANSCODE),
    ),
    StreamsSensorDescription(
        key="hardware_transcodes",
        translation_key="hardware_transcodes",
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda sessions: sum(session.uses_hardware is True for session in sessions),
    ),
    StreamsSensorDescription(
        key="paused_streams",
        translation_key="paused_streams",
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda sessions: sum(session.player.state == "paused" for session in sessions),
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
        sessions = self.coordinator.data
        if not self.entity_description.includes_extras:
            sessions = without_extras(sessions)
        return self.entity_description.value_fn(sessions)


class ActiveStreamsSensor(StreamsSensor):
    """The number of streams, with the details of each as attributes."""

    # Not recorded: it changes with every poll during playback, and is large.
    _unrecorded_attributes = frozenset({"streams"})

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: StreamsSensorDescription,
        device_identifier: str,
    ) -> None:
        """Initialize an empty attribute cache."""
        super().__init__(coordinator, description, device_identifier)
        self._attributes_cache = StreamAttributesCache(coordinator.machine_identifier)

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
