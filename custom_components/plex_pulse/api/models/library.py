"""Library sections and what they hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from .coerce import JsonObject, boolean, children, non_negative_int, text, timestamp

_LIBRARY_PROVIDER: Final = "com.plexapp.plugins.library"
_NO_AGENTS: Final = frozenset({"com.plexapp.agents.none", "tv.plex.agents.none"})


class LibraryKind(StrEnum):
    """What a library section is for; the value is Plex's `type` but for videos."""

    MOVIES = "movie"
    SHOWS = "show"
    MUSIC = "artist"
    PHOTOS = "photo"
    VIDEOS = "video"
    """Other videos: Plex says movie, with an agent that looks nothing up."""
    OTHER = "other"
    """A type that a newer server may bring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One library section.

    key: its number in paths. uuid: names it for ever, over renames and new numbers.
    storage: bytes, duration: milliseconds; both only with `includeStorage`.
    """

    key: str
    uuid: str
    title: str
    kind: LibraryKind
    is_scanning: bool
    scanned_at: datetime | None
    updated_at: datetime | None
    storage: int | None
    duration: int | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the library, None for a directory that is none (Home, Playlists)."""
        # /library/sections has the number under "key"; /media/providers has a path
        # there, and the number under "id".
        key = text(fields, "id") or text(fields, "key")
        section_type = text(fields, "type")
        if key is None or section_type is None or not key.isdecimal():
            return None
        return cls(
            key=key,
            uuid=text(fields, "uuid") or f"section-{key}",
            title=text(fields, "title") or key,
            kind=_kind(section_type, text(fields, "agent")),
            is_scanning=bool(boolean(fields, "refreshing")),
            scanned_at=timestamp(fields, "scannedAt"),
            updated_at=timestamp(fields, "updatedAt"),
            storage=non_negative_int(fields, "storageTotal"),
            duration=non_negative_int(fields, "durationTotal"),
        )


def _kind(section_type: str, agent: str | None) -> LibraryKind:
    """Return what the section is for."""
    if section_type == LibraryKind.MOVIES and agent in _NO_AGENTS:
        return LibraryKind.VIDEOS
    try:
        return LibraryKind(section_type)
    except ValueError:
        return LibraryKind.OTHER


def provided_libraries(container: JsonObject) -> tuple[Library, ...]:
    """Return the libraries that `/media/providers` lists as the server's own content."""
    return tuple(
        library
        for provider in children(container, "MediaProvider")
        if text(provider, "identifier") == _LIBRARY_PROVIDER
        for feature in children(provider, "Feature")
        if text(feature, "type") == "content"
        for directory in children(feature, "Directory")
        if (library := Library.parse(directory)) is not None
    )
