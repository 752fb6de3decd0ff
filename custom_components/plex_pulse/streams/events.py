"""Derive playback events by comparing two snapshots of the sessions."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from ..api import Record, Session
from .selection import without_extras

_PAUSED: Final = "paused"
_BUFFERING: Final = "buffering"
_TRACK: Final = "track"
_MAX_REPORT_MILLISECONDS: Final = 15_000
"""How old a position may be: apps report every ten seconds or so."""


class PlaybackEventKind(StrEnum):
    """Types of playback events."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    WATCHED = "watched"
    """90 % of it has been played: the default of Plex for marking an item as watched."""


class PlaybackEvent(Record):
    """An event, with the session as last read."""

    kind: PlaybackEventKind
    session: Session


type PlaybackKey = tuple[str | None, ...]
"""Stream, item and viewer: a restart of the server renumbers the sessions and ends none."""


class Playback(Record):
    """A session with state that a single snapshot does not contain.

    is_paused: unchanged while the session buffers, so a seek is neither pause nor resume.
    is_watched: None until the view offset is known; then it stays True, also after a seek back.
    repeats: how often the item has started again from its end; each is a playback.
    """

    session: Session
    is_paused: bool
    is_watched: bool | None
    repeats: int = 0


type Playbacks = dict[PlaybackKey, Playback]


def playback_key(session: Session) -> PlaybackKey:
    """Return what identifies the playback of one item by one viewer in a stream."""
    return session.stream_key, session.item.rating_key, session.viewer


def track(sessions: Iterable[Session], before: Playbacks) -> Playbacks:
    """Return the snapshot of the current streams; `before` is the previous one."""
    return {
        (key := playback_key(session)): next_playback(session, before.get(key))
        for session in without_extras(sessions)
    }


def playback_events(before: Playbacks, after: Playbacks) -> Iterator[PlaybackEvent]:
    """Yield the events between two snapshots: stopped, then started, then changed sessions."""
    for key, playback in before.items():
        if key not in after:
            yield PlaybackEvent(kind=PlaybackEventKind.STOPPED, session=playback.session)
    for key, playback in after.items():
        if key not in before:
            yield PlaybackEvent(kind=PlaybackEventKind.STARTED, session=playback.session)
    for key, playback in after.items():
        if (previous := before.get(key)) is not None:
            yield from playback_changes(previous, playback)


def playback_changes(previous: Playback, playback: Playback) -> Iterator[PlaybackEvent]:
    """Yield the events of a session that is in both snapshots."""
    session = playback.session
    if playback.repeats != previous.repeats:
        # It has been played to its end, also if the last position was reported before 90 %.
        if previous.is_watched is False:
            yield PlaybackEvent(kind=PlaybackEventKind.WATCHED, session=previous.session)
        yield PlaybackEvent(kind=PlaybackEventKind.STOPPED, session=previous.session)
        yield PlaybackEvent(kind=PlaybackEventKind.STARTED, session=session)
        return
    if playback.is_paused is not previous.is_paused:
        kind = PlaybackEventKind.PAUSED if playback.is_paused else PlaybackEventKind.RESUMED
        yield PlaybackEvent(kind=kind, session=session)
    if playback.is_watched and previous.is_watched is False:
        yield PlaybackEvent(kind=PlaybackEventKind.WATCHED, session=session)


def next_playback(session: Session, previous: Playback | None) -> Playback:
    """Return the state of a session, given its state in the previous snapshot."""
    state = session.player.state
    is_paused, is_watched, repeats = state == _PAUSED, None, 0
    if previous is not None:
        is_paused = previous.is_paused if state == _BUFFERING else is_paused
        is_watched, repeats = previous.is_watched, previous.repeats
        if _is_repeat(previous, session):
            is_watched, repeats = None, repeats + 1
    if not is_watched and session.duration is not None and session.view_offset is not None:
        is_watched = 10 * session.view_offset >= 9 * session.duration
    return Playback(session=session, is_paused=is_paused, is_watched=is_watched, repeats=repeats)


def _is_repeat(previous: Playback, session: Session) -> bool:
    """Return whether an item has started again: its position went from the end to the start.

    The end is the last 15 seconds, of a track also the last tenth: credits of a movie may
    be longer, and to seek back from them is no second playback. A track may be shorter than
    the time between two reports.
    """
    before, offset, duration = previous.session.view_offset, session.view_offset, session.duration
    if before is None or offset is None or duration is None or offset >= before:
        return False
    choose = max if session.item.item_type == _TRACK else min
    margin = choose(_MAX_REPORT_MILLISECONDS, duration // 10)
    is_from_end = before >= duration - margin and 2 * before > duration
    return is_from_end and offset <= margin and 2 * offset < duration
