"""Recognize an item that is deleted and added again under another rating key.

A server with one file in two libraries, or with a file that it cannot match, does so every
hour (Tautulli-Issues 125); an upgraded file is often replaced like that.
"""

from typing import Final

from ..api import Clock, MediaItem

_RETENTION_SECONDS: Final = 24 * 3600.0
_MAX_ITEMS: Final = 10_000

type ItemIdentity = tuple[str | int | None, ...]
"""The key of the library, and what stays the same under every rating key."""


def _identities(library_key: str, item: MediaItem) -> list[ItemIdentity]:
    """Return what identifies an item beyond its rating key; nothing if too little is known."""
    found: list[ItemIdentity] = []
    guid = item.guid or ""
    # Unmatched items have a guid made of their rating key.
    if "://" in guid and not guid.startswith("local:") and "agents.none" not in guid:
        found.append((library_key, guid))
    match item.item_type:
        case "episode" if item.grandparent_title and item.title and item.index is not None:
            place = (item.grandparent_title, item.parent_index, item.index, item.title)
            found.append((library_key, "episode", *place))
        case "album" if item.parent_title and item.title:
            found.append((library_key, "album", item.parent_title, item.title, item.year))
        case "movie" if item.title and item.year is not None:
            found.append((library_key, "movie", item.title, item.year))
    return found


def _identity_by_title(library_key: str, item: MediaItem) -> ItemIdentity | None:
    """Return the identity of an item of which only its notification is known.

    A movie has its title, all others have a title within their show, season or artist.
    """
    if item.title is None or (item.item_type != "movie" and item.parent_rating_key is None):
        return None
    return (library_key, "title", item.item_type, item.parent_rating_key, item.title)


class ItemIdentities:
    """Identities of items that were added or deleted within a day."""

    def __init__(self, clock: Clock) -> None:
        """Start without items."""
        self._clock = clock
        self._seen: dict[ItemIdentity, float] = {}
        self._known: dict[str, list[ItemIdentity]] = {}

    def add_existing(self, library_key: str, item: MediaItem) -> None:
        """Store the identity of an existing item, to recognize it after its deletion."""
        if item.rating_key is not None and (found := _identities(library_key, item)):
            self._known.pop(item.rating_key, None)
            self._known[item.rating_key] = found
            if len(self._known) > _MAX_ITEMS:
                del self._known[next(iter(self._known))]

    def record_deleted(
        self, library_key: str, rating_key: str, notified: MediaItem | None = None
    ) -> None:
        """Record that an item was deleted now.

        Of an item that is in no list, as most items of a library, only what the notification
        contains is known.
        """
        found = self._known.pop(rating_key, None)
        if found is None:
            by_title = _identity_by_title(library_key, notified) if notified is not None else None
            found = [by_title] if by_title is not None else []
        self._store(found)

    def record_added(self, library_key: str, item: MediaItem) -> bool:
        """Record that an item was added now; return whether it existed within the last day."""
        found = _identities(library_key, item)
        earliest = self._clock.monotonic() - _RETENTION_SECONDS
        candidates = [*found, _identity_by_title(library_key, item)]
        is_known = any(
            self._seen.get(identity, earliest) > earliest
            for identity in candidates
            if identity is not None
        )
        self._store(found)
        self.add_existing(library_key, item)
        return is_known

    def _store(self, identities: list[ItemIdentity]) -> None:
        """Store identities as of now, and drop the oldest above the limit."""
        for identity in identities:
            self._seen.pop(identity, None)
            self._seen[identity] = self._clock.monotonic()
        while len(self._seen) > _MAX_ITEMS:
            del self._seen[next(iter(self._seen))]
