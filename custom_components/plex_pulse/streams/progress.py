"""Values of a stream that change all the time: its position, and its transcode's progress.

Both are kept apart from the sessions, so that a report of them replaces no session, notifies
no entity and writes no state. A session is replaced when something else has changed in it,
or when its position cannot be computed from the earlier one any more.
"""

from collections.abc import Iterable
from dataclasses import replace
import math
from typing import Final

from ..api import MutableRecord, Record, Session, TranscodeSession
from .position import StreamPosition, continued_distance, next_position

_MAX_DRIFT_SECONDS: Final = 5.0
"""A position that differs by more than this from the computed one is renewed."""
_MAX_READ_LAG_SECONDS: Final = 15.0
"""The same for one that a read returns: the app reported it up to ten seconds before."""
_MIN_SEEK_SECONDS: Final = 15.0
"""A jump between two reports that is certainly a seek, and renews the position at once."""
_FIRST_DRIFT_GAP_SECONDS: Final = 60.0
_MAX_DRIFT_GAP_SECONDS: Final = 300.0
"""Limits of the time between two renewals of a position that drifts all the time.

An item that is played at another speed than 1, and an app that reports inexact positions,
would write a state every ten seconds.
"""


def has_position(session: Session) -> bool:
    """Return whether a session has a position; live TV and photos have none."""
    return not session.is_live and session.item.item_type != "photo"


def differs_in_progress_only(transcode: TranscodeSession | None, other: TranscodeSession) -> bool:
    """Return whether two states of a transcode are equal but for speed, progress and buffer."""
    return (
        transcode is not None
        and transcode.key == other.key
        and transcode.settings == other.settings
        and transcode.uses_hardware is other.uses_hardware
    )


class _Progress(MutableRecord):
    """The progress of one session; times in Unix seconds."""

    view_offset: int | None
    transcode: TranscodeSession | None
    position: StreamPosition | None
    reported_at: float
    drift_gap: float = 0.0
    """Minimum time after which a drift renews the position."""

    def report(
        self, view_offset: int | None, now: float, max_lag: float, *, is_moving: bool
    ) -> bool:
        """Store a reported position; return whether it differs from the computed one.

        None is a report without a position.
        """
        if view_offset is None:
            view_offset = self.view_offset
        self.view_offset = view_offset
        previous = self.position
        if previous is None or view_offset is None:
            self.reported_at = now
            return False
        is_allowed = is_moving is not previous.is_moving or self._is_renewal_allowed(
            previous, view_offset, now
        )
        position = next_position(
            previous,
            view_offset=view_offset,
            is_moving=is_moving,
            now=now,
            max_drift_seconds=_MAX_DRIFT_SECONDS if is_allowed else math.inf,
            max_lag_seconds=max_lag if is_allowed else math.inf,
        )
        if view_offset != previous.view_offset:
            self.reported_at = now
        self.position = position
        if position is None or (position.position, position.updated_at) == (
            previous.position,
            previous.updated_at,
        ):
            return False
        if is_moving is previous.is_moving:
            self._lengthen_gap(now - previous.updated_at)
        return True

    def position_at(self, now: float, *, is_moving: bool) -> int | None:
        """Return the milliseconds computed from the latest report; None if unknown."""
        if self.view_offset is None:
            return None
        base, since = self.view_offset / 1000, self.reported_at
        if self.position is not None and self.position.updated_at > since:
            # The state has changed since, in a report without a position.
            base, since = self.position.position, self.position.updated_at
        return round(1000 * (base + max(0.0, now - since))) if is_moving else round(1000 * base)

    def _is_renewal_allowed(self, previous: StreamPosition, view_offset: int, now: float) -> bool:
        """Return whether the report is that of a seek, or the last renewal was long ago."""
        if now - previous.updated_at >= self.drift_gap:
            return True
        elapsed = now - self.reported_at
        expected = previous.view_offset / 1000 + (elapsed if previous.is_moving else 0)
        return abs(view_offset / 1000 - expected) > max(_MIN_SEEK_SECONDS, elapsed)

    def _lengthen_gap(self, seconds: float) -> None:
        """Wait longer after each renewal that follows the last one as soon as it may."""
        gap = max(self.drift_gap, _FIRST_DRIFT_GAP_SECONDS)
        is_repeated = self.drift_gap > 0 and seconds < 2 * gap
        self.drift_gap = (
            min(2 * gap, _MAX_DRIFT_GAP_SECONDS) if is_repeated else _FIRST_DRIFT_GAP_SECONDS
        )


class SessionChanges(Record):
    """The result of a comparison: the sessions to publish, and those that only moved on."""

    sessions: tuple[Session, ...]
    has_changed: bool
    moved: tuple[Session, ...]


class SessionProgress:
    """The latest position and transcode of each session, by stream key."""

    def __init__(self) -> None:
        """Start without sessions."""
        self._progress: dict[str, _Progress] = {}

    def position_of(self, session: Session) -> StreamPosition | None:
        """Return the position, None if the session has none or it is unknown."""
        progress = self._progress.get(session.stream_key)
        return progress.position if progress is not None else None

    def current(self, session: Session) -> Session:
        """Return a published session with the latest position and transcode."""
        progress = self._progress.get(session.stream_key)
        if progress is None:
            return session
        return session.with_progress(progress.view_offset, progress.transcode)

    def report_position(self, session: Session, view_offset: int, now: float) -> bool:
        """Store the reported position (ms) of a session whose state is unchanged.

        Returns whether it differs from the computed one: the session has to be replaced.
        """
        progress = self._progress.get(session.stream_key)
        return progress is not None and progress.report(
            view_offset, now, _MAX_DRIFT_SECONDS, is_moving=_is_moving(session)
        )

    def async_ended(self, session: Session, at: float, view_offset: int | None) -> bool:
        """Store the position at which a session has ended; return whether it has advanced.

        at: Unix seconds of the end; `view_offset` is None if the position is to be computed.
        """
        progress = self._progress.get(session.stream_key)
        if progress is None or progress.view_offset is None:
            return False
        if view_offset is None:
            view_offset = progress.position_at(at, is_moving=_is_moving(session))
        if view_offset is None or view_offset <= progress.view_offset:
            return False
        progress.view_offset = min(view_offset, session.duration or view_offset)
        return True

    def report_transcode(self, session: Session, transcode: TranscodeSession) -> bool:
        """Store a transcode of which nothing but the progress has changed; return whether."""
        progress = self._progress.get(session.stream_key)
        if progress is None or not differs_in_progress_only(session.transcode, transcode):
            return False
        progress.transcode = transcode
        return True

    def distance(self, session: Session, other: Session, now: float) -> float | None:
        """Return `continued_distance` of a published session from its latest position."""
        progress = self._progress.get(session.stream_key)
        if progress is None:
            return continued_distance(session, other, 0.0)
        latest = replace(session, view_offset=progress.view_offset)
        return continued_distance(latest, other, now - progress.reported_at)

    def update(
        self,
        before: tuple[Session, ...],
        after: Iterable[Session],
        now: float,
        *,
        is_read: bool = False,
    ) -> SessionChanges:
        """Compare sessions with those that are published, and store their progress.

        A session of which only the progress differs stays the published object. is_read:
        whether the positions come from a response, else from a notification.
        """
        published = {session.stream_key: session for session in before}
        known, self._progress = self._progress, {}
        sessions: list[Session] = []
        moved: list[Session] = []
        for session in after:
            key = session.stream_key
            earlier, progress = published.get(key), known.get(key)
            if progress is None or earlier is None or not _is_same_item(earlier, session):
                self._progress[key] = _first_progress(session, now)
                sessions.append(session)
                continue
            self._progress[key] = progress
            if earlier is session or self._is_unchanged(progress, earlier, session, now, is_read):
                sessions.append(earlier)
                if earlier is not session:
                    moved.append(earlier)
            else:
                sessions.append(session)
        has_changed = len(before) != len(sessions) or any(
            old is not new for old, new in zip(before, sessions, strict=False)
        )
        return SessionChanges(
            sessions=tuple(sessions) if has_changed else before,
            has_changed=has_changed,
            moved=tuple(moved),
        )

    @staticmethod
    def _is_unchanged(
        progress: _Progress, earlier: Session, session: Session, now: float, is_read: bool
    ) -> bool:
        """Store the progress of a session; return whether nothing else has changed."""
        offset = session.view_offset
        if not is_read and offset == earlier.view_offset:
            # The notification has no position; the published one is older than the known one.
            offset = progress.view_offset
        is_renewed = progress.report(
            offset,
            now,
            _MAX_READ_LAG_SECONDS if is_read else _MAX_DRIFT_SECONDS,
            is_moving=_is_moving(session),
        )
        if progress.position is None and offset is not None:
            # Unknown so far.
            first = _first_progress(session, now).position
            is_renewed, progress.position = first is not None, first
        progress.transcode = session.transcode
        steady = replace(session, view_offset=earlier.view_offset)
        if session.transcode is not None and differs_in_progress_only(
            earlier.transcode, session.transcode
        ):
            steady = replace(steady, transcode=earlier.transcode)
        return not is_renewed and steady == earlier


def _first_progress(session: Session, now: float) -> _Progress:
    """Return the progress of a session that was not known before."""
    position = None
    if has_position(session):
        position = next_position(
            None,
            view_offset=session.view_offset,
            is_moving=_is_moving(session),
            now=now,
            max_drift_seconds=_MAX_DRIFT_SECONDS,
        )
    return _Progress(
        view_offset=session.view_offset,
        transcode=session.transcode,
        position=position,
        reported_at=now,
    )


def _is_moving(session: Session) -> bool:
    """Return whether the position of a session advances."""
    return session.player.state == "playing"


def _is_same_item(session: Session, other: Session) -> bool:
    """Return whether both play the same item."""
    return session.item.rating_key == other.item.rating_key
