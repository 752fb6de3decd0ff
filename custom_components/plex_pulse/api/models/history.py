"""Models of the history: what was played, by whom and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from .coerce import JsonObject, parse_list, text, timestamp
from .media import MediaItem, listing_total
from .record import Record


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
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
        entries = parse_list(container, "Metadata", HistoryEntry.parse)
        if len(entries) > size:
            # A server may ignore paging and send the whole history, which can span years.
            entries = entries[start : start + size]
        return cls(entries=entries, total=total)

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
