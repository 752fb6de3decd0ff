"""The client of one Media Server: who it is, what it has, what plays."""

from aiohttp import ClientSession
from yarl import URL

from .admin_endpoints import AdministrationEndpoints
from .http.classify import wrong_server_failure
from .http.decode import decode_container, required
from .http.rate_limiter import HostRateLimiter, RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.statistics import ApiStatistics
from .http.transport import Transport
from .media_endpoints import MediaEndpoints
from .models.coerce import JsonObject, parse_list
from .models.library import Library, provided_libraries
from .models.server import ServerIdentity, ServerInfo
from .models.session import Session


class PlexServerClient(MediaEndpoints, AdministrationEndpoints):
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
        rate_limiters: RateLimiterRegistry,
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
            rate_limiters=rate_limiters,
            policy=policy or RetryPolicy(),
            label=label,
        )

    @property
    def statistics(self) -> ApiStatistics:
        """Return this client's figures so far."""
        return self._transport.statistics

    @property
    def rate_limiter(self) -> HostRateLimiter:
        """Return the gate of the server's host, shared with every other client."""
        return self._transport.rate_limiter

    async def get_identity(self, *, policy: RetryPolicy | None = None) -> ServerIdentity:
        """Return who the server is; needs no token and sends none (GET /identity)."""
        return await self._transport.request(
            "GET", "/identity", required(ServerIdentity.parse), with_token=False, policy=policy
        )

    async def verify_identity(
        self, machine_identifier: str, *, policy: RetryPolicy | None = None
    ) -> None:
        """Return if the server is the expected one; an address may change hands.

        Raises:
            PlexApiError: CLIENT with reason WRONG_SERVER when it is another.

        """
        identity = await self.get_identity(policy=policy)
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
            lambda body: parse_list(decode_container(body), "Directory", Library.parse),
        )

    async def get_sessions(self) -> tuple[Session, ...]:
        """Return what plays now; the owner's token only (GET /status/sessions)."""
        return await self._transport.request(
            "GET",
            "/status/sessions",
            lambda body: parse_list(decode_container(body), "Metadata", Session.parse),
        )
