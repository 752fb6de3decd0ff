"""The statistics series of a server, and their hourly rows."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final
from zlib import crc32

from ..api import Record
from ..const import DOMAIN
from .play_log import SECONDS_PER_HOUR, PlayLog, split_item_name

_KINDS: Final = ("movie", "episode", "track")
_KIND_NAMES: Final = {"movie": "movies", "episode": "episodes", "track": "tracks"}


class Measure(StrEnum):
    """What a series counts."""

    PLAYS = "plays"
    LENGTH = "length"
    """Hours of the played items, an upper bound of the watch time."""
    MEASURED = "measured"
    """Hours that were played, by Plex's own measurement."""


_WATCH_TIME: Final = {
    Measure.LENGTH: ("watch_time_upper_bound", "upper bound"),
    Measure.MEASURED: ("watch_time_plex", "measured by Plex"),
}


class Series(Record):
    """A statistics series: which plays it counts, and how; None for all.

    statistic_id: as Home Assistant allows it: lower case, digits and single underscores.
    """

    statistic_id: str
    name: str
    measure: Measure = Measure.PLAYS
    kind: str | None = None
    account_id: str | None = None
    library_key: str | None = None

    @property
    def name_checksum(self) -> int:
        """Return what is kept of the name, which may contain that of a user."""
        return crc32(self.name.encode())


class HourRow(Record):
    """Value of one hour (counted from 1970), and the sum of all hours up to it."""

    hour: int
    state: float
    sum: float


class SeriesBase(Record):
    """Sum of all plays of a series before an hour (from 1970), in plays or seconds."""

    hour: int
    total: int


def plays_series(
    machine_identifier: str,
    server: str,
    libraries: Iterable[tuple[str, str, str]],
    users: Mapping[str, str],
) -> list[Series]:
    """Return the series of plays of a server, each kind, library and followed user.

    libraries: uuid, key and title of each. users: names by account id.
    """
    prefix = statistic_prefix(machine_identifier)
    return [
        Series(statistic_id=f"{prefix}_plays", name=f"{server} plays"),
        *(
            Series(
                statistic_id=f"{prefix}_plays_{kind}",
                name=f"{server} {_KIND_NAMES[kind]} played",
                kind=kind,
            )
            for kind in _KINDS
        ),
        *(
            Series(
                statistic_id=library_plays_id(machine_identifier, uuid),
                name=f"{server} {title} plays",
                library_key=key,
            )
            for uuid, key, title in libraries
        ),
        *(
            Series(
                statistic_id=user_plays_id(machine_identifier, account_id),
                name=f"{server} {name} plays",
                account_id=account_id,
            )
            for account_id, name in users.items()
        ),
    ]


def watch_time_series(
    machine_identifier: str, server: str, users: Mapping[str, str], measure: Measure
) -> list[Series]:
    """Return the series of the past watch time: of a server, and of each followed user."""
    prefix = statistic_prefix(machine_identifier)
    key, note = _WATCH_TIME[measure]
    return [
        Series(
            statistic_id=f"{prefix}_{key}",
            name=f"{server} watch time ({note})",
            measure=measure,
        ),
        *(
            Series(
                statistic_id=f"{prefix}_user_{_slug(account_id)}_{key}",
                name=f"{server} {name} watch time ({note})",
                measure=measure,
                account_id=account_id,
            )
            for account_id, name in users.items()
        ),
    ]


def measured_rows(
    series: Series, measured: Mapping[str, Mapping[int, int]], first_hour: int
) -> list[HourRow]:
    """Return the rows of a series of measured watch time from an hour on.

    measured: seconds by hour and account id.
    """
    hours: Counter[int] = Counter()
    for account_id, seconds in measured.items():
        if series.account_id in {None, account_id}:
            hours.update(seconds)
    rows: list[HourRow] = []
    total = 0
    for hour in sorted(hours):
        total += hours[hour]
        if hour >= first_hour:
            state, summed = hours[hour] / SECONDS_PER_HOUR, total / SECONDS_PER_HOUR
            rows.append(HourRow(hour=hour, state=state, sum=summed))
    return rows


def statistic_prefix(machine_identifier: str) -> str:
    """Return the beginning of all statistic ids of a server."""
    return f"{DOMAIN}:{_slug(machine_identifier)}"


def library_plays_id(machine_identifier: str, uuid: str) -> str:
    """Return the statistic id of the plays of a library."""
    return f"{statistic_prefix(machine_identifier)}_library_{_slug(uuid)}_plays"


def user_plays_id(machine_identifier: str, account_id: str) -> str:
    """Return the statistic id of the plays of a user."""
    return f"{statistic_prefix(machine_identifier)}_user_{_slug(account_id)}_plays"


def hour_rows(
    log: PlayLog,
    series: Series,
    lengths: Mapping[int, int],
    first_hour: int,
    last_hour: int,
    emptied: Iterable[int],
    bases: dict[str, SeriesBase],
) -> list[HourRow]:
    """Return the rows of a series from `first_hour` up to and including `last_hour`.

    Only hours with plays have a row, and those in `emptied`, which had some before.
    lengths: seconds by rating key. Plays without a time are in no hour. bases: sums that
    are known from earlier calls, so that the plays before them are not counted again.
    """
    base = bases.get(series.statistic_id)
    if base is None or base.hour > first_hour:
        base = SeriesBase(hour=0, total=0)
    with log.lock:
        undated = bisect_right(log.at, 0)
        counted = max(undated, bisect_left(log.at, base.hour * SECONDS_PER_HOUR))
        first = max(counted, bisect_left(log.at, first_hour * SECONDS_PER_HOUR))
        last = max(first, bisect_left(log.at, (last_hour + 1) * SECONDS_PER_HOUR))
        total = base.total + sum(_values(log, series, lengths, counted, first))
        times = log.at[first:last]
        values = _values(log, series, lengths, first, last)
    bases[series.statistic_id] = SeriesBase(hour=first_hour, total=total)
    hours: Counter[int] = Counter({hour: 0 for hour in emptied if first_hour <= hour <= last_hour})
    for at, value in zip(times, values, strict=True):
        if value:
            hours[at // SECONDS_PER_HOUR] += value
    rows: list[HourRow] = []
    scale = SECONDS_PER_HOUR if series.measure is Measure.LENGTH else 1
    for hour in sorted(hours):
        total += hours[hour]
        rows.append(HourRow(hour=hour, state=hours[hour] / scale, sum=total / scale))
    return rows


def _values(
    log: PlayLog, series: Series, lengths: Mapping[int, int], start: int, end: int
) -> Iterable[int]:
    """Return the value of each play of a range of indexes: 0 for one of another series."""
    if series.measure is Measure.LENGTH:
        values: Iterable[int] = (lengths.get(key, 0) for key in log.column("rating_key")[start:end])
    else:
        values = (1 for _ in range(end - start))
    selected = _selected(log, series, start, end)
    if selected is None:
        return values
    return (value if is_counted else 0 for value, is_counted in zip(values, selected, strict=True))


def _selected(log: PlayLog, series: Series, start: int, end: int) -> Iterable[bool] | None:
    """Return for each play of a range whether a series counts it, None for all."""
    if series.kind is not None:
        counted = {
            index
            for index, name in enumerate(log.items.names)
            if split_item_name(name)[0] == series.kind
        }
        return (item in counted for item in log.column("item")[start:end])
    if series.account_id is not None:
        account = log.accounts.find(series.account_id)
        return (index == account for index in log.column("account")[start:end])
    if series.library_key is not None:
        library = log.libraries.find(series.library_key)
        return (index == library for index in log.column("library")[start:end])
    return None


def _slug(text: str) -> str:
    """Return a text with the characters that a statistic id may have."""
    return "".join(character for character in text.lower() if character.isalnum())
