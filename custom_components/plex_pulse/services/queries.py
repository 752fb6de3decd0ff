"""Handlers of the actions that return data."""

from datetime import datetime
from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from ..api import MediaItem, PlexApiError, ServerAccount
from ..coordinator.features import unavailable_reason
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import display_name
from ..streams.selection import without_extras
from .newest_items import async_newest_items
from .responses import history_response, media_response, stream_response
from .targets import (
    ATTR_USER,
    async_get_sessions,
    find_account,
    find_library,
    owner_only_error,
)

ATTR_LIMIT: Final = "limit"
ATTR_QUERY: Final = "query"
ATTR_SINCE: Final = "since"
ATTR_START: Final = "start"


async def async_get_streams(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return all streams; trailers, prerolls and other extras are none."""
    sessions = without_extras(await async_get_sessions(runtime))
    return {"streams": [stream_response(runtime, session) for session in sessions]}


async def async_get_recently_added(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return the newest items of one library, or of all libraries."""
    limit: int = call.data[ATTR_LIMIT]
    if (library := find_library(runtime, call)) is None:
        return _listing(runtime, await async_newest_items(runtime, limit))
    return _listing(
        runtime,
        await runtime.client.get_recently_added(
            limit=limit, library=library, now=runtime.libraries.recently_added.server_time()
        ),
    )


async def async_get_on_deck(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return the On Deck items of the user whose token is used."""
    return _listing(runtime, await runtime.client.get_on_deck(limit=call.data[ATTR_LIMIT]))


async def async_search(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return the best matches of a search."""
    items = await runtime.client.search(call.data[ATTR_QUERY], limit=call.data[ATTR_LIMIT])
    return _listing(runtime, items)


async def async_get_history(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return a page of the history, newest first, and the start of the next page."""
    library = find_library(runtime, call)
    accounts = await _async_get_accounts(runtime)
    account: ServerAccount | None = None
    if (user := call.data.get(ATTR_USER)) is not None:
        if accounts is None:
            raise owner_only_error()
        account = find_account(accounts, user)
    start: int = call.data[ATTR_START]
    since: datetime | None = call.data.get(ATTR_SINCE)
    page = await runtime.client.get_history(
        start=start,
        size=call.data[ATTR_LIMIT],
        account_id=account.account_id if account is not None else None,
        library_key=library.key if library is not None else None,
        since=_unix_seconds(since) if since is not None else None,
    )
    names = {account.account_id: display_name(account.name) for account in accounts or ()}
    end = start + len(page.entries)
    return {
        "history": [
            history_response(runtime, entry, names.get(entry.account_id or ""))
            for entry in page.entries
        ],
        "total": page.total,
        "next_start": end if page.entries and end < page.total else None,
    }


async def _async_get_accounts(runtime: PlexPulseRuntime) -> tuple[ServerAccount, ...] | None:
    """Return the accounts of the server, None if the token is a shared user's."""
    try:
        return await runtime.client.get_accounts()
    except PlexApiError as err:
        if unavailable_reason(err) is None:
            raise
        return None


def _unix_seconds(timestamp: datetime) -> int:
    """Return Unix seconds; without a time zone a timestamp is in Home Assistant's time zone."""
    if timestamp.tzinfo is None:
        timestamp = timestamp.replace(tzinfo=dt_util.get_default_time_zone())
    return max(0, int(timestamp.timestamp()))


def _listing(runtime: PlexPulseRuntime, items: tuple[MediaItem, ...]) -> ServiceResponse:
    """Return the response for a list of items."""
    return {"items": [media_response(runtime, item) for item in items]}
