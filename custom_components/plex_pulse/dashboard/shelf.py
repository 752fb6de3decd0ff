"""Read lists of items for the shelf cards, of one server or of several merged."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from homeassistant.auth.models import User
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..api import (
    MAX_CLOCK_DIFFERENCE_SECONDS,
    DetailedItem,
    Library,
    LibraryKind,
    PlexApiError,
    PlexErrorKind,
    Record,
)
from ..const import DOMAIN
from ..errors import command_error_code
from ..rights import may_control
from ..runtime_data import PlexPulseConfigEntry
from .data import async_get_dashboard
from .servers import NO_RIGHTS, NO_SERVER, DashboardLibrary, libraries_of, readable_entries
from .shelf_groups import group_episodes
from .shelf_payload import Json, item_payload

ON_DECK: Final = "on_deck"
RECENTLY_ADDED: Final = "recently_added"
MAX_ITEMS: Final = 50
_LIMITS: Final = (20, MAX_ITEMS)
"""Limits that are requested from the server, so that cards of other limits share a list."""
_EPISODES_PER_ITEM: Final = 5
"""Episodes to read for each item of a shelf: those of one show are one item."""

_REFRESH_ENTITIES: Final = {
    RECENTLY_ADDED: ((Platform.EVENT, "library"), (Platform.SENSOR, "last_added")),
    ON_DECK: ((Platform.EVENT, "playback"), (Platform.EVENT, "library")),
}
"""Entities whose change means that the list has changed."""


class ShelfNotFoundError(Exception):
    """None of the requested servers, or no such library, exists for the user."""


class ShelfRequest(Record):
    """What a card shows. servers: entry ids, empty for all. library: id, key or title."""

    source: str
    servers: tuple[str, ...]
    library: str | None
    limit: int


class _ServerShelf(Record):
    """The list of one server, or why there is none."""

    entry: PlexPulseConfigEntry
    items: tuple[DetailedItem, ...] = ()
    error: str | None = None


async def async_read_shelf(hass: HomeAssistant, user: User, request: ShelfRequest) -> Json:
    """Return the newest items, or those On Deck, of the servers that a user may read.

    Raises:
        ShelfNotFoundError: none of the requested servers, or no such library, exists for the user.

    """
    entries = readable_entries(hass, user, request.servers)
    if not entries and request.servers:
        raise ShelfNotFoundError
    known = {entry.entry_id: libraries_of(hass, entry) for entry in entries}
    name = request.library if request.source == RECENTLY_ADDED else None
    if name is not None:
        entries = [
            entry
            for entry in entries
            if any(library.is_named(name) for library in known[entry.entry_id])
        ]
        if not entries:
            raise ShelfNotFoundError
    shelves = await asyncio.gather(
        *(_async_read_server(hass, entry, request, name) for entry in entries)
    )
    dashboard = async_get_dashboard(hass)
    found = [(shelf.entry, detailed) for shelf in shelves for detailed in shelf.items]
    if len(shelves) > 1:
        # On Deck keeps the order of the server.
        now = dt_util.utcnow().timestamp()
        found.sort(key=lambda each: _sort_key(each[1], request.source, now), reverse=True)
    return {
        "items": [
            item_payload(
                detailed,
                entry,
                dashboard.image_ids(entry.entry_id),
                may_mark=may_control(hass, user, entry),
                is_on_deck=request.source == ON_DECK,
            )
            for entry, detailed in found[: request.limit]
            # An item without a key cannot be marked, and its details cannot be requested.
            if detailed.item.rating_key is not None
        ],
        "libraries": _library_choices(known) if request.source == RECENTLY_ADDED else [],
        "failed": [
            {"entry_id": shelf.entry.entry_id, "name": shelf.entry.title, "error": shelf.error}
            for shelf in shelves
            if shelf.error is not None
        ]
        if entries
        else [NO_SERVER],
        "refresh_entities": refresh_entities(hass, entries, request.source),
    }


async def _async_read_server(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, request: ShelfRequest, library: str | None
) -> _ServerShelf:
    """Return the list of one server."""
    if entry.state is not ConfigEntryState.LOADED:
        is_refused = any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
        return _ServerShelf(entry=entry, error="sign_in_required" if is_refused else "not_loaded")
    runtime = entry.runtime_data
    if isinstance(runtime.sessions.last_exception, ConfigEntryAuthFailed):
        return _ServerShelf(entry=entry, error="sign_in_required")
    if not runtime.health.data.connected:
        # Another server may have the address now; do not send it the token.
        return _ServerShelf(entry=entry, error=_outage_code(entry))
    limit = next(each for each in _LIMITS if request.limit <= each)
    read: Callable[[], Awaitable[tuple[DetailedItem, ...]]]
    chosen: Library | None = None
    if request.source == ON_DECK:
        read = partial(runtime.client.get_on_deck_details, limit=limit)
    else:
        chosen = _find_library(entry, library)
        read = partial(_async_read_recently_added, entry, limit, chosen)
    key = (request.source, chosen.key if chosen is not None else None, limit)
    try:
        items = await runtime.shelf_cache.async_get(key, read)
    except PlexApiError as err:
        code = command_error_code(err)
        return _ServerShelf(entry=entry, error=NO_RIGHTS if code == "no_permission" else code)
    return _ServerShelf(entry=entry, items=items)


async def _async_read_recently_added(
    entry: PlexPulseConfigEntry, limit: int, library: Library | None
) -> tuple[DetailedItem, ...]:
    """Return the items added last, with the episodes of a show as one item."""
    if library is not None and library.kind is LibraryKind.SHOWS:
        limit *= _EPISODES_PER_ITEM
    client = entry.runtime_data.client
    return group_episodes(await client.get_recently_added_details(limit=limit, library=library))


def _outage_code(entry: PlexPulseConfigEntry) -> str:
    """Return the error code for a server that does not answer."""
    failure = entry.runtime_data.health.outage
    if failure is not None and failure.kind is PlexErrorKind.RATE_LIMIT:
        return command_error_code(failure)
    return "cannot_connect"


def _find_library(entry: PlexPulseConfigEntry, name: str | None) -> Library | None:
    """Return the library of that id, key or title, None without a name."""
    if name is None:
        return None
    return next(
        library
        for library in entry.runtime_data.libraries.data.libraries.values()
        if name in {library.uuid, library.key, library.title}
    )


def _sort_key(detailed: DetailedItem, source: str, now: float) -> float:
    """Return when an item was added, or for On Deck when it was viewed last.

    0 without a date that is possible at `now` (Unix seconds): such an item outranks no other.
    """
    item = detailed.item
    moments = [item.last_viewed_at, item.added_at] if source == ON_DECK else [item.added_at]
    possible = (
        moment.timestamp()
        for moment in moments
        if moment is not None and moment.timestamp() <= now + MAX_CLOCK_DIFFERENCE_SECONDS
    )
    return next(possible, 0.0)


def _library_choices(known: dict[str, list[DashboardLibrary]]) -> list[Json]:
    """Return the libraries by which the shelf can be filtered."""
    return [
        {
            "entry_id": entry_id,
            "id": library.id,
            "title": library.title,
            "type": library.kind.value,
        }
        for entry_id, libraries in known.items()
        for library in libraries
    ]


def refresh_entities(
    hass: HomeAssistant, entries: list[PlexPulseConfigEntry], source: str
) -> list[str]:
    """Return the enabled entities whose change means that the list has changed."""
    registry = er.async_get(hass)
    found: list[str] = []
    for entry in entries:
        for platform, key in _REFRESH_ENTITIES[source]:
            unique_id = f"{entry.unique_id}_{key}"
            entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
            entity = registry.async_get(entity_id) if entity_id is not None else None
            if entity is not None and entity.disabled_by is None:
                found.append(entity.entity_id)
    return found
