"""Track the state of one server: since when it lasts, and what was played last.

A single read of the sessions does not say when a stream started or paused. The tracker
compares each read with the one before, whether or not a card is shown.
"""

from collections.abc import Callable
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..api import Record, Session
from ..const import SESSIONS_INTERVAL
from ..runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from ..streams.position import StreamPosition, next_position

_MAX_DRIFT_SECONDS: Final = 3.0
"""A position that differs by more than this from the computed one is sent again."""
_PLAYING: Final = "playing"


class TrackedStream(Record):
    """A session, with times in Unix seconds; state_since is None if it began unobserved."""

    session: Session
    started_at: float
    state_since: float | None
    position: StreamPosition | None


class LastPlayed(Record):
    """The session that ended last, and when."""

    session: Session
    at: float


class ServerTracker:
    """Tracks one entry over reloads; a client of the streams feed."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        """Call `on_change` after every read of the sessions and change of the health."""
        self._on_change = on_change
        self._has_read = False
        self._sessions: tuple[Session, ...] = ()
        self.streams: dict[str, TrackedStream] = {}
        """By stream key."""
        self.last_played: LastPlayed | None = None
        self.history: dict[str, object] | None = None
        """What was played last according to the server's history, once it was read."""
        self.is_history_read = False
        self.last_seen: float | None = None
        self.unavailable_since: float | None = None
        self.next_try: float | None = None
        self.setup_failure_key: str | None = None
        """Translation key of why the last set-up failed, which a retry clears in the entry."""

    @callback
    def async_attach(self, entry: PlexPulseConfigEntry) -> None:
        """Follow the coordinators of an entry until it is unloaded."""
        runtime = entry.runtime_data

        @callback
        def sessions_changed() -> None:
            """Track the sessions that were read or pushed."""
            self._track(runtime)
            self._on_change()

        @callback
        def health_changed() -> None:
            """Track when the server was seen last."""
            self._track_health(runtime)
            self._on_change()

        @callback
        def position_reported(session: Session) -> None:
            """Track a position; it is sent only if a browser cannot compute it."""
            if self._track_position(runtime, session):
                self._on_change()

        entry.async_on_unload(runtime.sessions.async_add_listener(sessions_changed))
        entry.async_on_unload(runtime.sessions.async_add_position_listener(position_reported))
        entry.async_on_unload(runtime.health.async_add_listener(health_changed))
        entry.async_on_unload(self._on_change)
        self._track_health(runtime)
        self._track(runtime)
        self._on_change()

    @callback
    def async_note_available(self, *, is_available: bool) -> None:
        """Record since when the server is unavailable."""
        if is_available:
            self.unavailable_since = self.next_try = self.setup_failure_key = None
        elif self.unavailable_since is None:
            self.unavailable_since = _now()

    def _track_health(self, runtime: PlexPulseRuntime) -> None:
        """Record when the server answered last, and when it is tried next."""
        is_available = runtime.health.data.connected and runtime.sessions.is_available
        self.async_note_available(is_available=is_available)
        if is_available:
            self.last_seen = _now()
        elif (interval := runtime.sessions.update_interval) is not None:
            self.next_try = _now() + interval.total_seconds()

    def _track(self, runtime: PlexPulseRuntime) -> None:
        """Compare the sessions with the ones before."""
        if not (runtime.sessions.is_available and runtime.health.data.connected):
            return
        now = _now()
        self.last_seen = now
        max_lag_seconds = _max_lag_seconds(runtime)
        current = runtime.sessions.progress.current
        is_first, self._has_read = not self._has_read, True
        before, self._sessions = self._sessions, runtime.sessions.data
        for session in _changed(before, self._sessions):
            self.streams[session.stream_key] = _next(
                self.streams.get(session.stream_key),
                current(session),
                now,
                max_lag_seconds,
                is_first=is_first,
            )
        if len(self.streams) != len(self._sessions):
            keys = {session.stream_key for session in self._sessions}
            for key in [key for key in self.streams if key not in keys]:
                self.last_played = LastPlayed(session=self.streams.pop(key).session, at=now)

    def _track_position(self, runtime: PlexPulseRuntime, session: Session) -> bool:
        """Track a session of which only the position was reported.

        Returns whether the position is not the computed one.
        """
        before = self.streams.get(session.stream_key)
        if before is None:
            return False
        now = self.last_seen = _now()
        after = _next(before, session, now, _max_lag_seconds(runtime), is_first=False)
        self.streams[session.stream_key] = after
        return _place(after.position) != _place(before.position)


def _place(position: StreamPosition | None) -> tuple[float, float] | None:
    """Return the position and its time, from which a browser computes the current one."""
    return None if position is None else (position.position, position.updated_at)


def _max_lag_seconds(runtime: PlexPulseRuntime) -> float | None:
    """Return how far a position may be behind; None for as far as it may be ahead.

    A poll returns what the player has reported up to one interval before.
    """
    return None if runtime.health.data.push else SESSIONS_INTERVAL.total_seconds()


def _changed(before: tuple[Session, ...], after: tuple[Session, ...]) -> list[Session]:
    """Return the sessions that may have changed; mostly one is replaced in its place."""
    if len(before) != len(after):
        return list(after)
    return [new for old, new in zip(before, after, strict=True) if old is not new]


def _next(
    before: TrackedStream | None,
    session: Session,
    now: float,
    max_lag_seconds: float | None,
    *,
    is_first: bool,
) -> TrackedStream:
    """Return a session with its times; a new item in the same session starts again.

    is_first: the session may have begun before it was observed.
    """
    if before is not None and before.session.item.rating_key != session.item.rating_key:
        before, is_first = None, False
    if before is None:
        started_at, state_since = now, None if is_first else now
    elif before.session.player.state == session.player.state:
        started_at, state_since = before.started_at, before.state_since
    else:
        started_at, state_since = before.started_at, now
    return TrackedStream(
        session=session,
        started_at=started_at,
        state_since=state_since,
        position=next_position(
            before.position if before is not None else None,
            view_offset=session.view_offset,
            is_moving=session.player.state == _PLAYING,
            now=now,
            max_drift_seconds=_MAX_DRIFT_SECONDS,
            max_lag_seconds=max_lag_seconds,
        ),
    )


def _now() -> float:
    """Return Unix seconds."""
    return dt_util.utcnow().timestamp()
