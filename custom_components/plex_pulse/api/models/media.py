"""Media items: what a library holds and what a session plays."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Self

from ..decode import JsonObject
from .coerce import integer, moment, positive, text


class MediaType(IntEnum):
    """Plex's numbers for the types of items, as `type=` in a listing takes them."""

    MOVIE = 1
    SHOW = 2
    SEASON = 3
    EPISODE = 4
    ARTIST = 8
    ALBUM = 9
    TRACK = 10
    CLIP = 12
    PHOTO = 13
    PHOTO_ALBUM = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """One movie, episode, track, photo ...

    item_type: Plex's word: movie, show, season, episode, artist, album, track, clip,
    photo. parent_title, grandparent_title: season and show of an episode, album and
    artist of a track. index, parent_index: number of the episode and of its season.
    duration: milliseconds, None for live TV and photos. library_key: None outside
    the libraries. thumb: a server path, never an address.
    """

    rating_key: str | None
    item_type: str
    title: str | None
    parent_title: str | None
    grandparent_title: str | None
    index: int | None
    parent_index: int | None
    year: int | None
    duration: int | None
    added_at: datetime | None
    library_key: str | None
    library_title: str | None
    thumb: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the item; there is none so odd that it cannot be shown."""
        section = integer(fields, "librarySectionID")
        return cls(
            rating_key=text(fields, "ratingKey"),
            item_type=text(fields, "type") or "unknown",
            title=text(fields, "title"),
            parent_title=text(fields, "parentTitle"),
            grandparent_title=text(fields, "grandparentTitle"),
            index=positive(fields, "index"),
            parent_index=positive(fields, "parentIndex"),
            year=positive(fields, "year"),
            duration=positive(fields, "duration"),
            added_at=moment(fields, "addedAt"),
            # -4 is live TV, -2 a preroll, -3 unknown: no library of that number exists.
            library_key=str(section) if section is not None and section > 0 else None,
            library_title=text(fields, "librarySectionTitle"),
            thumb=text(fields, "thumb"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPage:
    """A part of a listing. total: items in the whole listing, as the server counts."""

    items: tuple[MediaItem, ...]
    total: int
