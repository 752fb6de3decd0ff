"""Sensor of each followed user: what they play."""

from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription

from ..coordinator.sessions import SessionsCoordinator
from ..devices import user_identifier
from ..entity import ServerDataEntity
from ..options import followed_users
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import StreamAttributesCache, truncate_attributes, truncate_state
from ..streams.selection import primary_session, sessions_of
from ..streams.titles import stream_title

_IDLE: Final = "idle"

NOW_PLAYING: Final = SensorEntityDescription(key="now_playing", translation_key="now_playing")


def user_sensors(runtime: PlexPulseRuntime) -> Iterator[SensorEntity]:
    """Yield one sensor for each followed user, none if the token cannot read sessions."""
    sessions = runtime.sessions
    if sessions.can_read_sessions:
        for account_id in followed_users(sessions.config_entry.options):
            yield NowPlayingSensor(sessions, account_id)


class NowPlayingSensor(ServerDataEntity[SessionsCoordinator], SensorEntity):
    """The title of a user's primary session, "idle" without one."""

    # Not recorded: of no use in the history, or different in each state.
    _unrecorded_attributes = frozenset(
        {"bandwidth", "ends_at", "position", "position_updated_at", "speed", "throttled"}
    )

    def __init__(self, coordinator: SessionsCoordinator, account_id: str) -> None:
        """Initialize for one followed user."""
        device_identifier = user_identifier(coordinator.machine_identifier, account_id)
        super().__init__(coordinator, NOW_PLAYING, device_identifier)
        self._account_id = account_id
        self._attributes_cache = StreamAttributesCache(
            coordinator.player_salt, coordinator.progress
        )

    @property
    @override
    def native_value(self) -> str | None:
        """Return what is played, cut to the length of a state; None if it has no name."""
        session = primary_session(sessions_of(self.coordinator.data, self._account_id))
        return truncate_state(stream_title(session)) if session is not None else _IDLE

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, str | int | float | bool | None]:
        """Return the details of the primary session, and the number of streams of the user."""
        sessions = sessions_of(self.coordinator.data, self._account_id)
        session = primary_session(sessions)
        shown = self._attributes_cache.get((session,) if session is not None else ())
        recorded = truncate_attributes(shown[0]) if shown else {}
        return {**recorded, "streams": len(sessions)}
