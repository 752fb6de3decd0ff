"""Derive playback events by comparing two snapshots of the sessions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..api import Session

_PAUSED: Final = "paused"
_BUFFERING: Final = "buffering"


class PlaybackEventKind(StrEnum):
    """Types of playback events."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    WATCHED = "watched"
    """90 % of it has been played: the default of Plex for marking an item as watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEvent:
    """An event, with the session as last read."""

    kind: PlaybackEventKind
    session: Session


type PlaybackKey = tuple[str, str | None, str]
"""Session key, item and viewer: a server starts again at session key 1 when it restarts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """A session with state that a single snapshot does not contain.

    is_paused: unchanged while the session buffers, so a seek is neither pause nor resume.
    is_watched: None until the view offset is known; then it stays True, also after a seek back.
    """

    session: Session
    is_paused: bool
    is_watched: bool | None


type Playbacks = Mapping[PlaybackKey, Playback]


def track(sessions: Iterable[Session], before: Playbacks) -> Playbacks:
    """Return the snapshot of the current sessions; `before` is the previous one."""
    return {key: _next_state(session, before.get(key)) for key, session in _keyed(sessions)}


def playback_events(before: Playbacks, after: Playbacks) -> Iterator[PlaybackEvent]:
    """Yield the events between two snapshots: stopped, then started, then changed sessions."""
    for key, playback in before.items():
        if key not in after:
            yield PlaybackEvent(kind=PlaybackEventKind.STOPPED, session=playback.session)
    for key, playback in after.items():
        if key not in before:
            yield PlaybackEvent(kind=PlaybackEventKind.STARTED, session=playback.session)
    for key, playback in after.items():
        if (previous := before.get(key)) is None:
            continue
        if playback.is_paused is not previous.is_paused:
            kind = PlaybackEventKind.PAUSED if playback.is_paused else PlaybackEventKind.RESUMED
            yield PlaybackEvent(kind=kind, session=playback.session)
        if playback.is_watched and previous.is_watched is False:
            yield PlaybackEvent(kind=PlaybackEventKind.WATCHED, session=playback.session)


def _keyed(sessions: Iterable[Session]) -> Iterator[tuple[PlaybackKey, Session]]:
    """Yield each session with its key."""
    for session in sessions:
        yield (session.session_key, session.item.rating_key, session.viewer), session


def _next_state(session: Session, previous: Playback | None) -> Playback:
    """Return the state of a session, given its state in the previous snapshot."""
    state = session.player.state
    is_paused, is_watched = state == _PAUSED, None
    if previous is not None:
        is_paused = previous.is_paused if state == _BUFFERING else is_paused
        is_watched = previous.is_watched
    if not is_watched and session.duration is not None and session.view_offset is not None:
        is_watched = 10 * session.view_offset >= 9 * session.duration
    return Playback(session=session, is_paused=is_paused, is_watched=is_watched)
