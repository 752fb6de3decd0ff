"""Sensors of the watch time: of the server, by play method, and of each followed user."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Self, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, UnitOfTime
from homeassistant.core import Event, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from ..api import PlayMethod
from ..coordinator.sessions import SessionsCoordinator
from ..devices import user_identifier
from ..entity import PlexPulseEntity
from ..history.watch_time import SERVER, WatchKey, WatchTimeCounter, method_key, user_key
from ..options import followed_users
from ..runtime_data import PlexPulseRuntime
from ..shared_state import async_get_shared

_WRITE_MINUTE: Final = 59
_WRITE_SECOND: Final = 45
"""Before the last statistics of an hour are computed from the states in it."""


def _describe(key: str) -> SensorEntityDescription:
    """Describe a watch time sensor."""
    return SensorEntityDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=1,
        state_class=SensorStateClass.TOTAL_INCREASING,
    )


WATCH_TIME: Final = _describe("watch_time")
WATCH_TIME_BY_METHOD: Final = tuple(
    _describe(f"watch_time_{method.value}") for method in PlayMethod
)


def watch_time_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield the sensors, none if the token cannot read sessions."""
    sessions = runtime.sessions
    if not sessions.can_read_sessions:
        return
    counter = WatchTimeCounter(sessions, async_get_shared(sessions.hass).rate_limiters.clock)
    counter.async_start()
    server = runtime.machine_identifier
    yield WatchTimeSensor(sessions, WATCH_TIME, server, counter, SERVER)
    for method, description in zip(PlayMethod, WATCH_TIME_BY_METHOD, strict=True):
        yield WatchTimeSensor(sessions, description, server, counter, method_key(method))
    for account_id in followed_users(sessions.config_entry.options):
        device = user_identifier(server, account_id)
        yield WatchTimeSensor(sessions, WATCH_TIME, device, counter, user_key(account_id))


class WatchTimeData(ExtraStoredData):
    """What is restored: all seconds, also those that the state does not show yet."""

    def __init__(self, seconds: float) -> None:
        """Store the seconds."""
        self.seconds = seconds

    @override
    def as_dict(self) -> dict[str, float]:
        """Return the data as JSON."""
        return {"seconds": self.seconds}

    @classmethod
    def from_dict(cls, stored: dict[str, object]) -> Self | None:
        """Return the data of its JSON, None if there is none."""
        seconds = stored.get("seconds")
        if isinstance(seconds, int | float) and seconds >= 0:
            return cls(float(seconds))
        return None


class WatchTimeSensor(PlexPulseEntity[SessionsCoordinator], RestoreEntity, SensorEntity):
    """Seconds that streams have played since the sensor was added.

    The state is written shortly before each hour ends, when the last stream that it counts
    ends, and at shutdown; statistics need no more, and each write is a row of the database.
    """

    def __init__(
        self,
        coordinator: SessionsCoordinator,
        description: SensorEntityDescription,
        device_identifier: str,
        counter: WatchTimeCounter,
        key: WatchKey,
    ) -> None:
        """Initialize with what the counter counts under a key."""
        super().__init__(coordinator, description, device_identifier)
        self._counter = counter
        self._key = key
        self._restored = 0.0
        self._written = 0

    @property
    @override
    def available(self) -> bool:
        """Return True: what was counted stays known during an outage."""
        return True

    @property
    @override
    def extra_restore_state_data(self) -> WatchTimeData:
        """Return the seconds up to now."""
        return WatchTimeData(self._seconds)

    @property
    def _seconds(self) -> float:
        """Return the seconds up to now."""
        return self._restored + self._counter.seconds(self._key)

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the seconds, and write the state at the times when it is written."""
        if (stored := await self.async_get_last_extra_data()) is not None:
            restored = WatchTimeData.from_dict(stored.as_dict())
            self._restored = restored.seconds if restored is not None else 0.0
        # What was counted before this entity was added.
        self._attr_native_value = self._written = int(self._seconds)
        await super().async_added_to_hass()
        self.async_on_remove(self._counter.async_on_idle(self._key, self._async_write))
        self.async_on_remove(
            async_track_utc_time_change(
                self.hass, self._async_hour_ends, minute=_WRITE_MINUTE, second=_WRITE_SECOND
            )
        )
        self.async_on_remove(
            self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_shut_down)
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write nothing: the sessions change with every position."""

    @callback
    def _async_hour_ends(self, _now: datetime) -> None:
        """Write the state for the statistics of the hour."""
        self._async_write()

    @callback
    def _async_shut_down(self, _event: Event) -> None:
        """Write the state for the statistics of the current hour."""
        self._async_write()

    @callback
    def _async_write(self) -> None:
        """Write the state if a second or more was counted.

        It never decreases, as statistics would take that for a new beginning: seconds that
        were not confirmed before the server was lost are no longer counted.
        """
        if (seconds := int(self._seconds)) > self._written:
            self._attr_native_value = self._written = seconds
            self.async_write_ha_state()
