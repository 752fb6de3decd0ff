"""The description of a sensor whose state is computed from one object."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.components.sensor import SensorEntityDescription


# The base has `__eq__` and `__repr__`; to compile them again takes most of the time of the class.
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ValueSensorDescription[SourceT, ValueT](SensorEntityDescription):
    """Describe a sensor by a function; one class for all, as each costs time at start-up."""

    value_fn: Callable[[SourceT], ValueT]
