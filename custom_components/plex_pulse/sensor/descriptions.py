"""The description of a sensor whose state is computed from one object."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.components.sensor import SensorEntityDescription


@dataclass(frozen=True, kw_only=True)
class ValueSensorDescription[SourceT, ValueT](SensorEntityDescription):
    """Describe a sensor by a function; one class for all, as each costs time at start-up."""

    value_fn: Callable[[SourceT], ValueT]
