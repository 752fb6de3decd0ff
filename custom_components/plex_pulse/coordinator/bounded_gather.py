"""Many requests for one purpose, of which one may fail alone."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from ..api import PlexApiError, PlexErrorKind

_AT_ONCE: Final = 2
"""One of the host's three places stays free for the sessions."""

_OF_ONE: Final = frozenset({PlexErrorKind.CLIENT, PlexErrorKind.PROTOCOL, PlexErrorKind.SERVER})
"""Failures that say something of one request; of the server the poll itself has to tell."""


async def async_gather_tolerant[KeyT, ValueT](
    keys: Collection[KeyT], read: Callable[[KeyT], Awaitable[ValueT]]
) -> dict[KeyT, ValueT]:
    """Return what was read by key, without what fails alone.

    Raises:
        PlexApiError: the server does not answer, or wants to be left alone.

    """
    places = asyncio.Semaphore(_AT_ONCE)
    values: dict[KeyT, ValueT] = {}

    async def read_one(key: KeyT) -> None:
        """Read one of them."""
        async with places:
            try:
                values[key] = await read(key)
            except PlexApiError as err:
                if err.kind not in _OF_ONE:
                    raise

    failures: list[PlexApiError] = []
    try:
        async with asyncio.TaskGroup() as group:
            for key in keys:
                group.create_task(read_one(key))
    except* PlexApiError as errors:
        failures += (err for err in errors.exceptions if isinstance(err, PlexApiError))
    if failures:
        raise failures[0]
    return values
