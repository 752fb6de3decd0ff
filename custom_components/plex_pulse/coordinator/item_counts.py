"""Count the items of the libraries by type."""

from collections.abc import Collection, Container, Mapping
from typing import Final

from ..api import Library, LibraryKind, MediaType, PlexServerClient, RetryPolicy
from .bounded_gather import async_gather_tolerant

type CountKey = tuple[str, MediaType]
"""A library's uuid and the type of items counted in it."""

_SINGLE_ATTEMPT: Final = RetryPolicy(max_retries=0)

COUNTED: Final[Mapping[LibraryKind, tuple[MediaType, ...]]] = {
    LibraryKind.MOVIES: (MediaType.MOVIE,),
    LibraryKind.SHOWS: (MediaType.SHOW, MediaType.EPISODE),
    LibraryKind.MUSIC: (MediaType.ARTIST, MediaType.ALBUM, MediaType.TRACK),
    LibraryKind.PHOTOS: (MediaType.PHOTO, MediaType.PHOTO_ALBUM, MediaType.CLIP),
    LibraryKind.VIDEOS: (MediaType.MOVIE,),
}
"""What is counted in a library whose entities are not added yet."""


async def async_count_items(
    client: PlexServerClient,
    libraries: Mapping[str, Library],
    keys: Collection[CountKey],
    failed_before: Container[CountKey] = (),
) -> dict[CountKey, int]:
    """Return the counts of `keys`, without those whose request alone failed.

    Those that failed before are not repeated within the call.

    Raises:
        PlexApiError: the server as a whole does not answer.

    """

    async def count(key: CountKey) -> int:
        """Count one type."""
        uuid, media_type = key
        policy = _SINGLE_ATTEMPT if key in failed_before else None
        return await client.count_items(libraries[uuid].key, media_type, policy=policy)

    return await async_gather_tolerant(keys, count)
