"""Every method of the two clients, with its return type and the response to mutate."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import aiohttp
from hypothesis import strategies as st
import orjson

from custom_components.plex_pulse.api import (
    Account,
    ActivityNotification,
    DetailedItem,
    HistoryPage,
    HistoryRows,
    Library,
    LibraryKind,
    MediaItem,
    MediaStatistic,
    MediaType,
    NewestItems,
    Pin,
    PlexAccountClient,
    PlexServerClient,
    RateLimiterRegistry,
    RemoteAccess,
    Resource,
    RetryPolicy,
    ServerAccount,
    ServerIdentity,
    ServerImage,
    ServerInfo,
    ServerResources,
    ServerUpdate,
    Session,
)
from tests.api.helpers import IDENTITY
from tests.api.raw_server import raw_server
from tests.clocks import ManualClock
from tests.secrets import TOKEN

from .mutation import mangled, mutated
from .payload_templates import ACCOUNT_PAYLOADS, IDENTIFIER, PICTURE, SERVER_PAYLOADS
from .responses import error_bodies

type _Items = tuple[MediaItem, ...]
type _DetailedItems = tuple[DetailedItem, ...]

_ONCE: Final = RetryPolicy(max_retries=1)
_PIN: Final = Pin(id=1, code="code", lifetime=timedelta(seconds=2), auth_token=None)
_LIBRARY: Final = Library(
    key="1",
    uuid="bbbbbbbb-1111-4222-8333-444444444444",
    title="Films",
    kind=LibraryKind.MOVIES,
    is_scanning=False,
    scanned_at=None,
    updated_at=None,
    storage=None,
    duration=None,
)
_DEVICES: Final = {"MediaContainer": {"size": 1, "Device": [{"id": 5, "name": "Living room"}]}}
_MEDIA_STATISTICS: Final = {
    "MediaContainer": {
        "size": 1,
        "StatisticsMedia": [
            {
                "accountID": 1,
                "deviceID": 5,
                "timespan": 4,
                "at": 1_789_990_000,
                "metadataType": 1,
                "count": 2,
                "duration": 5400,
            }
        ],
    }
}
_ACTIVITIES: Final = {
    "MediaContainer": {
        "size": 1,
        "Activity": [
            {
                "uuid": "cccccccc-1111-4222-8333-444444444444",
                "type": "library.update.section",
                "title": "Scanning Films",
                "subtitle": "",
                "progress": 12,
                "Context": {"librarySectionID": "1"},
            }
        ],
    }
}
_DONE: Final = b""
"""The response to a command."""


@dataclass(frozen=True, slots=True)
class Call[C]:
    """A method call, its return type, and a valid response: a document or bytes."""

    invoke: Callable[[C], Awaitable[object]]
    expected: object
    answer: object

    @property
    def body(self) -> bytes:
        """Return the body of the valid response."""
        return self.answer if isinstance(self.answer, bytes) else orjson.dumps(self.answer)

    @property
    def bodies(self) -> st.SearchStrategy[bytes]:
        """Return mutated bodies; for an empty body, any error body."""
        if self.answer == _DONE:
            return mangled(_DONE) | error_bodies()
        return mangled(self.answer) if isinstance(self.answer, bytes) else mutated(self.answer)


def _of_server(
    invoke: Callable[[PlexServerClient], Awaitable[object]], expected: object, answer: object
) -> Call[PlexServerClient]:
    """Return a call; a response given as text is a name in `SERVER_PAYLOADS`."""
    return Call(invoke, expected, SERVER_PAYLOADS[answer] if isinstance(answer, str) else answer)


SERVER_CALLS: Final[dict[str, Call[PlexServerClient]]] = {
    "get_identity": _of_server(lambda client: client.get_identity(), ServerIdentity, "identity"),
    "verify_identity": _of_server(
        lambda client: client.verify_identity(IDENTIFIER), None, "identity"
    ),
    "get_server": _of_server(lambda client: client.get_server(), ServerInfo, "server_2020"),
    "get_providers": _of_server(
        lambda client: client.get_providers(), tuple[ServerInfo, tuple[Library, ...]], "providers"
    ),
    "get_libraries": _of_server(
        lambda client: client.get_libraries(), tuple[Library, ...], "sections"
    ),
    "count_items": _of_server(
        lambda client: client.count_items("1", MediaType.PHOTO), int, "movies"
    ),
    "get_items": _of_server(lambda client: client.get_items(("71", "72")), _Items, "movies"),
    "get_recently_added": _of_server(
        lambda client: client.get_recently_added(limit=5), _Items, "movies"
    ),
    "get_recently_added of a library": _of_server(
        lambda client: client.get_recently_added(limit=5, library=_LIBRARY), _Items, "movies"
    ),
    "get_on_deck": _of_server(lambda client: client.get_on_deck(limit=5), _Items, "movies"),
    "search": _of_server(lambda client: client.search("almanac", limit=5), _Items, "search"),
    "get_sessions in 2022": _of_server(
        lambda client: client.get_sessions(), tuple[Session, ...], "sessions_2022"
    ),
    "get_sessions of live TV": _of_server(
        lambda client: client.get_sessions(), tuple[Session, ...], "sessions_live_tv"
    ),
    "get_history": _of_server(
        lambda client: client.get_history(start=0, size=5, since=9), HistoryPage, "history"
    ),
    "get_accounts": _of_server(
        lambda client: client.get_accounts(), tuple[ServerAccount, ...], "accounts"
    ),
    "get_remote_access": _of_server(
        lambda client: client.get_remote_access(), RemoteAccess, "remote_access"
    ),
    "get_resources": _of_server(
        lambda client: client.get_resources(), ServerResources, "resources"
    ),
    "get_update": _of_server(lambda client: client.get_update(), ServerUpdate, "update"),
    "get_image": _of_server(
        lambda client: client.get_image("/t", width=2, height=2), ServerImage, PICTURE
    ),
    "get_original_image": _of_server(
        lambda client: client.get_original_image("/t"), ServerImage, PICTURE
    ),
    "get_newest": _of_server(
        lambda client: client.get_newest(_LIBRARY, limit=5, now=1_790_000_000),
        NewestItems,
        "movies",
    ),
    "get_recently_added_details": _of_server(
        lambda client: client.get_recently_added_details(limit=5), _DetailedItems, "movies"
    ),
    "get_on_deck_details": _of_server(
        lambda client: client.get_on_deck_details(limit=5), _DetailedItems, "movies"
    ),
    "get_history_rows": _of_server(
        lambda client: client.get_history_rows(start=0, size=5), HistoryRows, "history"
    ),
    "get_device_names": _of_server(
        lambda client: client.get_device_names(), dict[str, str], _DEVICES
    ),
    "get_media_statistics": _of_server(
        lambda client: client.get_media_statistics(), tuple[MediaStatistic, ...], _MEDIA_STATISTICS
    ),
    "get_activities": _of_server(
        lambda client: client.get_activities(), tuple[ActivityNotification, ...], _ACTIVITIES
    ),
    "scan_library": _of_server(lambda client: client.scan_library("1"), None, _DONE),
    "scan_libraries": _of_server(lambda client: client.scan_libraries(), None, _DONE),
    "empty_trash": _of_server(lambda client: client.empty_trash("1"), None, _DONE),
    "terminate": _of_server(lambda client: client.terminate("z1a2", "Enough"), None, _DONE),
    "mark_watched": _of_server(lambda client: client.mark_watched("71"), None, _DONE),
    "mark_unwatched": _of_server(lambda client: client.mark_unwatched("71"), None, _DONE),
    "check_for_update": _of_server(lambda client: client.check_for_update(), None, _DONE),
    "install_update": _of_server(lambda client: client.install_update(), None, _DONE),
}
ACCOUNT_CALLS: Final[dict[str, Call[PlexAccountClient]]] = {
    "create_pin": Call(lambda client: client.create_pin(), Pin, ACCOUNT_PAYLOADS["pin"]),
    "get_pin": Call(lambda client: client.get_pin(_PIN), Pin, ACCOUNT_PAYLOADS["pin"]),
    "wait_for_approval": Call(
        lambda client: client.wait_for_approval(_PIN), str | None, ACCOUNT_PAYLOADS["pin"]
    ),
    "get_account": Call(lambda client: client.get_account(), Account, ACCOUNT_PAYLOADS["user"]),
    "get_servers": Call(
        lambda client: client.get_servers(), tuple[Resource, ...], ACCOUNT_PAYLOADS["servers"]
    ),
}


async def server_call(
    session: aiohttp.ClientSession, call: Call[PlexServerClient], answer: bytes
) -> object:
    """Return the result of a call to a Media Server with this response."""
    async with raw_server(answer) as url:
        rate_limiters = RateLimiterRegistry(ManualClock())
        client = PlexServerClient(
            session, url, TOKEN, identity=IDENTITY, rate_limiters=rate_limiters, policy=_ONCE
        )
        return await call.invoke(client)


async def account_call(
    session: aiohttp.ClientSession, call: Call[PlexAccountClient], answer: bytes
) -> object:
    """Return the result of a call to a plex.tv with this response."""
    async with raw_server(answer) as url:
        rate_limiters = RateLimiterRegistry(ManualClock())
        client = PlexAccountClient(
            session, TOKEN, identity=IDENTITY, rate_limiters=rate_limiters, policy=_ONCE, url=url
        )
        return await call.invoke(client)
