"""What has happened between two looks at what plays."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..api import Session

_PAUSED: Final = "paused"
_BUFFERING: Final = "buffering"


class PlaybackEventKind(StrEnum):
    """What can happen to a stream."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    WATCHED = "watched"
    """90 % of it has been seen: what Plex itself takes for watched unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEvent:
    """Something that happened to a session, which is as it was read last."""

    kind: PlaybackEventKind
    session: Session


type PlaybackKey = tuple[str, str | None, str]
"""Session key, item and viewer: session keys start again when the server does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """A session, with what one look at it does not tell.

    is_paused: while it buffers, what it was before; a seek is neither pause nor resume.
    is_watched: None until its place is known; stays True whatever is seen again.
    """

    session: Session
    is_paused: bool
    is_watched: bool | None


type Playbacks = Mapping[PlaybackKey, Playback]


def track(sessions: Iterable[Session], before: Playbacks) -> Playbacks:
    """Return what is known of the sessions now, by what was known before."""
    return {key: _next_state(session, before.get(key)) for key, session in _keyed(sessions)}


def playback_events(before: Playbacks, after: Playbacks) -> Iterator[PlaybackEvent]:
    """Yield what has happened: stops first, then starts, then what goes on differently."""
    for key, playback in before.items():
        if key not in after:
            yield PlaybackEvent(kind=PlaybackEventKind.STOPPED, session=playback.session)
    for key, playback in after.items():
        if key not in before:
            yield PlaybackEvent(kind=PlaybackEventKind.STARTED, session=playback.session)
    for key, playback in after.items():
        if (known := before.get(key)) is None:
            continue
        if playback.is_paused is not known.is_paused:
            kind = PlaybackEventKind.PAUSED if playback.is_paused else PlaybackEventKind.RESUMED
            yield PlaybackEvent(kind=kind, session=playback.session)
        if playback.is_watched and known.is_watched is False:
            yield PlaybackEvent(kind=PlaybackEventKind.WATCHED, session=playback.session)


def _keyed(sessions: Iterable[Session]) -> Iterator[tuple[PlaybackKey, Session]]:
    """Yield the sessions with what makes each the same as before."""
    for session in sessions:
        yield (session.session_key, session.item.rating_key, session.viewer), session


def _next_state(session: Session, known: Playback | None) -> Playback:
    """Return a session together with what was known of it."""
    state = session.player.state
    is_paused, is_watched = state == _PAUSED, None
    if known is not None:
        is_paused = known.is_paused if state == _BUFFERING else is_paused
        is_watched = known.is_watched
    if not is_watched and session.duration is not None and session.view_offset is not None:
        is_watched = 10 * session.view_offset >= 9 * session.duration
    return Playback(session=session, is_paused=is_paused, is_watched=is_watched)
