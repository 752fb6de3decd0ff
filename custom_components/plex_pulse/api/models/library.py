"""Models of libraries."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, boolean, children, non_negative_int, short_text, text, timestamp

_LIBRARY_PROVIDER: Final = "com.plexapp.plugins.library"
_NO_AGENTS: Final = frozenset({"com.plexapp.agents.none", "tv.plex.agents.none"})


class LibraryKind(StrEnum):
    """The kind of a library; the value is Plex's `type`, except for videos."""

    MOVIES = "movie"
    SHOWS = "show"
    MUSIC = "artist"
    PHOTOS = "photo"
    VIDEOS = "video"
    """Other videos: Plex's type is movie, with an agent that matches nothing."""
    OTHER = "other"
    """A type added by a newer server."""


class Library(Record):
    """One library."""

    key: str
    """Its number in paths."""
    uuid: str
    """Permanent, unlike title and number; "section-{key}" where a server sends none."""
    title: str
    kind: LibraryKind
    is_scanning: bool
    scanned_at: datetime | None
    """End of the last scan."""
    updated_at: datetime | None
    storage: int | None
    """Bytes; None without `includeStorage`."""
    duration: int | None
    """Milliseconds of all items; None without `includeStorage`."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the library, None for another directory (Home, Playlists)."""
        # The number is "key" in /library/sections; in /media/providers that is a path, and
        # the number is "id".
        key = text(fields, "id") or text(fields, "key")
        section_type = text(fields, "type")
        if key is None or section_type is None or not key.isdecimal():
            return None
        return cls(
            key=key,
            uuid=text(fields, "uuid") or f"section-{key}",
            title=short_text(fields, "title") or key,
            kind=_kind(section_type, text(fields, "agent")),
            is_scanning=bool(boolean(fields, "refreshing")),
            scanned_at=timestamp(fields, "scannedAt"),
            updated_at=timestamp(fields, "updatedAt"),
            storage=non_negative_int(fields, "storageTotal"),
            duration=non_negative_int(fields, "durationTotal"),
        )


def _kind(section_type: str, agent: str | None) -> LibraryKind:
    """Return the kind of a library."""
    if section_type == LibraryKind.MOVIES and agent in _NO_AGENTS:
        return LibraryKind.VIDEOS
    try:
        return LibraryKind(section_type)
    except ValueError:
        return LibraryKind.OTHER


def provided_libraries(container: JsonObject) -> Iterator[Library]:
    """Yield the libraries in `/media/providers`, without those of other providers."""
    yield from (
        library
        for provider in children(container, "MediaProvider")
        if text(provider, "identifier") == _LIBRARY_PROVIDER
        for feature in children(provider, "Feature")
        if text(feature, "type") == "content"
        for directory in children(feature, "Directory", None)
        if (library := Library.parse(directory)) is not None
    )
