"""The client of one Media Server."""

from itertools import islice

from aiohttp import ClientSession
from yarl import URL

from .admin_endpoints import AdministrationEndpoints
from .http.classify import wrong_server_failure
from .http.decode import decode_container, required
from .http.limits import MAX_LIBRARIES, MAX_SESSIONS, ListLimit
from .http.rate_limiter import HostRateLimiter, RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.statistics import ApiStatistics
from .http.transport import Transport
from .image_endpoints import ImageEndpoints
from .media_endpoints import MediaEndpoints
from .models.coerce import JsonObject, children, parse_list
from .models.library import Library, provided_libraries
from .models.server import ServerIdentity, ServerInfo
from .models.session import Session
from .time_slices import parse_in_slices
from .watch_endpoints import WatchEndpoints


class PlexServerClient(MediaEndpoints, ImageEndpoints, WatchEndpoints, AdministrationEndpoints):
    """Send requests to one Plex Media Server.

    Every method raises PlexApiError and nothing else: any kind may occur, and AUTHENTICATION
    (401, or 403 with newer servers) means that the token is invalid. The `Raises` sections
    list what a method raises beyond that.
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
        certificate_name: str | None = None,
    ) -> None:
        """Use the server at `url` (scheme, host and port).

        The session is never closed here; its TLS settings apply. `rate_limiters` must be one
        object for all clients of a process, so that a rate limit of a host applies to all of
        them. `policy` applies to every call without one of its own. `label` replaces the
        server's address in log lines. With `certificate_name` (`<hash>.plex.direct`) only the
        server with that certificate is sent anything, always over https.

        Raises:
            PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

        """
        self._transport = Transport(
            session,
            URL(url),
            token=token,
            identity=identity,
            rate_limiters=rate_limiters,
            policy=policy or RetryPolicy(),
            label=label,
            certificate_name=certificate_name,
        )
        self._libraries_limit = ListLimit("libraries", MAX_LIBRARIES, label)
        self._sessions_limit = ListLimit("streams", MAX_SESSIONS, label)

    @property
    def statistics(self) -> ApiStatistics:
        """Return a snapshot of this client's counters."""
        return self._transport.statistics

    @property
    def rate_limiter(self) -> HostRateLimiter:
        """Return the rate limiter of the server's host, shared with all other clients."""
        return self._transport.rate_limiter

    def use_policy(self, policy: RetryPolicy) -> None:
        """Apply a policy to every further call without one of its own."""
        self._transport.use_policy(policy)

    async def probe_tcp(self, seconds: float) -> None:
        """Check that the server's host accepts TCP connections; no request is sent.

        Raises:
            PlexApiError: NETWORK if it does not within that many seconds.

        """
        await self._transport.probe_tcp(seconds)

    async def get_identity(self, *, policy: RetryPolicy | None = None) -> ServerIdentity:
        """Return the server's identifier and version, without sending the token (GET /identity).

        Raises:
            PlexApiError: AUTHENTICATION comes from a proxy; a Media Server needs no token here.

        """
        return await self._transport.request(
            "GET", "/identity", required(ServerIdentity.parse), with_token=False, policy=policy
        )

    async def verify_identity(
        self, machine_identifier: str, *, policy: RetryPolicy | None = None
    ) -> None:
        """Check that the expected server responds, without sending the token (GET /identity).

        Another server may have been given its address.

        Raises:
            PlexApiError: CLIENT, WRONG_SERVER if another server responds.

        """
        identity = await self.get_identity(policy=policy)
        if identity.machine_identifier != machine_identifier:
            raise wrong_server_failure(endpoint="GET /identity")

    async def get_server(self) -> ServerInfo:
        """Return the server's name, version and features (GET /).

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users are permitted.

        """
        return await self._transport.request("GET", "/", required(ServerInfo.parse))

    async def get_providers(self) -> tuple[ServerInfo, tuple[Library, ...]]:
        """Return the server and its libraries with storage and duration, in one request.

        GET /media/providers?includeStorage=1. A shared user gets the libraries shared with
        them.

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users are permitted.

        """

        def parse(
            container: JsonObject,
        ) -> tuple[ServerInfo, tuple[Library, ...]] | None:
            if (server := ServerInfo.parse(container)) is None:
                return None
            # One more than the limit shows that there are more.
            listed = tuple(islice(provided_libraries(container), MAX_LIBRARIES + 1))
            return server, tuple(self._libraries_limit.apply(listed))

        return await self._transport.request(
            "GET", "/media/providers", required(parse), params={"includeStorage": 1}
        )

    async def get_libraries(self) -> tuple[Library, ...]:
        """Return the libraries that the token's user may see (GET /library/sections).

        Raises:
            PlexApiError: AUTHENTICATION if the token is invalid; shared users are permitted.

        """
        return await self._transport.request(
            "GET",
            "/library/sections",
            lambda body: parse_list(
                decode_container(body), "Directory", Library.parse, MAX_LIBRARIES
            ),
        )

    async def get_sessions(self) -> tuple[Session, ...]:
        """Return the active sessions of all users (GET /status/sessions).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user (401 from older servers, 403 from
                newer ones), whose token is valid all the same.

        """
        listed = await self._transport.request(
            "GET",
            "/status/sessions",
            lambda body: children(decode_container(body), "Metadata", None),
        )
        return await parse_in_slices(self._sessions_limit.apply(listed), Session.parse)
