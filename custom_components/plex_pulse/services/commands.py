"""Handlers of the actions that change something; push notifications report the result."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..api import PlexApiError, PlexErrorKind
from ..const import DOMAIN
from ..runtime_data import PlexPulseRuntime
from .targets import (
    async_get_sessions,
    find_library,
    find_session,
    unknown_item_error,
    unknown_stream_error,
)

ATTR_MESSAGE: Final = "message"
ATTR_RATING_KEY: Final = "rating_key"
ATTR_SESSION_KEY: Final = "session_key"


async def async_scan_library(runtime: PlexPulseRuntime, call: ServiceCall) -> None:
    """Start a scan of one library, or of all libraries."""
    if (library := find_library(runtime, call)) is None:
        await runtime.client.scan_libraries()
    else:
        await runtime.client.scan_library(library.key)


async def async_terminate_stream(runtime: PlexPulseRuntime, call: ServiceCall) -> None:
    """Stop a stream and show a message to its viewer."""
    session_key: str = call.data[ATTR_SESSION_KEY]
    await async_get_sessions(runtime)
    session, session_id = find_session(runtime.sessions, session_key)
    try:
        await runtime.client.terminate(session_id, call.data[ATTR_MESSAGE])
        runtime.sessions.notifications.async_verify_end(session.stream_key)
    except PlexApiError as err:
        if err.status == HTTPStatus.NOT_FOUND:
            # It is gone, and no notification said so: remove it from the states, too.
            runtime.sessions.notifications.async_verify_end(session.stream_key)
            raise unknown_stream_error(session_key) from err
        has_plex_pass = runtime.libraries.data.server.has_plex_pass
        if err.kind is PlexErrorKind.AUTHENTICATION and not has_plex_pass:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="plex_pass_needed"
            ) from err
        raise


async def async_mark_watched(runtime: PlexPulseRuntime, call: ServiceCall) -> None:
    """Mark an item, and all items in it, as watched."""
    rating_key: str = call.data[ATTR_RATING_KEY]
    await _raise_if_not_found(
        runtime.client.mark_watched(rating_key), unknown_item_error(rating_key)
    )
    runtime.shelf_cache.clear()


async def async_mark_unwatched(runtime: PlexPulseRuntime, call: ServiceCall) -> None:
    """Mark an item, and all items in it, as unwatched."""
    rating_key: str = call.data[ATTR_RATING_KEY]
    await _raise_if_not_found(
        runtime.client.mark_unwatched(rating_key), unknown_item_error(rating_key)
    )
    runtime.shelf_cache.clear()


async def _raise_if_not_found(request: Awaitable[None], error: ServiceValidationError) -> None:
    """Await a request; raise `error` instead of a 404, the caller's mistake."""
    try:
        await request
    except PlexApiError as err:
        if err.status == HTTPStatus.NOT_FOUND:
            raise error from err
        raise
