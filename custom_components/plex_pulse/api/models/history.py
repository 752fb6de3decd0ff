"""Models of the history: what was played, by whom and when."""

from dataclasses import replace
from datetime import datetime
from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, children, integer, last_part, non_negative_int, text, timestamp
from .image import is_server_path
from .media import MediaItem, listing_total, page_entries

_MAX_UINT32: Final = 2**32 - 1


class HistoryEntry(Record):
    """One playback."""

    item: MediaItem
    """Without `rating_key`, and with titles only, if it was deleted since."""
    viewed_at: datetime | None
    account_id: str | None
    """As `User.id`; "1" is the owner."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the entry."""
        return cls(
            item=MediaItem.parse(fields),
            viewed_at=timestamp(fields, "viewedAt"),
            account_id=text(fields, "accountID"),
        )


class HistoryPage(Record):
    """A page of the history, newest first."""

    entries: tuple[HistoryEntry, ...]
    total: int
    """Entries in the whole history."""

    @classmethod
    def parse(cls, container: JsonObject, *, start: int, size: int) -> Self | None:
        """Return the requested page, None for a response that is no listing."""
        if (total := listing_total(container)) is None:
            return None
        entries = page_entries(container, start, size)
        return cls(entries=tuple(map(HistoryEntry.parse, entries)), total=total)

    def since(self, seconds: int, *, start: int) -> Self:
        """Return the page without entries older than a time in Unix seconds.

        Some servers are reported to ignore the filter. All entries after one that is too old
        are older, so the total ends there, too.
        """
        entries = tuple(
            entry
            for entry in self.entries
            if entry.viewed_at is None or entry.viewed_at.timestamp() >= seconds
        )
        if len(entries) == len(self.entries):
            return self
        return replace(self, entries=entries, total=start + len(entries))


class HistoryRow(Record):
    """One play with the fields that statistics need; fast to parse, and small."""

    history_id: int
    """Plex's number of the row, 0 if unknown."""
    viewed_at: int
    """Unix seconds of the end of the play, 0 if unknown; at most 2**32 - 1."""
    item_type: str
    """movie, episode, track, clip ..."""
    title: str
    """Of an episode the show, of a track the artist."""
    rating_key: int
    """Of the item itself, 0 for a deleted item."""
    image: str | None
    """Path of the picture of what `title` names."""
    account_id: str | None
    device_id: str | None
    library_key: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the row; no field is required."""
        item_type = text(fields, "type") or "unknown"
        container = item_type in {"episode", "track"}
        title = text(fields, "grandparentTitle") if container else None
        thumb = text(fields, "grandparentThumb" if container and title else "thumb")
        section = integer(fields, "librarySectionID")
        return cls(
            history_id=_uint32(last_part(text(fields, "historyKey"))),
            viewed_at=min(non_negative_int(fields, "viewedAt") or 0, _MAX_UINT32),
            item_type=item_type,
            title=title or text(fields, "title") or "",
            rating_key=_uint32(text(fields, "ratingKey")),
            image=thumb if thumb is not None and is_server_path(thumb) else None,
            account_id=text(fields, "accountID"),
            device_id=text(fields, "deviceID"),
            library_key=str(section) if section is not None and section > 0 else None,
        )


class HistoryRows(Record):
    """A page of the history, oldest first."""

    rows: tuple[HistoryRow, ...]
    total: int
    """Rows in the whole history."""

    @classmethod
    def parse(cls, container: JsonObject, *, start: int, size: int) -> Self | None:
        """Return the requested page, None for a response that is no listing."""
        if (total := listing_total(container)) is None:
            return None
        entries = children(container, "Metadata", None)
        if len(entries) > size:
            # A server may ignore paging and send the whole history.
            entries, total = entries[start : start + size], max(total, len(entries))
        return cls(rows=tuple(map(HistoryRow.parse, entries)), total=total)


class MediaStatistic(Record):
    """Seconds that one user played in one hour, by the server's own measurement."""

    at: int
    """Unix seconds of the start of the hour."""
    account_id: str | None
    seconds: int

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the value, None without a time or a duration."""
        at = non_negative_int(fields, "at")
        seconds = non_negative_int(fields, "duration")
        if not at or seconds is None or at > _MAX_UINT32:
            return None
        return cls(at=at, account_id=text(fields, "accountID"), seconds=seconds)


def _uint32(value: str | None) -> int:
    """Return a decimal number of up to 32 bits, 0 for anything else."""
    if value is None or not value.isdecimal() or len(value) > len(str(_MAX_UINT32)):
        return 0
    number = int(value)
    return number if number <= _MAX_UINT32 else 0
