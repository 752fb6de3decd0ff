"""The newest items of all libraries, merged from the lists of the libraries.

The server's own list (GET /library/recentlyAdded) has seasons by the date of the season, so a
new episode of an old season is missing from it (homarr PR 6848).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ..api import Library, MediaItem, is_misdated, newest_first
from ..coordinator.bounded_gather import async_gather_tolerant
from ..runtime_data import PlexPulseRuntime

_MAX_LIBRARIES: Final = 50
"""Libraries that are read for one call, those with the newest items first."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


async def async_newest_items(runtime: PlexPulseRuntime, limit: int) -> tuple[MediaItem, ...]:
    """Return the newest `limit` items of all libraries, newest first.

    One request for each library that can have one of them, two at a time. A library that
    cannot be read is left out.

    Raises:
        PlexApiError: no library can be read.

    """
    now = runtime.libraries.recently_added.server_time()
    libraries = _libraries_to_read(runtime, limit, now)
    lists = await async_gather_tolerant(
        libraries, lambda uuid: runtime.client.get_newest(libraries[uuid], limit=limit, now=now)
    )
    if not lists:
        return await runtime.client.get_recently_added(limit=limit, now=now)
    items = (item for found in lists.values() for item in (*found.dated, *found.misdated))
    return tuple(newest_first(items, now)[:limit])


def _libraries_to_read(runtime: PlexPulseRuntime, limit: int, now: float) -> Mapping[str, Library]:
    """Return the libraries that can have one of the newest items, by uuid.

    While push is connected the lists of the coordinator are up to date. They have the newest
    items of each library, which excludes most libraries of a server with many.
    """
    recently_added = runtime.libraries.recently_added
    newest: dict[str, datetime] = {}
    dates: list[datetime] = []
    for uuid, items in recently_added.data.items():
        found = [
            item.added_at
            for item in items
            if item.added_at is not None and not is_misdated(item, now)
        ]
        dates += found
        newest[uuid] = max(found, default=_LONG_AGO)
    dates.sort(reverse=True)
    is_up_to_date = runtime.health.data.push and len(dates) >= limit
    libraries = {
        uuid: library
        for uuid, library in runtime.libraries.data.libraries.items()
        if not is_up_to_date
        or not recently_added.is_current(uuid)
        or newest[uuid] >= dates[limit - 1]
    }
    first = sorted(libraries, key=lambda uuid: newest.get(uuid, _LONG_AGO), reverse=True)
    return {uuid: libraries[uuid] for uuid in first[:_MAX_LIBRARIES]}
