"""The view that serves the images of the cards: signed in, by opaque id, in fixed sizes."""

import hashlib
from http import HTTPStatus
import math
from typing import Final

from aiohttp import hdrs, web
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.config_entries import ConfigEntryState

from ..api import ServerImage
from ..const import DOMAIN
from ..image_cache import ImageSize, ImageUnavailableError
from ..rights import may_read
from ..runtime_data import PlexPulseConfigEntry
from .data import async_get_dashboard

_SIZES: Final = {
    "s": ImageSize(width=128, height=192),
    "m": ImageSize(width=256, height=384),
    "l": ImageSize(width=512, height=768),
}
_DEFAULT_SIZE: Final = "m"
# aiohttp of the oldest supported Home Assistant has no constants for all of these names.
_HEADERS: Final = {
    # Private: what a user may see is not for a cache that others share.
    hdrs.CACHE_CONTROL: "private, max-age=86400",
    "X-Content-Type-Options": "nosniff",
    # Nothing in an image may be executed, whatever type a browser assumes.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class PlexImageView(HomeAssistantView):
    """Serve an image of a server to users who may see its data."""

    url = "/api/plex_pulse/image/{entry_id}/{image_id}"
    name = "api:plex_pulse:image"

    async def get(self, request: web.Request, entry_id: str, image_id: str) -> web.Response:
        """Return an image.

        400 for an unknown size; 404 for an id or entry that is unknown, may not be read, or
        has no such image; 503 while the server does not answer.
        """
        size = _SIZES.get(request.query.get("size", _DEFAULT_SIZE))
        if size is None:
            raise web.HTTPBadRequest
        entry, path = _find(request, entry_id, image_id)
        if entry.state is not ConfigEntryState.LOADED:
            raise web.HTTPServiceUnavailable
        runtime = entry.runtime_data
        image = runtime.image_cache.cached(path, size)
        if image is None and not runtime.health.data.connected:
            # Another server may have the address now; do not send it the token.
            raise web.HTTPServiceUnavailable
        try:
            image = await runtime.image_cache.async_load(path, size)
        except ImageUnavailableError as err:
            if err.is_missing:
                raise web.HTTPNotFound from err
            seconds = str(math.ceil(err.retry_after))
            raise web.HTTPServiceUnavailable(headers={hdrs.RETRY_AFTER: seconds}) from err
        return _response(request, image)


def _find(request: web.Request, entry_id: str, image_id: str) -> tuple[PlexPulseConfigEntry, str]:
    """Return the entry and the path of an image.

    Raises:
        HTTPNotFound: there is none that this user may see.

    """
    hass = request.app[KEY_HASS]
    entry: PlexPulseConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or not may_read(hass, request[KEY_HASS_USER], entry):
        raise web.HTTPNotFound
    if (path := async_get_dashboard(hass).image_ids(entry_id).path_of(image_id)) is None:
        raise web.HTTPNotFound
    return entry, path


def _response(request: web.Request, image: ServerImage) -> web.Response:
    """Return the response with an image, without its body if the browser has the image."""
    tag = hashlib.sha256(image.content).hexdigest()[:32]
    headers = {**_HEADERS, hdrs.ETAG: f'"{tag}"'}
    known = request.if_none_match or ()
    if any(entity_tag.value in {tag, "*"} for entity_tag in known):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=image.content, content_type=image.content_type, headers=headers)
