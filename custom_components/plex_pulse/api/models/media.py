"""Media items: what a library holds and what a session plays."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final, Self

from .coerce import JsonObject, integer, non_negative_int, parse_list, text, timestamp
from .image import is_server_path

_LIBRARY_KEYS: Final = ("librarySectionID", "librarySectionTitle")


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
    the libraries. thumb, parent_thumb, grandparent_thumb: pictures as paths on the
    server; what has its picture elsewhere (live TV) has none here. view_count,
    last_viewed_at: of the token's user. summary: as long as Plex has it.
    """

    rating_key: str | None
    item_type: str
    title: str | None
    parent_title: str | None
    grandparent_title: str | None
    index: int | None
    parent_index: int | None
    year: int | None
    summary: str | None
    duration: int | None
    added_at: datetime | None
    view_count: int
    last_viewed_at: datetime | None
    library_key: str | None
    library_title: str | None
    thumb: str | None
    parent_thumb: str | None
    grandparent_thumb: str | None

    @property
    def poster(self) -> str | None:
        """Return the picture people know the item by: of an episode, its show's."""
        if self.item_type == "episode":
            return self.grandparent_thumb or self.parent_thumb or self.thumb
        return self.thumb or self.parent_thumb or self.grandparent_thumb

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
            index=non_negative_int(fields, "index"),
            parent_index=non_negative_int(fields, "parentIndex"),
            year=non_negative_int(fields, "year"),
            summary=text(fields, "summary"),
            duration=non_negative_int(fields, "duration"),
            added_at=timestamp(fields, "addedAt"),
            view_count=non_negative_int(fields, "viewCount") or 0,
            last_viewed_at=timestamp(fields, "lastViewedAt"),
            # -4 is live TV, -2 a preroll, -3 unknown: no library of that number exists.
            library_key=str(section) if section is not None and section > 0 else None,
            library_title=text(fields, "librarySectionTitle"),
            thumb=_image_path(fields, "thumb"),
            parent_thumb=_image_path(fields, "parentThumb"),
            grandparent_thumb=_image_path(fields, "grandparentThumb"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPage:
    """A part of a listing. total: items in the whole listing, as the server counts."""

    items: tuple[MediaItem, ...]
    total: int

    @classmethod
    def parse(cls, container: JsonObject) -> Self | None:
        """Return the page, None for an answer that is no listing."""
        if (total := listing_total(container)) is None:
            return None
        return cls(items=listed_items(container), total=total)


def listed_items(container: JsonObject) -> tuple[MediaItem, ...]:
    """Return the items of a listing, which may name their library once for all of them."""
    place = {key: container[key] for key in _LIBRARY_KEYS if key in container}

    def parse(fields: JsonObject) -> MediaItem:
        """Return an item in its library."""
        return MediaItem.parse(fields if _LIBRARY_KEYS[0] in fields else {**fields, **place})

    return parse_list(container, "Metadata", parse)


def listing_total(container: JsonObject) -> int | None:
    """Return how many entries a listing has; `size` counts those of the page alone."""
    total = non_negative_int(container, "totalSize")
    return non_negative_int(container, "size") if total is None else total


def _image_path(fields: JsonObject, key: str) -> str | None:
    """Return the path of a picture the server can show."""
    path = text(fields, key)
    return path if path is not None and is_server_path(path) else None
