"""Endpoints for the contents of libraries."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from .errors import PlexApiError, PlexErrorKind
from .http.decode import decode_container, required
from .http.retry import RetryPolicy
from .http.transport import Transport
from .models.coerce import JsonObject
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType, listed_items, listing_total
from .models.media_details import DetailedItem, detailed_page
from .models.search import found_items
from .newest_items import NewestItems, newest_first, read_newest

RECENT_TYPES: Final[Mapping[LibraryKind, tuple[MediaType, ...]]] = {
    LibraryKind.MOVIES: (MediaType.MOVIE,),
    LibraryKind.SHOWS: (MediaType.EPISODE,),
    LibraryKind.MUSIC: (MediaType.ALBUM,),
    LibraryKind.PHOTOS: (MediaType.PHOTO, MediaType.CLIP),
    LibraryKind.VIDEOS: (MediaType.MOVIE,),
}
"""The types of items that are new in a library: a show with a new episode may be years old."""


_decode_total: Final = required(listing_total)


class MediaEndpoints:
    """Counts, lists and single items.

    A shared user gets the libraries that are shared with them.
    """

    _transport: Transport

    async def count_items(
        self, library_key: str, media_type: MediaType, *, policy: RetryPolicy | None = None
    ) -> int:
        """Return the number of items of a type in a library, without reading them.

        GET /library/sections/{key}/all with a page of no items.

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        return await self._transport.request(
            "GET",
            _library_path(library_key),
            _decode_total,
            params=_COUNT_PARAMS[media_type],
            policy=policy,
        )

    async def get_recently_added(
        self, *, limit: int, library: Library | None = None, now: float | None = None
    ) -> tuple[MediaItem, ...]:
        """Return the items added last, newest first, then those of an impossible date.

        Of a library its movies, episodes, albums, photos or videos; of all libraries the
        server's selection, which has seasons instead of episodes (GET /library/recentlyAdded).
        `now` in Unix seconds determines which dates are possible; that of the server without it.

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        if now is None:
            now = self._transport.server_clock.time()
        if library is None:
            page = await self._get_page("/library/recentlyAdded", start=0, size=limit)
            return tuple(newest_first(page.items, now))[:limit]
        newest = await self.get_newest(library, limit=limit, now=now)
        return (newest.dated + newest.misdated)[:limit]

    async def get_newest(
        self,
        library: Library,
        *,
        limit: int,
        now: float,
        counts: Mapping[MediaType, int | None] | None = None,
        policy: RetryPolicy | None = None,
    ) -> NewestItems:
        """Return the items added last to a library (GET /library/sections/{key}/all).

        Items without a date, or dated in the future of `now` (Unix seconds), are apart from
        the others. `counts` are the numbers of items that are known.

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        first, *others = RECENT_TYPES.get(library.kind, (None,))
        newest = await self._get_newest(library, first, limit, now, policy)
        for media_type in others:
            try:
                # Most photo libraries have no videos, and counting is cheaper than listing.
                count = (counts or {}).get(media_type)
                if count is None:
                    count = await self.count_items(library.key, media_type, policy=policy)
                if not count:
                    continue
                more = await self._get_newest(library, media_type, limit, now, policy)
            except PlexApiError as err:
                # Whether a photo library knows videos depends on the server.
                if err.kind not in {PlexErrorKind.CLIENT, PlexErrorKind.SERVER}:
                    raise
                continue
            # A server may list videos among the photos, too.
            dated = {item.rating_key: item for item in (*newest.dated, *more.dated)}.values()
            misdated = {item.rating_key: item for item in (*newest.misdated, *more.misdated)}
            newest = NewestItems(
                dated=tuple(newest_first(dated, now)[:limit]),
                misdated=tuple(misdated.values()),
            )
        return newest

    async def _get_newest(
        self,
        library: Library,
        media_type: MediaType | None,
        limit: int,
        now: float,
        policy: RetryPolicy | None,
    ) -> NewestItems:
        """Return the items of one type that were added last to a library."""

        async def read_page(start: int, size: int) -> MediaPage:
            """Read a page of the library, newest first."""
            return await self._get_items(
                library.key,
                media_type,
                start=start,
                size=size,
                sort="addedAt:desc",
                policy=policy,
            )

        return await read_newest(read_page, limit, now)

    async def get_on_deck(self, *, limit: int) -> tuple[MediaItem, ...]:
        """Return the items that the token's user can continue (GET /library/onDeck).

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users are permitted.

        """
        page = await self._get_page("/library/onDeck", start=0, size=limit)
        return page.items[:limit]

    async def get_recently_added_details(
        self, *, limit: int, library: Library | None = None
    ) -> tuple[DetailedItem, ...]:
        """Return what `get_recently_added` returns, with the details of each item."""
        path, params = "/library/recentlyAdded", dict[str, str | int]()
        if library is not None:
            media_type, *_ = RECENT_TYPES.get(library.kind, (None,))
            path = _library_path(library.key)
            params = {**_type_params(media_type), "sort": "addedAt:desc"}
        details: dict[MediaItem, DetailedItem] = {}

        async def read_page(start: int, size: int) -> MediaPage:
            """Return the items of a page, and remember their details."""
            items, total = await self._get_details(path, params, start, size)
            details.update((detailed.item, detailed) for detailed in items)
            return MediaPage(items=tuple(each.item for each in items), total=total)

        newest = await read_newest(read_page, limit, self._transport.server_clock.time())
        return tuple(details[item] for item in (newest.dated + newest.misdated)[:limit])

    async def get_on_deck_details(self, *, limit: int) -> tuple[DetailedItem, ...]:
        """Return what `get_on_deck` returns, with the details of each item."""
        items, _ = await self._get_details("/library/onDeck", {}, 0, limit)
        return items[:limit]

    async def search(self, query: str, *, limit: int) -> tuple[MediaItem, ...]:
        """Return the items of all libraries that match, best match first (GET /hubs/search).

        A query of one character finds nothing. `limit` must be at least 1; a server fails
        on 0.

        Raises:
            PlexApiError: CLIENT, 400 for an empty query; CLIENT, 404 for a shared user without
                any library.

        """

        def parse(container: JsonObject) -> tuple[MediaItem, ...]:
            # The server applies its limit to each type of items.
            return found_items(container, size=limit)

        return await self._transport.request(
            "GET", "/hubs/search", required(parse), params={"query": query, "limit": limit}
        )

    async def get_items(self, rating_keys: Iterable[str]) -> tuple[MediaItem, ...]:
        """Return items by their keys, in one request (GET /library/metadata/1,2,3).

        Items that are deleted or not shared are missing.

        Raises:
            PlexApiError: CLIENT, 404 if all items are missing.

        """
        keys = tuple(rating_keys)
        return await self._transport.request(
            "GET",
            f"/library/metadata/{','.join(keys)}",
            lambda body: listed_items(decode_container(body), size=len(keys)),
        )

    async def _get_items(
        self,
        library_key: str,
        media_type: MediaType | None,
        *,
        start: int,
        size: int,
        sort: str,
        policy: RetryPolicy | None = None,
    ) -> MediaPage:
        """Return a page of a library (GET /library/sections/{key}/all)."""
        params = _type_params(media_type) | {"sort": sort}
        return await self._get_page(
            _library_path(library_key), start=start, size=size, params=params, policy=policy
        )

    async def _get_details(
        self, path: str, params: Mapping[str, str | int], start: int, size: int
    ) -> tuple[tuple[DetailedItem, ...], int]:
        """Return a page of a listing with the details of its items, and the total."""
        return await self._transport.request(
            "GET",
            path,
            required(partial(detailed_page, start=start, size=size)),
            params={**params, **page_params(start, size)},
        )

    async def _get_page(
        self,
        path: str,
        *,
        start: int,
        size: int,
        params: Mapping[str, str | int] | None = None,
        policy: RetryPolicy | None = None,
    ) -> MediaPage:
        """Return a page of a listing."""
        return await self._transport.request(
            "GET",
            path,
            required(partial(MediaPage.parse, start=start, size=size)),
            params={**(params or {}), **page_params(start, size)},
            policy=policy,
        )


def _library_path(library_key: str) -> str:
    """Return the path of a library's listing."""
    return f"/library/sections/{library_key}/all"


def _type_params(media_type: MediaType | None) -> dict[str, str | int]:
    """Return the query parameters for items of a type, or of the library's own type."""
    # Collections would count as items otherwise.
    params: dict[str, str | int] = {"includeCollections": 0}
    if media_type is not None:
        params["type"] = media_type
    if media_type is MediaType.PHOTO:
        # Photos are grouped and counted as moments otherwise.
        params["clusterZoomLevel"] = 1
    return params


def page_params(start: int, size: int) -> dict[str, str | int]:
    """Return the query parameters for a page of a listing."""
    return {"X-Plex-Container-Start": start, "X-Plex-Container-Size": size}


# Built once: to build them takes some percent of the time of a request.
_COUNT_PARAMS: Final[Mapping[MediaType, Mapping[str, str | int]]] = {
    media_type: _type_params(media_type) | page_params(0, 0) for media_type in MediaType
}
