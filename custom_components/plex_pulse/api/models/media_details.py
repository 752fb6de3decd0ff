"""Details of an item that a listing has beside its names: format, rating, progress."""

from typing import Final, Self

from ..record import Record
from .coerce import (
    JsonObject,
    child,
    children,
    non_negative_float,
    non_negative_int,
    short_text,
    text,
)
from .media import MediaItem, listed_items, listing_total, page_entries
from .selected_media import SelectedMedia

_MAX_TAGS: Final = 5


class DetailedItem(Record):
    """An item with its details, None where the listing has none.

    view_offset: milliseconds that the token's user has played. leaf_count,
    viewed_leaf_count: episodes or tracks in it. rating: 0 to 10. bitrate: kbit/s, size:
    bytes of the first file. parent_key, grandparent_key: `rating_key` of the season and of
    the show of an episode.
    """

    item: MediaItem
    view_offset: int | None
    leaf_count: int | None
    viewed_leaf_count: int | None
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    rating: float | None
    content_rating: str | None
    studio: str | None
    media: SelectedMedia
    audio_channels: int | None
    bitrate: int | None
    size: int | None
    parent_key: str | None
    grandparent_key: str | None

    @classmethod
    def parse(cls, fields: JsonObject, item: MediaItem) -> Self:
        """Return the item with the details in its fields."""
        media = child(fields, "Media")
        return cls(
            item=item,
            view_offset=non_negative_int(fields, "viewOffset"),
            leaf_count=non_negative_int(fields, "leafCount"),
            viewed_leaf_count=non_negative_int(fields, "viewedLeafCount"),
            genres=_tags(fields, "Genre"),
            directors=_tags(fields, "Director"),
            rating=non_negative_float(fields, "rating")
            or non_negative_float(fields, "audienceRating"),
            content_rating=short_text(fields, "contentRating"),
            studio=short_text(fields, "studio"),
            media=SelectedMedia.parse(fields),
            audio_channels=non_negative_int(media, "audioChannels"),
            bitrate=non_negative_int(media, "bitrate"),
            size=non_negative_int(child(media, "Part"), "size") or None,
            parent_key=text(fields, "parentRatingKey"),
            grandparent_key=text(fields, "grandparentRatingKey"),
        )


def detailed_page(
    container: JsonObject, *, start: int, size: int
) -> tuple[tuple[DetailedItem, ...], int] | None:
    """Return the items of a page of a listing, and the total; None for another response."""
    if (total := listing_total(container)) is None:
        return None
    entries = page_entries(container, start, size)
    items = listed_items(container, start=start, size=size)
    return tuple(map(DetailedItem.parse, entries, items, strict=True)), total


def _tags(fields: JsonObject, key: str) -> tuple[str, ...]:
    """Return the names in a list of tags."""
    tags = (short_text(tag, "tag") for tag in children(fields, key))
    return tuple(tag for tag in tags if tag is not None)[:_MAX_TAGS]
