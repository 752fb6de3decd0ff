"""The endpoints by which an owner looks after the server."""

from .http.decode import decode_container, decode_empty, required
from .http.transport import Transport
from .models.coerce import parse_list
from .models.resources import ServerResources
from .models.server import RemoteAccess, ServerAccount
from .models.update import ServerUpdate


class AdministrationEndpoints:
    """Accounts, scans, running sessions, figures and updates: the owner's token only.

    A shared user's is refused with 401 by older servers, with 403 by newer ones.
    """

    _transport: Transport

    async def get_accounts(self) -> tuple[ServerAccount, ...]:
        """Return everybody who may use the server, the owner included (GET /accounts)."""
        return await self._transport.request(
            "GET",
            "/accounts",
            lambda body: parse_list(decode_container(body), "Account", ServerAccount.parse),
        )

    async def get_remote_access(self) -> RemoteAccess:
        """Return whether the server is reachable from outside (GET /myplex/account)."""
        return await self._transport.request(
            "GET",
            "/myplex/account",
            required(RemoteAccess.parse, lambda body: decode_container(body, "MyPlex")),
        )

    async def get_resources(self) -> ServerResources:
        """Return what the server uses of its host (GET /statistics/resources).

        Without Plex Pass: CLIENT, 404.
        """
        # 6 is Plex's number for a timespan in seconds.
        return await self._transport.request(
            "GET", "/statistics/resources", required(ServerResources.parse), params={"timespan": 6}
        )

    async def scan_library(self, library_key: str) -> None:
        """Begin to look for new files in a library.

        GET /library/sections/{key}/refresh: OpenAPI has POST, every client GET.
        """
        await self._transport.request(
            "GET", f"/library/sections/{library_key}/refresh", decode_empty
        )

    async def scan_libraries(self) -> None:
        """Begin to look for new files in all libraries (GET /library/sections/all/refresh)."""
        await self.scan_library("all")

    async def empty_trash(self, library_key: str) -> None:
        """Delete for good what a library lists of files that are gone.

        PUT /library/sections/{key}/emptyTrash.
        """
        await self._transport.request(
            "PUT", f"/library/sections/{library_key}/emptyTrash", decode_empty
        )

    async def terminate(self, session_id: str, reason: str) -> None:
        """Stop a stream by its `Session.session_id` and tell its viewer why.

        POST /status/sessions/terminate. Without Plex Pass: AUTHENTICATION, 401, which
        says nothing of the token; a stream that has ended: CLIENT, 404.
        """
        await self._transport.request(
            "POST",
            "/status/sessions/terminate",
            decode_empty,
            params={"sessionId": session_id, "reason": reason},
        )

    async def get_update(self) -> ServerUpdate:
        """Return what the server knows of its update (GET /updater/status)."""
        return await self._transport.request("GET", "/updater/status", required(ServerUpdate.parse))

    async def check_for_update(self, *, download: bool = False) -> None:
        """Have the server ask Plex for an update, and fetch it if wanted.

        PUT /updater/check; it takes its time, get_update tells what comes of it.
        """
        await self._transport.request(
            "PUT", "/updater/check", decode_empty, params={"download": int(download)}
        )

    async def install_update(self) -> None:
        """Install the update that was downloaded; the server restarts (PUT /updater/apply).

        Where it cannot: CLIENT, 400. SERVER, 500 when the installation does not start.
        """
        await self._transport.request("PUT", "/updater/apply", decode_empty)
