"""The stored position of a stream changes only with a seek, a pause or drift."""

from custom_components.plex_pulse.streams.position import StreamPosition, next_position

START = 1_795_204_800.0


def _next(
    previous: StreamPosition | None,
    view_offset: int | None,
    seconds: float,
    *,
    is_moving: bool = True,
    max_lag_seconds: float | None = None,
) -> StreamPosition | None:
    return next_position(
        previous,
        view_offset=view_offset,
        is_moving=is_moving,
        now=START + seconds,
        max_drift_seconds=3,
        max_lag_seconds=max_lag_seconds,
    )


def _first(view_offset: int = 60_000, *, is_moving: bool = True) -> StreamPosition:
    first = _next(None, view_offset, 0, is_moving=is_moving)
    assert first is not None
    return first


def _place(position: StreamPosition | None) -> tuple[float, float] | None:
    return None if position is None else (position.position, position.updated_at - START)


def test_reports_of_steady_playback_change_nothing() -> None:
    position: StreamPosition | None = _first()
    for report in range(1, 400):
        # A player reports every ten seconds, early or late.
        jitter = (-1, 0, 1, 0)[report % 4]
        position = _next(position, 60_000 + 10_000 * report + 1_000 * jitter, 10 * report)
        assert _place(position) == (60, 0)
    assert position is not None
    assert position.at(START + 4_000) == 4_060


def test_seek_and_drift_update_the_position() -> None:
    assert _place(_next(_first(), 600_000, 10)) == (600, 10)
    assert _place(_next(_first(), 20_000, 10)) == (20, 10)
    assert _place(_next(_first(), 73_001, 10)) == (73.001, 10)
    assert _place(_next(_first(), 73_000, 10)) == (60, 0)
    assert _place(_next(_first(), 66_999, 10)) == (66.999, 10)


def test_pause_and_resume_update_the_position() -> None:
    paused = _next(_first(), 70_000, 10, is_moving=False)
    assert _place(paused) == (70, 10)
    assert _place(_next(paused, 70_000, 500, is_moving=False)) == (70, 10)
    assert _place(_next(paused, 70_000, 500)) == (70, 500)


def test_pause_without_a_report_keeps_the_computed_position() -> None:
    assert _place(_next(_first(), 60_000, 7.5, is_moving=False)) == (67.5, 7.5)


def test_other_changes_of_the_session_do_not_move_it_back() -> None:
    assert _place(_next(_first(), 60_000, 9)) == (60, 0)


def test_polled_report_may_be_behind_but_not_ahead() -> None:
    assert _place(_next(_first(), 61_000, 10, max_lag_seconds=10)) == (60, 0)
    assert _place(_next(_first(), 59_999, 10, max_lag_seconds=10)) == (59.999, 10)
    assert _place(_next(_first(), 74_000, 10, max_lag_seconds=10)) == (74, 10)


def test_unknown_position_stays_unknown() -> None:
    assert _next(None, None, 0) is None
    assert _next(_first(), None, 10) is None
