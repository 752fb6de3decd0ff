"""Sensors of the connection health: status, rate limit, poll interval, requests."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
)
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.helpers.typing import StateType

from ..api import PlexErrorKind
from ..coordinator.health import STATUS_OK, ApiHealth
from ..entity import HealthEntity
from ..runtime_data import PlexPulseRuntime
from .descriptions import ValueSensorDescription

type HealthSensorDescription = ValueSensorDescription[ApiHealth, StateType | datetime]


def _rate_limited_until(health: ApiHealth) -> datetime | None:
    """Return when the rate limit of the host ends, in whole seconds."""
    until = health.statistics.blocked_until
    return None if until is None else datetime.fromtimestamp(int(until), UTC)


def _counter(key: str, value_fn: Callable[[ApiHealth], int]) -> HealthSensorDescription:
    """Describe a counter, which is reset when the entry is reloaded."""
    return ValueSensorDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=value_fn,
    )


HEALTH_SENSORS: Final[tuple[HealthSensorDescription, ...]] = (
    ValueSensorDescription(
        key="api_status",
        translation_key="api_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[STATUS_OK, *PlexErrorKind],
        value_fn=lambda health: health.status,
    ),
    ValueSensorDescription(
        key="rate_limited_until",
        translation_key="rate_limited_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_rate_limited_until,
    ),
    ValueSensorDescription(
        key="poll_interval",
        translation_key="poll_interval",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value_fn=lambda health: (
            health.poll_interval.total_seconds() if health.poll_interval else None
        ),
    ),
    ValueSensorDescription(
        key="api_latency",
        translation_key="api_latency",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_display_precision=0,
        value_fn=lambda health: health.statistics.average_latency,
    ),
    _counter("api_requests", lambda health: health.statistics.requests),
    _counter("api_retries", lambda health: health.statistics.retries),
    _counter("api_failures", lambda health: health.statistics.failed),
)


def health_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensors, which are available during an outage, too."""
    for description in HEALTH_SENSORS:
        yield HealthSensor(runtime.health, description, runtime.machine_identifier)


class HealthSensor(HealthEntity, SensorEntity):
    """A sensor of the connection health."""

    entity_description: HealthSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value that the description selects."""
        return self.entity_description.value_fn(self.coordinator.data)
