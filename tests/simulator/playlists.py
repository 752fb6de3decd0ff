"""Playlists and play queues in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import uuid

from .details import mixed_tree
from .encode import Tree
from .library import Item, Kind

_TYPES = {Kind.TRACK: "audio", Kind.PHOTO: "photo"}


def playlist_type(items: Iterable[Item]) -> str:
    """Return the type of a playlist with these items: video, audio or photo."""
    return next((_TYPES.get(item.kind, "video") for item in items), "video")


@dataclass(eq=False, slots=True)
class Entry:
    """One place of a list; an item may have several."""

    id: int
    item: Item


class EntryList:
    """An ordered list whose entries have ids of their own."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        """Start with these items."""
        self._next_id = 1
        self.entries: list[Entry] = []
        self.insert(0, items)

    def insert(self, place: int, items: Iterable[Item]) -> list[Entry]:
        """Insert items at a place and return their entries."""
        added: list[Entry] = []
        for item in items:
            added.append(Entry(self._next_id, item))
            self._next_id += 1
        self.entries[place:place] = added
        return added

    def find(self, entry_id: int | None) -> Entry | None:
        """Return the entry with an id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def move(self, entry: Entry, after: Entry | None) -> None:
        """Move an entry behind another one, or to the beginning."""
        self.entries.remove(entry)
        place = 0 if after is None else self.entries.index(after) + 1
        self.entries.insert(place, entry)


@dataclass(eq=False, slots=True, kw_only=True)
class Playlist:
    """A playlist; content is the query of a smart one, whose list stays empty."""

    rating_key: int
    title: str
    type: str
    added_at: int
    content: str | None = None
    summary: str = ""
    view_count: int = 0
    last_viewed_at: int | None = None
    attributes: Tree = field(default_factory=dict)
    entry_list: EntryList = field(default_factory=EntryList)

    def tree(self, items: list[Item]) -> Tree:
        """Return the playlist as /playlists lists it, with totals of its items."""
        tree: Tree = {
            "ratingKey": str(self.rating_key),
            "key": f"/playlists/{self.rating_key}/items",
            "guid": f"com.plexapp.agents.none://{uuid.UUID(int=self.rating_key)}",
            "type": "playlist",
            "title": self.title,
            "summary": self.summary,
            "smart": self.content is not None,
            "playlistType": self.type,
            "allowSync": True,
            "composite": f"/playlists/{self.rating_key}/composite/{self.added_at}",
            "leafCount": len(items),
            "addedAt": self.added_at,
            "updatedAt": self.added_at,
        }
        if items:
            tree["duration"] = sum(item.duration or 0 for item in items)
        if self.view_count:
            tree |= {"viewCount": self.view_count, "lastViewedAt": self.last_viewed_at or 0}
        if self.content is not None:
            tree["content"] = self.content
        return tree | self.attributes


@dataclass(eq=False, slots=True, kw_only=True)
class PlayQueue:
    """A play queue; selected is the entry that plays."""

    id: int
    entry_list: EntryList
    source_uri: str
    is_shuffled: bool
    selected: Entry | None
    last_added: Entry | None = None
    version: int = 1

    def add(self, items: Iterable[Item], *, plays_next: bool) -> None:
        """Add items behind the selected one, or behind those added before."""
        entries = self.entry_list.entries
        anchor = self.selected if plays_next else self.last_added
        place = entries.index(anchor) + 1 if anchor in entries else len(entries)
        added = self.entry_list.insert(place, items)
        if added and (not plays_next or self.last_added is None):
            self.last_added = added[-1]
        self.version += 1

    def tree(self) -> Tree:
        """Return the container that lists the queue."""
        entries = self.entry_list.entries
        tree: Tree = {
            "size": len(entries),
            "identifier": "com.plexapp.plugins.library",
            "mediaTagPrefix": "/system/bundle/media/flags/",
            "mediaTagVersion": 1_700_000_000,
            "playQueueID": self.id,
            "playQueueShuffled": self.is_shuffled,
            "playQueueSourceURI": self.source_uri,
            "playQueueTotalCount": len(entries),
            "playQueueVersion": self.version,
        }
        if self.last_added in entries and self.last_added is not None:
            tree["playQueueLastAddedItemID"] = self.last_added.id
        if self.selected in entries and self.selected is not None:
            tree |= {
                "playQueueSelectedItemID": self.selected.id,
                "playQueueSelectedItemOffset": entries.index(self.selected),
                "playQueueSelectedMetadataItemID": str(self.selected.item.rating_key),
            }
        tree["Metadata"] = [
            mixed_tree(entry.item) | {"playQueueItemID": entry.id} for entry in entries
        ]
        return tree
