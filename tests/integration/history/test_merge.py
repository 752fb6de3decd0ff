"""Plays that were changed, moved or deleted on the server since they were logged."""

from collections.abc import Iterable

from custom_components.plex_pulse.api import HistoryRow
from custom_components.plex_pulse.history.merge import (
    END_OF_TIME,
    MergeResult,
    merge,
    to_plays,
)
from custom_components.plex_pulse.history.play_log import SECONDS_PER_HOUR, PlayLog

START = 450_000 * SECONDS_PER_HOUR
OLD, MIDDLE, LATE = (START + hours * SECONDS_PER_HOUR for hours in (0, 100, 200))
FILM, OTHER_FILM = "Glass Orchard", "Paper Lighthouse"


def _row(history_id: int, at: int, title: str = FILM, library: str | None = "1") -> HistoryRow:
    return HistoryRow(
        history_id=history_id,
        viewed_at=at,
        item_type="movie",
        title=title,
        rating_key=5,
        image=None,
        account_id="1",
        device_id="2",
        library_key=library,
    )


def _merge(log: PlayLog, rows: Iterable[HistoryRow], start: int, end: int) -> MergeResult:
    return merge(log, to_plays(log, rows), start, end)


def _log(*rows: HistoryRow) -> PlayLog:
    log = PlayLog()
    _merge(log, rows, 0, END_OF_TIME)
    return log


def _content(log: PlayLog) -> list[tuple[int, int, int]]:
    """Return the number, the time and the state of all plays."""
    return [(play.history_id, play.at, play.is_gone) for play in log.plays(0, len(log))]


def _hours(*times: int) -> set[int]:
    return {at // SECONDS_PER_HOUR for at in times}


def test_play_that_moved_out_of_the_compared_part_is_not_kept_twice() -> None:
    """The part that it moved to was compared first, and has it already."""
    log = _log(_row(1, OLD), _row(2, MIDDLE, OTHER_FILM))
    added = _merge(log, [_row(1, LATE)], LATE, END_OF_TIME)
    assert (added.added, len(log)) == (1, 3)
    result = _merge(log, [], 0, MIDDLE)
    assert (result.added, result.changed, result.gone) == (0, 1, 0)
    assert result.emptied == result.hours == _hours(OLD)
    assert _content(log) == [(2, MIDDLE, 0), (1, LATE, 0)]


def test_play_that_was_gone_and_is_listed_later_replaces_the_earlier_one() -> None:
    """The part that it moved from was compared first, and it was missing there."""
    log = _log(_row(1, OLD), _row(2, MIDDLE, OTHER_FILM))
    assert _merge(log, [], 0, MIDDLE).gone == 1
    assert log.gone_count == 1
    result = _merge(log, [_row(2, MIDDLE, OTHER_FILM), _row(1, LATE)], MIDDLE, END_OF_TIME)
    assert (result.added, result.changed, result.gone) == (0, 1, 0)
    assert result.emptied == _hours(OLD)
    assert result.hours == _hours(OLD, LATE)
    assert _content(log) == [(2, MIDDLE, 0), (1, LATE, 0)]


def test_play_that_was_gone_and_is_listed_earlier_replaces_the_later_one() -> None:
    log = _log(_row(2, MIDDLE, OTHER_FILM), _row(1, LATE))
    assert _merge(log, [_row(2, MIDDLE, OTHER_FILM)], MIDDLE, END_OF_TIME).gone == 1
    result = _merge(log, [_row(1, OLD)], 0, MIDDLE)
    assert (result.added, result.changed, result.gone) == (0, 1, 0)
    assert result.emptied == _hours(LATE)
    assert result.hours == _hours(OLD, LATE)
    assert _content(log) == [(1, OLD, 0), (2, MIDDLE, 0)]


def test_number_that_is_used_again_for_another_item_moves_nothing() -> None:
    """A rebuilt database of the server counts from 1 again."""
    log = _log(_row(1, OLD), _row(2, MIDDLE, OTHER_FILM))
    assert _merge(log, [], 0, MIDDLE).gone == 1
    result = _merge(
        log,
        [_row(2, MIDDLE, OTHER_FILM), _row(1, LATE, OTHER_FILM)],
        MIDDLE,
        END_OF_TIME,
    )
    assert (result.added, result.changed, result.gone) == (1, 0, 0)
    assert not result.emptied
    assert _content(log) == [(1, OLD, 1), (2, MIDDLE, 0), (1, LATE, 0)]


def test_item_that_moved_to_another_library_changes_the_hour() -> None:
    log = _log(_row(1, OLD))
    result = _merge(log, [_row(1, OLD, library="3")], 0, END_OF_TIME)
    assert result.emptied == result.hours == _hours(OLD)
    assert (result.added, result.changed, result.gone) == (0, 0, 0)
    (play,) = log.plays(0, 1)
    assert log.libraries.names[play.library] == "3"


def test_item_whose_library_is_no_longer_known_stays_in_it() -> None:
    """The server forgets the library of a deleted item."""
    log = _log(_row(1, OLD))
    result = _merge(log, [_row(1, OLD, library=None)], 0, END_OF_TIME)
    assert not result.hours
    assert not result.emptied
    (play,) = log.plays(0, 1)
    assert log.libraries.names[play.library] == "1"
