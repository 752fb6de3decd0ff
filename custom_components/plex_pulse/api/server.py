"""The Media Server's endpoints, one short method each."""

from typing import Final

from aiohttp import ClientSession
from yarl import URL

from .decode import JsonObject, decode_container, required
from .exchange import ClientIdentity
from .failures import wrong_server_failure
from .models.coerce import parsed, positive
from .models.library import Library, provided_libraries
from .models.media import MediaItem, MediaPage, MediaType
from .models.server import ServerIdentity, ServerInfo
from .models.session import Session
from .rate_limit import HostGate, HostGates
from .retry import RetryPolicy
from .statistics import ApiStatistics
from .transport import Transport

_PAGE: Final = 500
"""Items asked for at once; a page of movies is then about 1 MiB."""


class PlexServerClient:
    """One Plex Media Server.

    Every method asks the server once, repeated as the policy says, and raises
    PlexApiError and nothing else. `gates` must be one object for all clients of a
    process, so that a host's wish for silence reaches all of them.
    """

    def __init__(
        self,
        session: ClientSession,
        url: str,
        token: str | None,
        *,
        identity: ClientIdentity,
        gates: HostGates,
        policy: RetryPolicy | None = None,
        label: str = "plex",
    ) -> None:
        """Speak to the server at `url` (scheme, host and port) through a session.

        The session stays the caller's, TLS settings included. `label` stands for the
        server in log lines, where its address is never written.
        """
        self._transport = Transport(
            session,
            URL(url),
            token=token,
            identity=identity,
            gates=gates,
            policy=policy or RetryPolicy(),
            label=label,
        )

    @property
    def statistics(self) -> ApiStatistics:
        """Return this client's figures so far."""
        return self._transport.statistics

    @property
    def gate(self) -> HostGate:
        """Return the gate of the server's host, shared with every other client."""
        return self._transport.gate

    async def get_identity(self) -> ServerIdentity:
        """Return who the server is; needs no token and sends none (GET /identity)."""
        return await self._transport.request(
            "GET", "/identity", required(ServerIdentity.parse), with_token=False
        )

    async def verify_identity(self, machine_identifier: str) -> None:
        """Return if the server is the expected one; an address may change hands.

        Raises:
            PlexApiError: CLIENT with reason WRONG_SERVER when it is another.

        """
        identity = await self.get_identity()
        if identity.machine_identifier != machine_identifier:
            raise wrong_server_failure(endpoint="GET /identity")

    async def get_server(self) -> ServerInfo:
        """Return the server's name, version and abilities (GET /)."""
        return await self._transport.request("GET", "/", required(ServerInfo.parse))

    async def get_providers(self) -> tuple[ServerInfo, tuple[Library, ...]]:
        """Return server and libraries with storage and duration, in one request.

        GET /media/providers?includeStorage=1.
        """

        def parse(
            container: JsonObject,
        ) -> tuple[ServerInfo, tuple[Library, ...]] | None:
            server = ServerInfo.parse(container)
            return None if server is None else (server, provided_libraries(container))

        return await self._transport.request(
            "GET", "/media/providers", required(parse), params={"includeStorage": 1}
        )

    async def get_libraries(self) -> tuple[Library, ...]:
        """Return the library sections the token may see (GET /library/sections)."""
        return await self._transport.request(
            "GET",
            "/library/sections",
            lambda body: parsed(decode_container(body), "Directory", Library.parse),
        )

    async def count_items(self, library_key: str, media_type: MediaType) -> int:
        """Return how many items of a type a library has, without reading them."""
        page = await self._get_items(library_key, media_type, start=0, size=0)
        return page.total

    async def get_latest_items(
        self, library_key: str, media_type: MediaType, limit: int
    ) -> tuple[MediaItem, ...]:
        """Return the items of a type added last, newest first."""
        page = await self._get_items(
            library_key, media_type, start=0, size=limit, sort="addedAt:desc"
        )
        return page.items[:limit]

    async def get_movies(self, library_key: str) -> tuple[MediaItem, ...]:
        """Return every movie of a library, read in pages."""
        movies: list[MediaItem] = []
        while True:
            page = await self._get_items(
                library_key, MediaType.MOVIE, start=len(movies), size=_PAGE
            )
            movies += page.items
            # A server may ignore paging and send everything (OpenAPI 1.2.2, "Paging").
            if not page.items or len(movies) >= page.total:
                return tuple(movies)

    async def get_sessions(self) -> tuple[Session, ...]:
        """Return what plays now; the owner's token only (GET /status/sessions)."""
        return await self._transport.request(
            "GET",
            "/status/sessions",
            lambda body: parsed(decode_container(body), "Metadata", Session.parse),
        )

    async def _get_items(
        self,
        library_key: str,
        media_type: MediaType,
        *,
        start: int,
        size: int,
        sort: str | None = None,
    ) -> MediaPage:
        """Return a part of a library's listing (GET /library/sections/{key}/all)."""
        params: dict[str, str | int] = {
            "type": media_type,
            # Collections would count as items otherwise.
            "includeCollections": 0,
            "X-Plex-Container-Start": start,
            "X-Plex-Container-Size": size,
        }
        if media_type is MediaType.PHOTO:
            # Without it photos come folded into moments, and are counted as such.
            params["clusterZoomLevel"] = 1
        if sort is not None:
            params["sort"] = sort

        def parse(container: JsonObject) -> MediaPage | None:
            items = parsed(container, "Metadata", MediaItem.parse)
            total = positive(container, "totalSize")
            if total is None:
                total = positive(container, "size")
            return None if total is None else MediaPage(items=items, total=total)

        return await self._transport.request(
            "GET",
            f"/library/sections/{library_key}/all",
            required(parse),
            params=params,
        )
