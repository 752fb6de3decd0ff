"""Count the seconds that streams play: pauses and outages do not count."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlayMethod, Session
from ..coordinator.sessions import SessionsCoordinator

_MAX_UNCONFIRMED_SECONDS: Final = 45.0
"""Apps report a playing stream about every 10 s. What is not confirmed for longer may have
ended without a report, and is not counted."""
_PLAYING: Final = "playing"

type WatchKey = tuple[str, str]
"""What is counted: ("server", ""), ("method", a play method) or ("user", an account id)."""

SERVER: Final[WatchKey] = ("server", "")


def method_key(method: PlayMethod) -> WatchKey:
    """Return the key of the streams of one play method."""
    return ("method", method.value)


def user_key(account_id: str) -> WatchKey:
    """Return the key of the streams of one user."""
    return ("user", account_id)


class WatchTimeCounter:
    """Counts for all watch time sensors of one server.

    A stream counts from one change or report of it to the next one.
    """

    def __init__(self, sessions: SessionsCoordinator, clock: Clock) -> None:
        """Initialize without seconds."""
        self._sessions = sessions
        self._clock = clock
        self._current: dict[str, Session] = {}
        # Computed once for each change of a stream, not for each report of its position.
        self._keys: dict[str, tuple[WatchKey, ...]] = {}
        self._confirmed_at: dict[str, float] = {}
        self._seconds: dict[WatchKey, float] = {}
        self._counted: frozenset[WatchKey] = frozenset()
        self._listeners: dict[WatchKey, Callable[[], None]] = {}

    @callback
    def async_start(self) -> None:
        """Follow the sessions until the entry is unloaded."""
        entry = self._sessions.config_entry
        entry.async_on_unload(self._sessions.async_add_listener(self._async_sessions_changed))
        entry.async_on_unload(
            self._sessions.async_add_position_listener(self._async_position_reported)
        )
        entry.async_on_unload(self._sessions.health.async_add_listener(self._async_health_changed))
        self._async_sessions_changed()

    @callback
    def async_on_idle(self, key: WatchKey, on_idle: Callable[[], None]) -> Callable[[], None]:
        """Call back when the last stream that a sensor counts has ended."""
        self._listeners[key] = on_idle

        def remove() -> None:
            """Remove the listener."""
            self._listeners.pop(key, None)

        return remove

    def seconds(self, key: WatchKey) -> float:
        """Return the seconds since the start, those of streams that still play included."""
        now = self._clock.monotonic()
        return self._seconds.get(key, 0.0) + sum(
            _counted_seconds(confirmed_at, now)
            for stream_key, confirmed_at in self._confirmed_at.items()
            if key in self._keys[stream_key]
        )

    @callback
    def _async_position_reported(self, session: Session) -> None:
        """Count what a stream has played since its last confirmation."""
        key = session.stream_key
        if key in self._current and session.player.state == _PLAYING:
            now = self._clock.monotonic()
            self._count(key, now, is_confirmed=True)
            self._confirmed_at[key] = now

    @callback
    def _async_health_changed(self) -> None:
        """End the counting of all streams when the server is lost."""
        if self._current and not self._sessions.health.data.connected:
            self._async_sessions_changed()

    @callback
    def _async_sessions_changed(self) -> None:
        """Count what has played since the last confirmation of each stream.

        Most calls change one stream of many: all others are compared by identity only.
        """
        sessions, now = self._sessions, self._clock.monotonic()
        is_known = sessions.is_available and sessions.health.data.connected
        before = self._current
        current = {session.stream_key: session for session in sessions.data} if is_known else {}
        is_regrouped = False
        for stream_key in before.keys() - current.keys():
            # During an outage it is unknown how long a stream has played on.
            self._count(stream_key, now, is_confirmed=is_known)
            del self._keys[stream_key]
            is_regrouped = True
        for stream_key, session in current.items():
            previous = before.get(stream_key)
            if previous is session:
                continue
            if previous is not None:
                self._count(stream_key, now, is_confirmed=True)
            if session.player.state == _PLAYING:
                self._confirmed_at[stream_key] = now
            keys = _keys(session)
            if keys != self._keys.get(stream_key):
                self._keys[stream_key] = keys
                is_regrouped = True
        self._current = current
        if is_regrouped:
            self._notify_idle()

    def _count(self, stream_key: str, now: float, *, is_confirmed: bool) -> None:
        """Count the seconds of a stream since its last confirmation, if it played."""
        confirmed_at = self._confirmed_at.pop(stream_key, None)
        if confirmed_at is None or not is_confirmed:
            return
        seconds = _counted_seconds(confirmed_at, now)
        for key in self._keys[stream_key]:
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def _notify_idle(self) -> None:
        """Call back what counted a stream before and counts none now; a paused one counts."""
        before = self._counted
        self._counted = frozenset(key for keys in self._keys.values() for key in keys)
        for key in before - self._counted:
            if (on_idle := self._listeners.get(key)) is not None:
                on_idle()


def _counted_seconds(confirmed_at: float, now: float) -> float:
    """Return the seconds since the last confirmation of a stream, as far as they count."""
    return min(max(0.0, now - confirmed_at), _MAX_UNCONFIRMED_SECONDS)


def _keys(session: Session) -> tuple[WatchKey, ...]:
    """Return what counts a stream; nothing counts trailers and other extras."""
    if session.item.is_extra:
        return ()
    keys = [SERVER]
    if session.method is not None:
        keys.append(method_key(session.method))
    if session.user is not None:
        keys.append(user_key(session.user.id))
    return tuple(keys)
