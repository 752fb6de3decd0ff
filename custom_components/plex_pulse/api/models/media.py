"""Models of media items, in libraries and in sessions."""

from datetime import datetime
from enum import IntEnum
import re
from typing import Final, Self

from ..record import Record
from .coerce import (
    MAX_LONG_TEXT_LENGTH,
    JsonObject,
    children,
    integer,
    non_negative_int,
    short_text,
    text,
    timestamp,
)
from .image import is_server_path
from .parse_cache import parse_cached

_MUSIC: Final = frozenset({"artist", "album", "track"})
_LIBRARY_KEYS: Final = ("librarySectionID", "librarySectionTitle")
_PREROLL_SECTION: Final = -2
"""Section of prerolls, and of music videos from the cloud."""
_PREROLL_GUID: Final = "prerolls://"
_MUSIC_EXTRA_TYPES: Final = frozenset({4, 7, 8, 9})
"""Values of `extraType` that are watched for their own sake: music videos and concerts."""
_MUSIC_SUBTYPES: Final = frozenset({"concert", "livemusicvideo", "lyricmusicvideo", "musicvideo"})
_EXTRA_SUBTYPES: Final = frozenset(
    {
        "behindthescenes",
        "deletedscene",
        "featurette",
        "interview",
        "preroll",
        "sceneorsample",
        "trailer",
    }
)

_CACHE_SIZE: Final = 512
_KEYS: Final = (
    "ratingKey",
    "parentRatingKey",
    "type",
    "title",
    "parentTitle",
    "grandparentTitle",
    "originalTitle",
    "editionTitle",
    "originallyAvailableAt",
    "extraType",
    "subtype",
    "index",
    "parentIndex",
    "year",
    "summary",
    "duration",
    "addedAt",
    "viewCount",
    "lastViewedAt",
    "librarySectionID",
    "librarySectionTitle",
    "thumb",
    "parentThumb",
    "grandparentThumb",
    "art",
    "guid",
)
"""All fields that `MediaItem.parse` reads."""

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


class MediaType(IntEnum):
    """Plex's numbers for the types of items, the parameter `type` of a listing."""

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


class MediaItem(Record):
    """One movie, episode, track, photo ..."""

    rating_key: str | None
    """Identifies the item on its server; None for deleted items in the history."""
    parent_rating_key: str | None
    """Identifies the season of an episode, the album of a track, the artist of an album."""
    item_type: str
    """Plex's type: movie, show, season, episode, artist, album, track, clip, photo."""
    title: str | None
    parent_title: str | None
    """The season of an episode, the album of a track."""
    grandparent_title: str | None
    """The show of an episode, the artist of the album of a track."""
    original_title: str | None
    """The artist of a track if it differs from that of the album; a movie's foreign title."""
    edition: str | None
    """Director's Cut ...; None for the only version of a movie."""
    aired: str | None
    """The date of the first release, YYYY-MM-DD; the only number of a daily show's episode."""
    is_extra: bool
    """Whether it is a preroll, a trailer or another extra of a movie, no item of a library."""
    index: int | None
    """The number of an episode, season or track."""
    parent_index: int | None
    """The number of the season of an episode."""
    year: int | None
    summary: str | None
    duration: int | None
    """Milliseconds; None for live TV and photos."""
    added_at: datetime | None
    view_count: int
    """Views by the token's user."""
    last_viewed_at: datetime | None
    """Last view by the token's user."""
    library_key: str | None
    """`Library.key`; None for items outside of libraries."""
    library_title: str | None
    thumb: str | None
    """Path of the image on the server; None if it is elsewhere (live TV), as below."""
    parent_thumb: str | None
    grandparent_thumb: str | None
    art: str | None = None
    """Path of the background image."""
    guid: str | None = None
    """Identifies the title on all servers, such as plex://movie/5d77..."""

    @property
    def artist(self) -> str | None:
        """Return the artist of a track or album: of a compilation, that of the track."""
        if self.item_type == "track":
            return self.original_title or self.grandparent_title
        return self.parent_title if self.item_type == "album" else None

    @property
    def poster(self) -> str | None:
        """Return the path of the image to show: of an episode, that of its show."""
        return next(iter(self.posters), None)

    @property
    def posters(self) -> tuple[str, ...]:
        """Return the paths of the images that can be shown, the best one first.

        The first one may not exist, although the item names it.
        """
        paths = [self.thumb, self.parent_thumb, self.grandparent_thumb]
        if self.item_type == "episode":
            paths.reverse()
        return tuple(dict.fromkeys(path for path in (*paths, self.art) if path is not None))

    @property
    def has_square_poster(self) -> bool:
        """Return whether the image to show is as wide as high: covers and artists."""
        return self.item_type in _MUSIC

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the item; no field is required."""
        section = integer(fields, "librarySectionID")
        item_type = text(fields, "type") or "unknown"
        return cls(
            rating_key=text(fields, "ratingKey"),
            parent_rating_key=text(fields, "parentRatingKey"),
            item_type=item_type,
            title=text(fields, "title"),
            parent_title=text(fields, "parentTitle"),
            grandparent_title=text(fields, "grandparentTitle"),
            original_title=text(fields, "originalTitle"),
            edition=text(fields, "editionTitle"),
            aired=_date(text(fields, "originallyAvailableAt")),
            is_extra=item_type == "clip" and _is_extra(fields, section),
            index=non_negative_int(fields, "index"),
            parent_index=non_negative_int(fields, "parentIndex"),
            year=non_negative_int(fields, "year"),
            summary=text(fields, "summary", MAX_LONG_TEXT_LENGTH),
            duration=non_negative_int(fields, "duration"),
            added_at=timestamp(fields, "addedAt"),
            view_count=non_negative_int(fields, "viewCount") or 0,
            last_viewed_at=timestamp(fields, "lastViewedAt"),
            # -4 is live TV, -3 unknown, -2 a preroll: no libraries.
            library_key=str(section) if section is not None and section > 0 else None,
            library_title=short_text(fields, "librarySectionTitle"),
            thumb=_image_path(fields, "thumb"),
            parent_thumb=_image_path(fields, "parentThumb"),
            grandparent_thumb=_image_path(fields, "grandparentThumb"),
            art=_image_path(fields, "art"),
            guid=text(fields, "guid"),
        )


parse_item: Final = parse_cached(MediaItem.parse, _KEYS, _CACHE_SIZE)
"""Return an item, the same object for the same fields."""


class MediaPage(Record):
    """A page of a listing."""

    items: tuple[MediaItem, ...]
    total: int
    """Items in the whole listing, by the server's count."""

    @classmethod
    def parse(cls, container: JsonObject, *, start: int, size: int) -> Self | None:
        """Return the requested page, None for a response that is no listing."""
        if (total := listing_total(container)) is None:
            return None
        return cls(items=listed_items(container, start=start, size=size), total=total)


def listed_items(container: JsonObject, *, start: int = 0, size: int) -> tuple[MediaItem, ...]:
    """Return the items of a page of a listing, whose library may stand in the container."""
    library = {key: container[key] for key in _LIBRARY_KEYS if key in container}
    return tuple(
        parse_item(fields if _LIBRARY_KEYS[0] in fields else {**fields, **library})
        for fields in page_entries(container, start, size)
    )


def page_entries(container: JsonObject, start: int, size: int) -> list[JsonObject]:
    """Return the entries of the requested page of a listing.

    A server may ignore paging (OpenAPI 1.2.2, "Paging") and send the whole list.
    """
    entries = children(container, "Metadata", None)
    return entries[start : start + size] if len(entries) > size else entries


def listing_total(container: JsonObject) -> int | None:
    """Return the number of entries of a listing, or of the page (`size`) without it."""
    total = non_negative_int(container, "totalSize")
    return non_negative_int(container, "size") if total is None else total


def _date(value: str | None) -> str | None:
    """Return the date at the start of a text; some servers append the time of day."""
    match = _DATE.match(value) if value is not None else None
    return match[0] if match is not None else None


def _is_extra(fields: JsonObject, section: int | None) -> bool:
    """Return whether a clip is a preroll, a trailer or another extra.

    Extras are clips with an `extraType` or a `subtype`; clips of a library of other videos
    have neither. A preroll is in no library. Music videos from the cloud are in the section
    of the prerolls, with a hexadecimal rating key.
    """
    if (text(fields, "guid") or "").startswith(_PREROLL_GUID):
        return True
    extra_type = integer(fields, "extraType")
    subtype = (text(fields, "subtype") or "").lower()
    if extra_type in _MUSIC_EXTRA_TYPES or subtype in _MUSIC_SUBTYPES:
        return False
    if extra_type or subtype in _EXTRA_SUBTYPES:
        return True
    return section == _PREROLL_SECTION and (text(fields, "ratingKey") or "0").isdecimal()


def _image_path(fields: JsonObject, key: str) -> str | None:
    """Return the path of an image, None if it is not stored on the server."""
    path = text(fields, key)
    return path if path is not None and is_server_path(path) else None
