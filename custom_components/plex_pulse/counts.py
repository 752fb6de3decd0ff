"""How many items the libraries have."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

from .api import (
    Library,
    LibraryKind,
    MediaType,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
)

type CountKey = tuple[str, MediaType]
"""A library's uuid and the type of items counted in it."""

COUNTED: Final[Mapping[LibraryKind, tuple[MediaType, ...]]] = {
    LibraryKind.MOVIES: (MediaType.MOVIE,),
    LibraryKind.SHOWS: (MediaType.SHOW, MediaType.EPISODE),
    LibraryKind.MUSIC: (MediaType.ARTIST, MediaType.ALBUM, MediaType.TRACK),
    LibraryKind.PHOTOS: (MediaType.PHOTO, MediaType.PHOTO_ALBUM),
    LibraryKind.VIDEOS: (MediaType.MOVIE,),
}
"""What is counted in a library before its entities have said what they show."""

_COUNTS_AT_ONCE: Final = 2
"""One of the host's three places stays free for the sessions."""

_OF_ONE_LIBRARY: Final = frozenset({PlexErrorKind.CLIENT, PlexErrorKind.PROTOCOL})
"""Failures that say something of one library, not of the server."""


async def async_count(
    client: PlexServerClient,
    libraries: Mapping[str, Library],
    wanted: Collection[CountKey],
) -> dict[CountKey, int]:
    """Return the counts wanted, but for those of a library that fails alone.

    Raises:
        PlexApiError: the server as a whole does not answer.

    """
    places = asyncio.Semaphore(_COUNTS_AT_ONCE)
    unwell: list[PlexApiError] = []

    async def count(uuid: str, media_type: MediaType) -> int | None:
        """Count one type."""
        async with places:
            try:
                return await client.count_items(libraries[uuid].key, media_type)
            except PlexApiError as err:
                if err.kind is PlexErrorKind.SERVER:
                    # Of one library it is that one's trouble, of all the server's.
                    unwell.append(err)
                elif err.kind not in _OF_ONE_LIBRARY:
                    raise
        return None

    failures: list[PlexApiError] = []
    tasks: list[asyncio.Task[int | None]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += (group.create_task(count(*key)) for key in wanted)
    except* PlexApiError as errors:
        failures += (err for err in errors.exceptions if isinstance(err, PlexApiError))
    if unwell and len(unwell) == len(wanted):
        failures += unwell
    if failures:
        raise failures[0]
    return {
        key: number
        for key, task in zip(wanted, tasks, strict=True)
        if (number := task.result()) is not None
    }
