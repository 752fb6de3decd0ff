"""Compare a part of the server's history with the log, and bring the log up to date.

A play is recognized by its time, item and user. What then differs is
- new, if the server has it and the log does not: it is added;
- changed, if a row with the same number, and the same item or time, has other values now:
  it is replaced;
- gone, if the log has it and the server does not: it stays counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field

from ..api import HistoryRow, MutableRecord
from .play_log import Play, PlayLog, item_name

END_OF_TIME = 2**32
"""Later than every play."""


class MergeResult(MutableRecord):
    """What a comparison has changed.

    hours: those whose counts differ, from 1970. emptied: those of them that may have lost
    their last play of a series.
    """

    added: int = 0
    changed: int = 0
    gone: int = 0
    hours: set[int] = field(default_factory=set)
    emptied: set[int] = field(default_factory=set)

    def update(self, other: MergeResult) -> None:
        """Add the result of another part."""
        self.added += other.added
        self.changed += other.changed
        self.gone += other.gone
        self.hours |= other.hours
        self.emptied |= other.emptied


def to_plays(log: PlayLog, rows: Iterable[HistoryRow]) -> list[Play]:
    """Return rows of the server as plays, sorted by time; new names are added to the log."""
    plays: list[Play] = []
    for row in rows:
        item = log.items.index_of(item_name(row.item_type, row.title))
        if row.image is not None:
            log.set_image(item, row.image)
        plays.append(
            Play(
                at=row.viewed_at,
                history_id=row.history_id,
                item=item,
                account=log.accounts.index_of(row.account_id),
                device=log.devices.index_of(row.device_id),
                library=log.libraries.index_of(row.library_key),
                rating_key=row.rating_key,
                is_gone=0,
            )
        )
    return sorted(plays, key=lambda play: play.at)


def merge(log: PlayLog, listed: Sequence[Play], start: int, end: int) -> MergeResult:
    """Bring the plays from time `start` up to, not including, `end` up to date.

    `listed` are all plays of the server in that time, sorted.
    """
    result = MergeResult()
    first, last = log.index_at(start), log.index_at(end)
    kept, new, missing = _match(log.plays(first, last), listed, result)
    new, missing, replaced = _pair(new, missing)
    for before, after in replaced:
        result.changed += 1
        result.hours.add(after.hour)
        result.emptied.add(before.hour)
    if new or missing:
        outside = _find_moved(log, first, last, new, missing)
        missing = [play for play in missing if play.history_id not in outside.still_listed]
        for index in sorted(outside.stale, reverse=True):
            (stale,) = log.plays(index, index + 1)
            log.replace(index, index + 1, [])
            result.emptied.add(stale.hour)
            if index < first:
                first, last = first - 1, last - 1
        result.emptied.update(play.hour for play in outside.moved)
        result.changed += len(outside.still_listed) + len(outside.stale)
        result.added += len(new) - len(outside.stale)
    result.hours.update(play.hour for play in new)
    # A play that was already gone is not counted as gone again.
    result.gone += sum(not play.is_gone for play in missing)
    kept += new
    kept += [after for _, after in replaced]
    kept += [play._replace(is_gone=1) for play in missing]
    kept.sort(key=lambda play: play.at)
    result.hours |= result.emptied
    log.replace(first, last, kept)
    return result


def _match(
    known: Sequence[Play], listed: Sequence[Play], result: MergeResult
) -> tuple[list[Play], list[Play], list[Play]]:
    """Return the plays that both sides have, those only listed, and those only known."""
    by_content: defaultdict[tuple[int, int, int], list[Play]] = defaultdict(list)
    # Those that are gone last: `pop` takes what is still listed first.
    for play in sorted(known, key=lambda play: -play.is_gone):
        by_content[play.content].append(play)
    kept: list[Play] = []
    new: list[Play] = []
    for play in listed:
        candidates = by_content.get(play.content)
        if not candidates:
            new.append(play)
            continue
        before = candidates.pop()
        # The server may no longer know the library of a deleted item.
        library = play.library or before.library
        if before.library != library:
            result.emptied.add(play.hour)
        kept.append(play._replace(library=library))
    missing = [play for plays in by_content.values() for play in plays]
    return kept, new, missing


def _pair(
    new: list[Play], missing: list[Play]
) -> tuple[list[Play], list[Play], list[tuple[Play, Play]]]:
    """Return new and missing plays without those that are one changed play, and these."""
    by_id = {play.history_id: play for play in missing if play.history_id}
    replaced: list[tuple[Play, Play]] = []
    really_new: list[Play] = []
    for play in new:
        before = by_id.get(play.history_id)
        if before is not None and _is_same_row(before, play):
            del by_id[play.history_id]
            replaced.append((before, play))
        else:
            really_new.append(play)
    if not replaced:
        return new, missing, replaced
    gone = {id(before) for before, _ in replaced}
    return really_new, [play for play in missing if id(play) not in gone], replaced


class _Moved(MutableRecord):
    """Plays whose time has changed so much that they are in another part of the history.

    still_listed: numbers of missing rows that the log has elsewhere. stale: indexes of
    plays that are gone and are listed here now. moved: the plays of both.
    """

    still_listed: set[int] = field(default_factory=set)
    stale: list[int] = field(default_factory=list)
    moved: list[Play] = field(default_factory=list)


def _find_moved(
    log: PlayLog, first: int, last: int, new: list[Play], missing: list[Play]
) -> _Moved:
    """Find new and missing plays elsewhere in the log."""
    found = _Moved()
    new_by_id = {play.history_id: play for play in new if play.history_id}
    missing_by_id = {play.history_id: play for play in missing if play.history_id}
    if not missing_by_id and not (new_by_id and log.gone_count):
        return found
    for index, history_id in enumerate(log.column("history_id")):
        if first <= index < last or not history_id:
            continue
        if history_id not in missing_by_id and history_id not in new_by_id:
            continue
        (other,) = log.plays(index, index + 1)
        before = missing_by_id.get(history_id)
        after = new_by_id.get(history_id)
        if before is not None and not other.is_gone and before.item == other.item:
            found.still_listed.add(history_id)
            found.moved.append(before)
        elif after is not None and other.is_gone and after.item == other.item:
            found.stale.append(index)
            found.moved.append(other)
    return found


def _is_same_row(before: Play, after: Play) -> bool:
    """Return whether two plays with the same number are one that was changed."""
    return before.item == after.item or before.at == after.at
