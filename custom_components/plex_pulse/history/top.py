"""What was played most in a period: titles, users, players, libraries, hours of the day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import tzinfo
from enum import StrEnum
from typing import Final

from ..api import MutableRecord, Record
from .hours import hour_name, hours_of_day
from .play_log import PlayLog, split_item_name

DAY_SECONDS: Final = 24 * 3600
PERIODS: Final[Mapping[str, int | None]] = {
    "day": DAY_SECONDS,
    "week": 7 * DAY_SECONDS,
    "month": 30 * DAY_SECONDS,
    "year": 365 * DAY_SECONDS,
    "all": None,
}
"""Seconds back from now, None for the whole history."""

_TITLE_TYPES: Final = {"episode": "show", "track": "artist"}


class By(StrEnum):
    """What is ranked."""

    TITLE = "title"
    USER = "user"
    PLAYER = "player"
    LIBRARY = "library"
    HOUR = "hour"
    """Of the day, in local time."""


_COLUMNS: Final = {
    By.TITLE: "item",
    By.USER: "account",
    By.PLAYER: "device",
    By.LIBRARY: "library",
    By.HOUR: "at",
}


class RankBy(StrEnum):
    """What it is ranked by."""

    PLAYS = "plays"
    DURATION = "duration"


class Names(Record):
    """Names by number. users: only those that may be shown. libraries: title by key."""

    users: Mapping[str, str]
    players: Mapping[str, str]
    libraries: Mapping[str, str]


class TopRow(MutableRecord):
    """One row of a ranking, of one server or of several merged.

    key: what is merged. reference: account id of a user, key of a library. seconds: lengths
    of the items, None if none is known. viewers: keys of the users.
    """

    key: tuple[str, str]
    name: str
    row_type: str
    entry_id: str
    reference: str | None = None
    image: str | None = None
    plays: int = 0
    seconds: int | None = None
    viewers: set[tuple[str, str]] = field(default_factory=set)
    viewer: str | None = None
    """Name of the only user, None if there are several, or if it may not be shown."""


def rank(
    log: PlayLog,
    lengths: Mapping[int, int],
    names: Names,
    *,
    entry_id: str,
    by: By,
    start: int,
    end: int,
    time_zone: tzinfo,
) -> list[TopRow]:
    """Return the rows of one server for the plays from time `start` up to `end`, unsorted.

    What has no name that may be shown has no row.
    """
    with log.lock:
        first, last = log.index_at(start), log.index_at(end)
        column, accounts, keys = (
            log.column(name)[first:last] for name in (_COLUMNS[by], "account", "rating_key")
        )
        describe = _describer(log, names, entry_id, by)
        account_names = log.accounts.names[:]
    groups = hours_of_day(column, time_zone) if by is By.HOUR else column
    found: dict[int, TopRow | None] = {}
    for group, account, key in zip(groups, accounts, keys, strict=True):
        if group in found:
            row = found[group]
        else:
            row = found[group] = describe(group)
        if row is None:
            continue
        row.plays += 1
        if account:
            row.viewers.add((entry_id, account_names[account]))
        if seconds := lengths.get(key):
            row.seconds = (row.seconds or 0) + seconds
    rows = merge_rows(row for row in found.values() if row is not None)
    for row in rows:
        if len(row.viewers) == 1:
            ((_, account_id),) = row.viewers
            row.viewer = names.users.get(account_id)
    return rows


def merge_rows(rows: Iterable[TopRow]) -> list[TopRow]:
    """Return rows with those of the same key added up."""
    merged: dict[tuple[str, str], TopRow] = {}
    for row in rows:
        known = merged.setdefault(row.key, row)
        if known is row:
            continue
        known.plays += row.plays
        if row.seconds is not None:
            known.seconds = (known.seconds or 0) + row.seconds
        known.viewers |= row.viewers
        known.viewer = known.viewer if known.viewer == row.viewer else None
        if known.image is None and row.image is not None:
            known.image, known.entry_id = row.image, row.entry_id
    return list(merged.values())


def sorted_rows(rows: list[TopRow], rank_by: RankBy) -> tuple[list[TopRow], RankBy]:
    """Return the rows, the first one on top, and what they are sorted by.

    Without any length they are sorted by plays.
    """
    if all(row.seconds is None for row in rows):
        rank_by = RankBy.PLAYS

    def sort_key(row: TopRow) -> tuple[int, int, str]:
        """Return the sort key of a row."""
        seconds = row.seconds or 0
        values = (row.plays, seconds) if rank_by is RankBy.PLAYS else (seconds, row.plays)
        return (-values[0], -values[1], row.name.casefold())

    return sorted(rows, key=sort_key), rank_by


def _describer(log: PlayLog, names: Names, entry_id: str, by: By) -> Callable[[int], TopRow | None]:
    """Return a function that creates the row of an index, None for one without a name."""

    def create(
        name: str | None,
        row_type: str,
        key: str,
        reference: str | None = None,
        image: str | None = None,
    ) -> TopRow | None:
        """Return an empty row."""
        if not name:
            return None
        return TopRow(
            key=(row_type, key),
            name=name,
            row_type=row_type,
            entry_id=entry_id,
            reference=reference,
            image=image,
        )

    def describe(index: int) -> TopRow | None:
        """Return the empty row of an index."""
        match by:
            case By.TITLE:
                item_type, title = split_item_name(log.items.names[index])
                row_type = _TITLE_TYPES.get(item_type, item_type)
                return create(title, row_type, title.casefold(), image=log.images.get(index))
            case By.USER:
                account = log.accounts.names[index]
                name = names.users.get(account)
                return create(name, "user", (name or "").casefold(), account)
            case By.PLAYER:
                name = names.players.get(log.devices.names[index])
                return create(name, "player", (name or "").casefold())
            case By.LIBRARY:
                key = log.libraries.names[index]
                return create(names.libraries.get(key), "library", f"{entry_id} {key}", key)
            case By.HOUR:
                return create(hour_name(index), "hour", str(index))

    return describe
