"""Streams over a restart of Home Assistant or an outage: what ended, what was watched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
import logging
from typing import Final

from homeassistant.core import callback

from ..api import HistoryEntry, PlexApiError, Session
from ..coordinator.base import CoordinatorContext
from ..coordinator.session_matching import match_sessions
from ..shared_state import async_get_shared
from ..stored_state import PLAYBACKS, StoredState
from .attributes import display_name
from .events import (
    Playback,
    PlaybackEvent,
    PlaybackEventKind,
    PlaybackKey,
    Playbacks,
    playback_key,
)
from .position import continued_distance
from .stored import from_json, to_json

_LOGGER = logging.getLogger(__name__)

_HISTORY_ENTRIES: Final = 100
_MAX_STORED: Final = 100
_CLOCK_DIFFERENCE_SECONDS: Final = 60
_MIN_PLAYED: Final = 0.4
"""Share of an item that must have been played: 90 % less a half that was skipped."""
_ATTEMPTS: Final = 3
_RETRY_DELAY_SECONDS: Final = 60.0


class MissedPlaybacks:
    """Keeps the active streams over a restart, and reads what was watched in an absence.

    A stream that ended while Home Assistant was down, or had no connection, has no last
    position; whether it was watched to its end is known from the history of the server.
    """

    def __init__(self, context: CoordinatorContext, stored: StoredState) -> None:
        """Restore the streams of the last run."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._health = context.health
        self._stored = stored
        self._clock = async_get_shared(context.hass).rate_limiters.clock
        self._listeners: list[Callable[[], None]] = []
        self._watched: list[PlaybackEvent] = []
        self.restored, self._stored_at = _load(stored)
        """The streams of the last run, None if there was none."""
        self._stored_states: Mapping[PlaybackKey, tuple[bool, bool | None, int]] | None = None
        self._away_since: float | None = None
        context.entry.async_on_unload(self._health.async_add_listener(self._async_health_changed))

    @callback
    def async_start(self) -> None:
        """Forget the stored streams if no entity reports them: they would become stale."""
        if not self._listeners:
            self._stored.async_set(PLAYBACKS, None)

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener when there is something to pop; returns what unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _async_health_changed(self) -> None:
        """Record when an outage begins."""
        if not self._health.data.connected and self._away_since is None:
            self._away_since = self._clock.time()

    @callback
    def async_align(self, restored: Playbacks, sessions: Sequence[Session]) -> Playbacks:
        """Return the restored streams under the keys that they have in this run.

        The server may have restarted meanwhile, which numbers all sessions again.
        """
        now = self._clock.time()
        streams = {found.session.stream_key: key for key, found in restored.items()}
        matched = match_sessions(
            sessions,
            (found.session for found in restored.values()),
            {found.session.session_key: found.session.stream_key for found in restored.values()},
            lambda old, new: continued_distance(
                old, new, now - self._stored_at.get(streams[old.stream_key], now)
            ),
        )
        keys: dict[PlaybackKey, PlaybackKey] = {}
        for session in sessions:
            key = streams.get(matched.stream_keys[session.session_key])
            if key is not None and restored[key].session.item.rating_key == session.item.rating_key:
                keys[key] = playback_key(session)
        for key in restored:
            # One that has ended must not be taken for another one that has its key now.
            keys.setdefault(key, (*key, "ended"))
        self._stored_at = {keys[key]: at for key, at in self._stored_at.items()}
        return {keys[key]: found for key, found in restored.items()}

    @callback
    def async_follow(self, before: Playbacks, after: Playbacks) -> None:
        """Keep the current streams; after an absence check which of the ended were watched."""
        away_since, self._away_since = self._away_since, None
        stored_at, self._stored_at = self._stored_at, {}
        ended = [
            (playback.session, at)
            for key, playback in before.items()
            if (at := stored_at.get(key, away_since)) is not None
            and key not in after
            and not playback.is_watched
        ]
        if ended:
            self._entry.async_create_background_task(
                self._hass, self._async_check(ended), f"{self._entry.title} missed playback"
            )
        self._store(after)

    def pop_watched(self) -> list[PlaybackEvent]:
        """Return the events of streams that were watched during an absence."""
        watched, self._watched = self._watched, []
        return watched

    def _store(self, playbacks: Playbacks) -> None:
        """Store the streams if an event has changed them; not with every position."""
        states = {
            key: (found.is_paused, found.is_watched, found.repeats)
            for key, found in playbacks.items()
        }
        if states == self._stored_states:
            return
        self._stored_states = states
        stored = list(playbacks.items())[:_MAX_STORED]
        # Converting many streams takes some milliseconds, which each event would take.
        self._stored.async_set(PLAYBACKS, partial(_as_json, stored, self._clock.time()))

    async def _async_check(self, ended: list[tuple[Session, float]]) -> None:
        """Report the ended streams that the history has as watched.

        `ended` has the sessions as they were last known, and when that was in Unix seconds.
        """
        since = int(min(at for _, at in ended)) - _CLOCK_DIFFERENCE_SECONDS
        entries = await self._async_history(max(0, since))
        self._watched += (
            PlaybackEvent(kind=PlaybackEventKind.WATCHED, session=session)
            for session, at in ended
            if any(_has_watched(entry, session, at) for entry in entries)
        )
        if self._watched:
            for listener in tuple(self._listeners):
                listener()

    async def _async_history(self, since: int) -> tuple[HistoryEntry, ...]:
        """Return the plays since a time in Unix seconds; none if they cannot be read."""
        for _ in range(_ATTEMPTS):
            try:
                page = await self._client.get_history(start=0, size=_HISTORY_ENTRIES, since=since)
            except PlexApiError as err:
                _LOGGER.debug("%s: the history could not be read: %s", self._entry.title, err)
                if not err.is_transient:
                    break
                await self._clock.sleep(err.retry_after or _RETRY_DELAY_SECONDS)
            else:
                return page.entries
        return ()


def _has_watched(entry: HistoryEntry, session: Session, at: float) -> bool:
    """Return whether an entry of the history says that a stream was watched to its end.

    Some servers list plays that were broken off, too. So the viewer must have been able to
    reach the end from the position at the time `at`, though by skipping half of the item.
    """
    is_same = (
        session.user is not None
        and entry.account_id == session.user.id
        and session.item.rating_key is not None
        and entry.item.rating_key == session.item.rating_key
    )
    if not is_same or entry.viewed_at is None or session.duration is None:
        return False
    played = 1000 * max(0.0, entry.viewed_at.timestamp() - at)
    return (session.view_offset or 0) + played >= _MIN_PLAYED * session.duration


def _as_json(playbacks: list[tuple[PlaybackKey, Playback]], at: float) -> list[object]:
    """Return streams for a file, as they were at a time in Unix seconds."""
    return [
        {"key": to_json(key), "at": at, "playback": to_json(_for_storage(playback))}
        for key, playback in playbacks
    ]


def _for_storage(playback: Playback) -> Playback:
    """Return a stream without its summary, and without the domain of an e-mail address."""
    session = playback.session
    user = session.user
    if user is not None:
        user = replace(user, name=display_name(user.name))
    item = replace(session.item, summary=None)
    return replace(playback, session=replace(session, item=item, user=user))


def _load(
    stored: StoredState,
) -> tuple[Mapping[PlaybackKey, Playback] | None, dict[PlaybackKey, float]]:
    """Return the stored streams, without those that cannot be restored, and their times.

    None if streams were never stored.
    """
    loaded = stored.get(PLAYBACKS)
    playbacks: dict[PlaybackKey, Playback] = {}
    times: dict[PlaybackKey, float] = {}
    if not isinstance(loaded, list):
        return None, times
    for found in loaded:
        match found:
            case {"key": list() as parts, "at": int() | float() as at, "playback": data}:
                key: PlaybackKey = tuple(None if part is None else str(part) for part in parts)
                try:
                    playbacks[key] = from_json(Playback, data)
                except ValueError:
                    continue
                times[key] = at
    return playbacks, times
