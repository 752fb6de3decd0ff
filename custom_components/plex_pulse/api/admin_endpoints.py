"""Endpoints for the administration of a Media Server."""

from collections.abc import Mapping
from typing import Final

from .http.decode import decode_container, decode_empty, required
from .http.limits import MAX_ACCOUNTS, MAX_ACTIVITIES, MAX_DEVICES
from .http.transport import Transport
from .models.coerce import JsonObject, children, short_text, text
from .models.history import MediaStatistic
from .models.notification import ActivityNotification
from .models.server import RemoteAccess, ServerAccount, ServerResources, ServerUpdate
from .time_slices import parse_in_slices

_TIMESPAN: Final = 6
"""Plex's number for a timespan in seconds."""
_TIMESPAN_HOURS: Final = 4
"""Plex's number for a timespan in hours."""


class AdministrationEndpoints:
    """Accounts, scans, active sessions, host load and updates, for the owner's token.

    A shared user's token is refused with 401 by older servers and with 403 by newer ones.
    """

    _transport: Transport

    async def get_accounts(self) -> tuple[ServerAccount, ...]:
        """Return the accounts that may use the server, the owner's included (GET /accounts).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        listed = await self._get_list("/accounts", "Account")
        return await parse_in_slices(listed[:MAX_ACCOUNTS], ServerAccount.parse)

    async def get_activities(self) -> tuple[ActivityNotification, ...]:
        """Return the running background activities (GET /activities).

        They have the form of their notifications, with the event "updated".

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """

        def parse(activity: JsonObject) -> ActivityNotification | None:
            """Return an activity as its notification."""
            return ActivityNotification.parse({"event": "updated", "Activity": activity})

        listed = await self._get_list("/activities", "Activity")
        return await parse_in_slices(listed[:MAX_ACTIVITIES], parse)

    async def get_device_names(self) -> dict[str, str]:
        """Return the names of the players and other devices by device id (GET /devices).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        devices = await parse_in_slices(
            (await self._get_list("/devices", "Device"))[:MAX_DEVICES],
            lambda fields: (text(fields, "id"), short_text(fields, "name")),
        )
        return {key: name for key, name in devices if key is not None and name is not None}

    async def get_media_statistics(self) -> tuple[MediaStatistic, ...]:
        """Return the measured watch time per hour and user (GET /statistics/media).

        Raises:
            PlexApiError: CLIENT, 404 without Plex Pass; AUTHENTICATION for a shared user.

        """
        listed = await self._get_list(
            "/statistics/media", "StatisticsMedia", {"timespan": _TIMESPAN_HOURS}
        )
        return await parse_in_slices(listed, MediaStatistic.parse)

    async def get_remote_access(self) -> RemoteAccess:
        """Return whether the server is reachable from the Internet (GET /myplex/account).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        return await self._transport.request(
            "GET",
            "/myplex/account",
            required(RemoteAccess.parse, lambda body: decode_container(body, "MyPlex")),
        )

    async def get_resources(self) -> ServerResources:
        """Return the load of the server and its host in percent (GET /statistics/resources).

        Raises:
            PlexApiError: CLIENT, 404 without Plex Pass; AUTHENTICATION for a shared user.

        """
        return await self._transport.request(
            "GET",
            "/statistics/resources",
            required(ServerResources.parse),
            params={"timespan": _TIMESPAN},
        )

    async def scan_library(self, library_key: str) -> None:
        """Start scanning a library for new files.

        GET /library/sections/{key}/refresh: OpenAPI has POST, every client uses GET.

        Raises:
            PlexApiError: CLIENT, 404 for an unknown library; AUTHENTICATION for a shared user.

        """
        await self._transport.request(
            "GET", f"/library/sections/{library_key}/refresh", decode_empty
        )

    async def scan_libraries(self) -> None:
        """Start scanning all libraries for new files (GET /library/sections/all/refresh).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        await self.scan_library("all")

    async def empty_trash(self, library_key: str) -> None:
        """Delete the items of a library whose files are gone, permanently.

        PUT /library/sections/{key}/emptyTrash.

        Raises:
            PlexApiError: CLIENT, 404 for an unknown library; AUTHENTICATION for a shared user.

        """
        await self._transport.request(
            "PUT", f"/library/sections/{library_key}/emptyTrash", decode_empty
        )

    async def terminate(self, session_id: str, reason: str) -> None:
        """Stop a stream by its `Session.session_id` and show the reason to its viewer.

        POST /status/sessions/terminate.

        Raises:
            PlexApiError: AUTHENTICATION, 401 without Plex Pass (the token is valid all the
                same) and for a shared user; CLIENT, 404 for a stream that has ended.

        """
        await self._transport.request(
            "POST",
            "/status/sessions/terminate",
            decode_empty,
            params={"sessionId": session_id, "reason": reason},
        )

    async def get_update(self) -> ServerUpdate:
        """Return the state of the server's updater (GET /updater/status).

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        return await self._transport.request("GET", "/updater/status", required(ServerUpdate.parse))

    async def check_for_update(self, *, download: bool = False) -> None:
        """Make the server check for an update, and download it if `download` is set.

        PUT /updater/check. The server works in the background; poll `get_update`.

        Raises:
            PlexApiError: AUTHENTICATION for a shared user.

        """
        await self._transport.request(
            "PUT", "/updater/check", decode_empty, params={"download": int(download)}
        )

    async def install_update(self) -> None:
        """Install the downloaded update; the server restarts (PUT /updater/apply).

        Raises:
            PlexApiError: CLIENT, 400 if the server cannot install updates; SERVER, 500 if the
                installation does not start; AUTHENTICATION for a shared user.

        """
        await self._transport.request("PUT", "/updater/apply", decode_empty)

    async def _get_list(
        self, path: str, key: str, params: Mapping[str, str | int] | None = None
    ) -> list[JsonObject]:
        """Return the objects in the list of a response; their models are built in slices."""
        return await self._transport.request(
            "GET",
            path,
            lambda body: children(decode_container(body), key, None),
            params=params,
        )
