"""What was played, by whom and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from .coerce import JsonObject, parse_list, text, timestamp
from .media import MediaItem, listing_total


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One playback. account_id: as `User.id`, "1" is the owner.

    Of an item that was deleted since, only the titles are left: it has no rating_key.
    """

    item: MediaItem
    viewed_at: datetime | None
    account_id: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the entry."""
        return cls(
            item=MediaItem.parse(fields),
            viewed_at=timestamp(fields, "viewedAt"),
            account_id=text(fields, "accountID"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A part of the history, newest first. total: entries in the whole of it."""

    entries: tuple[HistoryEntry, ...]
    total: int

    @classmethod
    def parse(cls, container: JsonObject, *, start: int, size: int) -> Self | None:
        """Return the page that was asked for, None for an answer that is no listing."""
        if (total := listing_total(container)) is None:
            return None
        entries = parse_list(container, "Metadata", HistoryEntry.parse)
        if len(entries) > size:
            # A server may ignore paging; the whole history is years long.
            entries = entries[start : start + size]
        return cls(entries=entries, total=total)

    def since(self, seconds: int, *, start: int) -> Self:
        """Return the page without what is older than a moment in Unix seconds.

        Some servers are said to ignore the filter; what follows an entry that is too
        old is older still.
        """
        entries = tuple(
            entry
            for entry in self.entries
            if entry.viewed_at is None or entry.viewed_at.timestamp() >= seconds
        )
        if len(entries) == len(self.entries):
            return self
        return replace(self, entries=entries, total=start + len(entries))
