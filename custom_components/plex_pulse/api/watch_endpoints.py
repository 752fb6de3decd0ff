"""Endpoints for what users have watched."""

from functools import partial
from typing import Final

from .http.decode import decode_empty, required
from .http.transport import Transport
from .media_endpoints import page_params
from .models.history import HistoryPage, HistoryRows

_LIBRARY_PROVIDER: Final = "com.plexapp.plugins.library"


class WatchEndpoints:
    """The history, and the watched state of items."""

    _transport: Transport

    async def get_history(
        self,
        *,
        start: int,
        size: int,
        account_id: str | None = None,
        library_key: str | None = None,
        since: int | None = None,
    ) -> HistoryPage:
        """Return a page of the history, newest first (GET /status/sessions/history/all).

        With the owner's token the history of all users. `since` is in Unix seconds.

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users get their own
                history.

        """
        params: dict[str, str | int] = {"sort": "viewedAt:desc", **page_params(start, size)}
        if account_id is not None:
            params["accountID"] = account_id
        if library_key is not None:
            params["librarySectionID"] = library_key
        if since is not None:
            # Followed by the equals sign of the query, this is the operator ">=".
            params["viewedAt>"] = since
        page = await self._transport.request(
            "GET",
            "/status/sessions/history/all",
            required(partial(HistoryPage.parse, start=start, size=size)),
            params=params,
        )
        return page if since is None else page.since(since, start=start)

    async def get_history_rows(self, *, start: int, size: int) -> HistoryRows:
        """Return a page of the history, oldest first (GET /status/sessions/history/all).

        Oldest first, because new plays then do not shift the pages that were read before.

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users get their own
                history, or are refused.

        """
        return await self._transport.request(
            "GET",
            "/status/sessions/history/all",
            required(partial(HistoryRows.parse, start=start, size=size)),
            params={"sort": "viewedAt:asc", **page_params(start, size)},
        )

    async def mark_watched(self, rating_key: str) -> None:
        """Mark an item, or all items in it, as watched by the token's user (PUT /:/scrobble).

        The history gains no entry.

        Raises:
            PlexApiError: CLIENT, 404 for an item that is unknown or not shared.

        """
        await self._mark("/:/scrobble", rating_key)

    async def mark_unwatched(self, rating_key: str) -> None:
        """Mark an item, or all items in it, as not watched by the token's user.

        PUT /:/unscrobble.

        Raises:
            PlexApiError: CLIENT, 404 for an item that is unknown or not shared.

        """
        await self._mark("/:/unscrobble", rating_key)

    async def _mark(self, path: str, rating_key: str) -> None:
        """Send a command that sets whether an item was watched."""
        await self._transport.request(
            "PUT", path, decode_empty, params={"key": rating_key, "identifier": _LIBRARY_PROVIDER}
        )
