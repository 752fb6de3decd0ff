"""All plays of a server in columns of numbers: 29 bytes per play, a million in 29 MB."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from threading import Lock
from typing import Final, NamedTuple

SECONDS_PER_HOUR: Final = 3600
NO_NAME: Final = ""
_UINT32: Final = "I"
_UINT8: Final = "B"
MAX_PLAYS: Final = 1_000_000
"""Plays that are read of a server."""
_MAX_NAMES: Final = 50_000
"""Of one table; further names are stored as unknown. A title is that of a show or an artist."""
_MAX_IMAGE_CHARACTERS: Final = 128
"""Of the path of a picture; Plex's have about 40."""
_MAX_NAME_CHARACTERS: Final = 255


class Play(NamedTuple):
    """One play; item, account, device and library are indexes in the tables of the log."""

    at: int
    """Unix seconds, 0 if unknown."""
    history_id: int
    """0 if unknown."""
    item: int
    account: int
    device: int
    library: int
    rating_key: int
    """0 if unknown."""
    is_gone: int
    """1 once the server has deleted it from its history; it stays counted."""

    @property
    def content(self) -> tuple[int, int, int]:
        """Return what identifies a play: the numbers of rows may be used again."""
        return (self.at, self.item, self.account)

    @property
    def hour(self) -> int:
        """Return the hour of the play, counted from 1970."""
        return self.at // SECONDS_PER_HOUR


class NameTable:
    """Names by index; index 0 is the unknown name."""

    def __init__(self, names: Iterable[str] = (NO_NAME,)) -> None:
        """Initialize with stored names."""
        self.names = list(names) or [NO_NAME]
        self._indexes = {name: index for index, name in enumerate(self.names)}

    def index_of(self, name: str | None) -> int:
        """Return the index of a name, added if it is new."""
        if not name:
            return 0
        name = name[:_MAX_NAME_CHARACTERS]
        index = self._indexes.get(name)
        if index is None:
            if len(self.names) >= _MAX_NAMES:
                return 0
            index = self._indexes[name] = len(self.names)
            self.names.append(name)
        return index

    def find(self, name: str) -> int | None:
        """Return the index of a name, None if it is not in the table."""
        return self._indexes.get(name)


class PlayLog:
    """The plays in the order of their time, and the names that they refer to.

    A worker thread may copy the columns while another one changes them: `lock` is held
    while they are changed or copied.
    """

    def __init__(self) -> None:
        """Initialize without plays."""
        self.lock = Lock()
        self.columns: tuple[array[int], ...] = tuple(
            array(_UINT8 if name == "is_gone" else _UINT32) for name in Play._fields
        )
        self.items = NameTable()
        """Type and title of an item, joined by a tab; see `item_name`."""
        self.images: dict[int, str] = {}
        """Path of the last known picture by index of the item."""
        self.accounts = NameTable()
        self.devices = NameTable()
        self.libraries = NameTable()

    def set_image(self, item: int, path: str) -> None:
        """Remember the picture of an item."""
        if item and len(path) <= _MAX_IMAGE_CHARACTERS:
            self.images[item] = path

    def __len__(self) -> int:
        """Return the number of plays, the deleted ones included."""
        return len(self.columns[0])

    @property
    def at(self) -> array[int]:
        """Return the column of times, in ascending order."""
        return self.columns[0]

    @property
    def gone_count(self) -> int:
        """Return the number of plays that the server has deleted."""
        # In an array, counting takes ten times as long.
        return self.columns[-1].tobytes().count(1)

    @property
    def live_count(self) -> int:
        """Return the number of plays that the server had when it was last read."""
        return len(self) - self.gone_count

    def column(self, name: str) -> array[int]:
        """Return the column of that field of `Play`."""
        return self.columns[Play._fields.index(name)]

    def index_at(self, at: int) -> int:
        """Return the index of the first play at or after a time."""
        return bisect_left(self.at, at)

    def plays(self, start: int, end: int) -> list[Play]:
        """Return the plays of a range of indexes."""
        columns = (column[start:end] for column in self.columns)
        return [Play(*row) for row in zip(*columns, strict=True)]

    def replace(self, start: int, end: int, plays: list[Play]) -> None:
        """Replace a range of indexes by plays, which must fit in the order of times."""
        with self.lock:
            for position, column in enumerate(self.columns):
                column[start:end] = array(column.typecode, [play[position] for play in plays])

    def live_time(self, position: int) -> int | None:
        """Return the time of the play at that position in the server's history.

        None if there are fewer plays.
        """
        gone = self.columns[-1].tobytes()
        low, high, gone_before_low = 0, len(gone), 0
        # The largest index with that many plays before it that are not deleted.
        while low < high:
            middle = (low + high + 1) // 2
            gone_before = gone_before_low + gone.count(1, low, middle)
            if middle - gone_before <= position:
                low, gone_before_low = middle, gone_before
            else:
                high = middle - 1
        return self.at[low] if low < len(gone) else None


def item_name(item_type: str, title: str) -> str:
    """Return the name of an item in the table: its type and its title."""
    return f"{item_type}\t{title}"


def split_item_name(name: str) -> tuple[str, str]:
    """Return the type and the title of an item."""
    item_type, _, title = name.partition("\t")
    return item_type or "unknown", title
