"""Count the items of the libraries by type."""

from collections.abc import Collection, Mapping
from typing import Final

from ..api import Library, LibraryKind, MediaType, PlexServerClient
from .bounded_gather import async_gather_tolerant

type CountKey = tuple[str, MediaType]
"""A library's uuid and the type of items counted in it."""

COUNTED: Final[Mapping[LibraryKind, tuple[MediaType, ...]]] = {
    LibraryKind.MOVIES: (MediaType.MOVIE,),
    LibraryKind.SHOWS: (MediaType.SHOW, MediaType.EPISODE),
    LibraryKind.MUSIC: (MediaType.ARTIST, MediaType.ALBUM, MediaType.TRACK),
    LibraryKind.PHOTOS: (MediaType.PHOTO, MediaType.PHOTO_ALBUM),
    LibraryKind.VIDEOS: (MediaType.MOVIE,),
}
"""What is counted in a library whose entities are not added yet."""


async def async_count_items(
    client: PlexServerClient,
    libraries: Mapping[str, Library],
    keys: Collection[CountKey],
) -> dict[CountKey, int]:
    """Return the counts of `keys`, without those whose request alone failed.

    Raises:
        PlexApiError: the server as a whole does not answer.

    """

    async def count(key: CountKey) -> int:
        """Count one type."""
        uuid, media_type = key
        return await client.count_items(libraries[uuid].key, media_type)

    return await async_gather_tolerant(keys, count)
