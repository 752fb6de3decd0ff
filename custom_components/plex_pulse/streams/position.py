"""The position of a stream, constant while it plays at normal speed.

A server reports the position of each stream about every ten seconds. In between it can be computed,
so only one position and its time are stored. They change only if the
stream pauses or resumes, on a seek, and when the computed position has drifted.
"""

from typing import Final

from ..api import Record, Session

_MAX_STEP_BACK_SECONDS: Final = 10.0
"""How far a stream may step back when its session is replaced, at most half of its position:
apps load the last seconds again. What is further back was started again."""
_MAX_STEP_FORWARD_SECONDS: Final = 30.0
"""How far it may be ahead of the computed position."""


class StreamPosition(Record):
    """A position at a time, in seconds; the time in Unix seconds.

    view_offset: the reported milliseconds it was last compared with.
    """

    position: float
    updated_at: float
    is_moving: bool
    view_offset: int

    def at(self, now: float) -> float:
        """Return the position at a time, in seconds."""
        if not self.is_moving:
            return self.position
        return self.position + max(0.0, now - self.updated_at)


def next_position(
    previous: StreamPosition | None,
    *,
    view_offset: int | None,
    is_moving: bool,
    now: float,
    max_drift_seconds: float,
    max_lag_seconds: float | None = None,
) -> StreamPosition | None:
    """Return the position after a report; one equal in time and place if nothing happened.

    view_offset: reported position in milliseconds, None if unknown. is_moving: whether the
    stream plays. A position that differs by at most `max_drift_seconds` from the computed
    one is no change. max_lag_seconds: how far a report may be behind without being one; a
    poll returns what a player has reported up to ten seconds before.
    """
    if view_offset is None:
        return None
    reported = view_offset / 1000
    if previous is None:
        return StreamPosition(
            position=reported, updated_at=now, is_moving=is_moving, view_offset=view_offset
        )
    is_repeated = view_offset == previous.view_offset
    if is_moving is not previous.is_moving:
        # A changed state may come without a position: the computed one is then the best.
        position = round(previous.at(now), 3) if is_repeated else reported
        return StreamPosition(
            position=position, updated_at=now, is_moving=is_moving, view_offset=view_offset
        )
    if is_repeated:
        # The session changed in another way; its position is that of an earlier report.
        return previous
    drift = reported - previous.at(now)
    max_lag = max_drift_seconds if max_lag_seconds is None else max_lag_seconds
    if -max_lag <= drift <= max_drift_seconds:
        return StreamPosition(
            position=previous.position,
            updated_at=previous.updated_at,
            is_moving=is_moving,
            view_offset=view_offset,
        )
    return StreamPosition(
        position=reported, updated_at=now, is_moving=is_moving, view_offset=view_offset
    )


def continued_distance(before: Session, after: Session, elapsed: float) -> float | None:
    """Return how far a session is from where another one is after some seconds, in seconds.

    None if the item was started again, or is elsewhere: it is not the same stream. Without
    a position, as of live TV, the distance is 0.
    """
    if before.view_offset is None or after.view_offset is None:
        return 0.0
    elapsed = max(0.0, elapsed)
    moved = (after.view_offset - before.view_offset) / 1000
    step_back = min(_MAX_STEP_BACK_SECONDS, before.view_offset / 2000)
    if not -step_back <= moved <= elapsed + _MAX_STEP_FORWARD_SECONDS:
        return None
    return abs(moved - (elapsed if before.player.state == "playing" else 0.0))
