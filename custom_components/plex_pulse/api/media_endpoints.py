"""Endpoints for the contents of libraries, and for images."""

from collections.abc import Iterable, Mapping
from typing import Final

from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.decode import decode_container, required
from .http.transport import Transport
from .models.coerce import JsonObject
from .models.image import ServerImage, is_server_path
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType, listed_items, listing_total
from .models.media_details import DetailedItem, detailed_items
from .models.search import found_items

_PAGE_SIZE: Final = 500
"""Items per request; a page of movies has about 1 MiB."""
_MAX_IMAGE_BYTES: Final = 2 * 1024 * 1024
"""A poster of 600 by 900 pixels has about 100 KiB."""
_RECENT_TYPES: Final[Mapping[LibraryKind, MediaType]] = {
    LibraryKind.MOVIES: MediaType.MOVIE,
    LibraryKind.SHOWS: MediaType.EPISODE,
    LibraryKind.MUSIC: MediaType.ALBUM,
    LibraryKind.PHOTOS: MediaType.PHOTO,
    LibraryKind.VIDEOS: MediaType.MOVIE,
}
"""The type of items that are new in a library: a show with a new episode may be years old."""


class MediaEndpoints:
    """Counts, lists, single items and images.

    A shared user gets the libraries that are shared with them.
    """

    _transport: Transport

    async def count_items(self, library_key: str, media_type: MediaType) -> int:
        """Return the number of items of a type in a library, without reading them.

        GET /library/sections/{key}/all with a page of no items.

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        return await self._transport.request(
            "GET",
            _library_path(library_key),
            required(listing_total),
            params=_type_params(media_type) | page_params(0, 0),
        )

    async def get_recently_added(
        self, *, limit: int, library: Library | None = None
    ) -> tuple[MediaItem, ...]:
        """Return the items added last, newest first.

        Of a library its movies, episodes, albums or photos (GET /library/sections/{key}/all);
        of all libraries the server's selection, which has seasons instead of episodes
        (GET /library/recentlyAdded).

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        if library is None:
            page = await self._get_page("/library/recentlyAdded", start=0, size=limit)
        else:
            media_type = _RECENT_TYPES.get(library.kind)
            page = await self._get_items(
                library.key, media_type, start=0, size=limit, sort="addedAt:desc"
            )
        return page.items[:limit]

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
        if library is None:
            return await self._get_details("/library/recentlyAdded", {}, limit)
        params = {**_type_params(_RECENT_TYPES.get(library.kind)), "sort": "addedAt:desc"}
        return await self._get_details(_library_path(library.key), params, limit)

    async def get_on_deck_details(self, *, limit: int) -> tuple[DetailedItem, ...]:
        """Return what `get_on_deck` returns, with the details of each item."""
        return await self._get_details("/library/onDeck", {}, limit)

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
            return found_items(container)[:limit]

        return await self._transport.request(
            "GET", "/hubs/search", required(parse), params={"query": query, "limit": limit}
        )

    async def get_movies(self, library_key: str) -> tuple[MediaItem, ...]:
        """Return all movies of a library, read in pages (GET /library/sections/{key}/all).

        Raises:
            PlexApiError: CLIENT, 404 for a library that is unknown or not shared.

        """
        movies: dict[MediaItem, None] = {}
        while True:
            known = len(movies)
            page = await self._get_items(library_key, MediaType.MOVIE, start=known, size=_PAGE_SIZE)
            movies |= dict.fromkeys(page.items)
            # A server may ignore paging (OpenAPI 1.2.2, "Paging") and send all items each time.
            # With a total that is never reached, the loop would not end.
            if len(movies) == known or len(movies) >= page.total:
                return tuple(movies)

    async def get_items(self, rating_keys: Iterable[str]) -> tuple[MediaItem, ...]:
        """Return items by their keys, in one request (GET /library/metadata/1,2,3).

        Items that are deleted or not shared are missing.

        Raises:
            PlexApiError: CLIENT, 404 if all items are missing.

        """
        return await self._transport.request(
            "GET",
            f"/library/metadata/{','.join(rating_keys)}",
            lambda body: listed_items(decode_container(body)),
        )

    async def get_image(
        self, path: str, *, width: int, height: int, is_filling: bool = True
    ) -> ServerImage:
        """Return an image scaled to fill so many pixels (GET /photo/:/transcode).

        Unless `is_filling`, it is scaled to fit into them.

        `path` is `MediaItem.poster` or another path on the server. A smaller image is not
        enlarged.

        Raises:
            PlexApiError: CLIENT, EXTERNAL_IMAGE for any other path, without a request: the
                server would fetch it from another host. PROTOCOL, TOO_LARGE for more than
                2 MiB. PROTOCOL, INVALID_RESPONSE for a body that is no image.

        """
        if not is_server_path(path):
            raise PlexApiError(
                PlexErrorKind.CLIENT,
                "The image is not stored on the server",
                endpoint="GET /photo/:/transcode",
                attempts=0,
                reason=PlexErrorReason.EXTERNAL_IMAGE,
            )
        return await self._transport.request(
            "GET",
            "/photo/:/transcode",
            ServerImage.parse,
            params={
                "url": path,
                "width": width,
                "height": height,
                "minSize": int(is_filling),
                "upscale": 0,
            },
            accept="image/*",
            max_body_bytes=_MAX_IMAGE_BYTES,
        )

    async def _get_items(
        self,
        library_key: str,
        media_type: MediaType | None,
        *,
        start: int,
        size: int,
        sort: str | None = None,
    ) -> MediaPage:
        """Return a page of a library (GET /library/sections/{key}/all)."""
        params = _type_params(media_type)
        if sort is not None:
            params["sort"] = sort
        return await self._get_page(
            _library_path(library_key), start=start, size=size, params=params
        )

    async def _get_details(
        self, path: str, params: Mapping[str, str | int], limit: int
    ) -> tuple[DetailedItem, ...]:
        """Return the first items of a listing with their details."""
        items = await self._transport.request(
            "GET", path, required(detailed_items), params={**params, **page_params(0, limit)}
        )
        return items[:limit]

    async def _get_page(
        self,
        path: str,
        *,
        start: int,
        size: int,
        params: Mapping[str, str | int] | None = None,
    ) -> MediaPage:
        """Return a page of a listing."""
        return await self._transport.request(
            "GET",
            path,
            required(MediaPage.parse),
            params={**(params or {}), **page_params(start, size)},
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
