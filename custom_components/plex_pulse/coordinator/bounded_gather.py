"""Run many requests for one purpose, of which single ones may fail."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from ..api import PlexApiError, PlexErrorKind

_MAX_CONCURRENT: Final = 2
"""Leaves one of the three concurrent requests per host to the session poll."""

_REQUEST_SPECIFIC_KINDS: Final = frozenset(
    {PlexErrorKind.CLIENT, PlexErrorKind.PROTOCOL, PlexErrorKind.SERVER}
)
"""Failures of one request; the others concern the whole server."""


async def async_gather_tolerant[KeyT, ValueT](
    keys: Collection[KeyT], read: Callable[[KeyT], Awaitable[ValueT]]
) -> dict[KeyT, ValueT]:
    """Return the values by key, without those whose request alone failed.

    Raises:
        PlexApiError: the server does not answer, refuses the token, or limits the rate.

    """
    remaining = iter(tuple(keys))
    values: dict[KeyT, ValueT] = {}

    async def read_remaining() -> None:
        """Read one value after the other."""
        for key in remaining:
            try:
                values[key] = await read(key)
            except PlexApiError as err:
                if err.kind not in _REQUEST_SPECIFIC_KINDS:
                    raise

    failures: list[PlexApiError] = []
    try:
        async with asyncio.TaskGroup() as group:
            # Not a task for each key: hundreds of them would start in one iteration of the loop.
            for _ in range(min(_MAX_CONCURRENT, len(keys))):
                group.create_task(read_remaining())
    except* PlexApiError as errors:
        failures += (err for err in errors.exceptions if isinstance(err, PlexApiError))
    if failures:
        raise failures[0]
    return values
