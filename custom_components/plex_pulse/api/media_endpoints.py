"""The endpoints for what the libraries hold, and for what became of it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.decode import decode_container, decode_empty, required
from .http.transport import Transport
from .models.coerce import JsonObject
from .models.history import HistoryPage
from .models.image import ServerImage, is_server_path
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType, listed_items, listing_total
from .models.search import found_items

_PAGE_SIZE: Final = 500
"""Items asked for at once; a page of movies is then about 1 MiB."""
_MAX_IMAGE_BYTES: Final = 2 * 1024 * 1024
"""Bytes of a picture; a poster of 600 by 900 has some 100 KiB."""
_LIBRARY_PROVIDER: Final = "com.plexapp.plugins.library"
_RECENT_TYPES: Final[Mapping[LibraryKind, MediaType]] = {
    LibraryKind.MOVIES: MediaType.MOVIE,
    LibraryKind.SHOWS: MediaType.EPISODE,
    LibraryKind.MUSIC: MediaType.ALBUM,
    LibraryKind.PHOTOS: MediaType.PHOTO,
    LibraryKind.VIDEOS: MediaType.MOVIE,
}
"""What is new in a library; a show that has a new episode may be years old."""


class MediaEndpoints:
    """Counts, lists, single items, pictures, and what was watched."""

    _transport: Transport

    async def count_items(self, library_key: str, media_type: MediaType) -> int:
        """Return how many items of a type a library has, without reading them."""
        return await self._transport.request(
            "GET",
            _library_path(library_key),
            required(listing_total),
            params=_type_params(media_type) | _page_params(0, 0),
        )

    async def get_recently_added(
        self, *, limit: int, library: Library | None = None
    ) -> tuple[MediaItem, ...]:
        """Return what was added last, newest first.

        Of one library its movies, episodes, albums or photos; of all of them the server's
        own choice, which has seasons in place of episodes (GET /library/recentlyAdded).
        """
        if library is None:
            page = await self._get_page("/library/recentlyAdded", start=0, size=limit)
        else:
            page = await self._get_items(
                library.key,
                _RECENT_TYPES.get(library.kind),
                start=0,
                size=limit,
                sort="addedAt:desc",
            )
        return page.items[:limit]

    async def get_on_deck(self, *, limit: int) -> tuple[MediaItem, ...]:
        """Return what the token's user may go on watching (GET /library/onDeck)."""
        page = await self._get_page("/library/onDeck", start=0, size=limit)
        return page.items[:limit]

    async def search(self, query: str, *, limit: int) -> tuple[MediaItem, ...]:
        """Return the items that match best, in all libraries (GET /hubs/search).

        Fewer than two characters find nothing; none at all: CLIENT, 400; a token that may
        see no library: CLIENT, 404. limit: at least 1, a server fails on 0.
        """

        def parse(container: JsonObject) -> tuple[MediaItem, ...]:
            # The server's limit is for each type.
            return found_items(container)[:limit]

        return await self._transport.request(
            "GET", "/hubs/search", required(parse), params={"query": query, "limit": limit}
        )

    async def get_movies(self, library_key: str) -> tuple[MediaItem, ...]:
        """Return every movie of a library, read in pages."""
        movies: dict[MediaItem, None] = {}
        while True:
            known = len(movies)
            page = await self._get_items(library_key, MediaType.MOVIE, start=known, size=_PAGE_SIZE)
            movies |= dict.fromkeys(page.items)
            # A server may ignore paging (OpenAPI 1.2.2, "Paging"): it sends everything, each
            # time, and with a total that is never reached it would be asked for ever.
            if len(movies) == known or len(movies) >= page.total:
                return tuple(movies)

    async def get_items(self, rating_keys: Iterable[str]) -> tuple[MediaItem, ...]:
        """Return items by their keys, in one request (GET /library/metadata/1,2,3).

        Those that are gone, or not for this token, are missing; when all are: CLIENT, 404.
        """
        return await self._transport.request(
            "GET",
            f"/library/metadata/{','.join(rating_keys)}",
            lambda body: listed_items(decode_container(body)),
        )

    async def get_history(
        self,
        *,
        start: int,
        size: int,
        account_id: str | None = None,
        library_key: str | None = None,
        since: int | None = None,
    ) -> HistoryPage:
        """Return a part of what was played, newest first (GET /status/sessions/history/all).

        Everybody's with the owner's token, else one's own. since: Unix seconds.
        """
        params: dict[str, str | int] = {"sort": "viewedAt:desc", **_page_params(start, size)}
        if account_id is not None:
            params["accountID"] = account_id
        if library_key is not None:
            params["librarySectionID"] = library_key
        if since is not None:
            # With the equals sign of the query it reads "at least".
            params["viewedAt>"] = since
        page = await self._transport.request(
            "GET",
            "/status/sessions/history/all",
            required(partial(HistoryPage.parse, start=start, size=size)),
            params=params,
        )
        return page if since is None else page.since(since, start=start)

    async def mark_watched(self, rating_key: str) -> None:
        """Count an item, or all that it holds, as watched (PUT /:/scrobble).

        For the token's user; the history gains no entry. An unknown item: CLIENT, 404.
        """
        await self._mark("/:/scrobble", rating_key)

    async def mark_unwatched(self, rating_key: str) -> None:
        """Forget that an item, or what it holds, was watched (PUT /:/unscrobble)."""
        await self._mark("/:/unscrobble", rating_key)

    async def get_image(self, path: str, *, width: int, height: int) -> ServerImage:
        """Return a picture, made to fill so many pixels (GET /photo/:/transcode).

        path: `MediaItem.poster` or another path on the server. For anything else the
        server would turn to a stranger on our behalf: CLIENT, and no request. More than
        2 MiB, or no picture: PROTOCOL. A small one is not enlarged.
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
            params={"url": path, "width": width, "height": height, "minSize": 1, "upscale": 0},
            accept="image/*",
            max_body_bytes=_MAX_IMAGE_BYTES,
        )

    async def _mark(self, path: str, rating_key: str) -> None:
        """Set whether an item was watched."""
        await self._transport.request(
            "PUT", path, decode_empty, params={"key": rating_key, "identifier": _LIBRARY_PROVIDER}
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
        """Return a part of a library's listing (GET /library/sections/{key}/all)."""
        params = _type_params(media_type)
        if sort is not None:
            params["sort"] = sort
        return await self._get_page(
            _library_path(library_key), start=start, size=size, params=params
        )

    async def _get_page(
        self,
        path: str,
        *,
        start: int,
        size: int,
        params: Mapping[str, str | int] | None = None,
    ) -> MediaPage:
        """Return a part of a listing."""
        return await self._transport.request(
            "GET",
            path,
            required(MediaPage.parse),
            params={**(params or {}), **_page_params(start, size)},
        )


def _library_path(library_key: str) -> str:
    """Return where a library lists what it holds."""
    return f"/library/sections/{library_key}/all"


def _type_params(media_type: MediaType | None) -> dict[str, str | int]:
    """Return what asks a library for the items of a type, or of its own."""
    # Collections would count as items otherwise.
    params: dict[str, str | int] = {"includeCollections": 0}
    if media_type is not None:
        params["type"] = media_type
    if media_type is MediaType.PHOTO:
        # Without it photos come folded into moments, and are counted as such.
        params["clusterZoomLevel"] = 1
    return params


def _page_params(start: int, size: int) -> dict[str, str | int]:
    """Return what asks for a part of a listing."""
    return {"X-Plex-Container-Start": start, "X-Plex-Container-Size": size}
