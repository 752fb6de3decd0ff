"""Cache of a server's images, fetched on demand."""

import asyncio
import logging
import math
from typing import Final

from homeassistant.core import HomeAssistant

from .api import PlexApiError, PlexErrorKind, PlexServerClient, ServerImage
from .shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_WIDTH: Final = 600
_HEIGHT: Final = 900
_TIMEOUT_SECONDS: Final = 8.0
"""For one image; Home Assistant itself gives up after ten seconds."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""After a failure no request for that image is sent for this time."""
_MAX_CACHE_BYTES: Final = 16 * 1024 * 1024
"""All cached images together; a poster has about 100 KiB."""

_IMAGE_SPECIFIC_KINDS: Final = frozenset(
    {
        PlexErrorKind.AUTHENTICATION,
        PlexErrorKind.CLIENT,
        PlexErrorKind.PROTOCOL,
        PlexErrorKind.SERVER,
    }
)
"""Failures that concern one image; after others (network, 429) no image is requested."""
_ANY_IMAGE: Final = ""
"""Key of failures that concern all images; no path is empty."""


class ImageCache:
    """Least recently used cache of the images of one server, by path.

    Entries never become stale: a new poster of an item has a new path.
    """

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Initialize an empty cache."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._cache: dict[str, ServerImage] = {}
        self._failed_until: dict[str, float] = {}
        self._fetch_lock = asyncio.Lock()

    async def async_get(self, path: str) -> ServerImage | None:
        """Return the image scaled to about 600 by 900 pixels, None if it cannot be fetched now."""
        if (image := self._cache.get(path)) is None:
            # One at a time: a server that scales images is slow to answer anything else.
            async with self._fetch_lock:
                if (image := self._cache.get(path)) is None:
                    image = await self._async_fetch(path)
        if image is not None:
            self._store(path, image)
        return image

    async def _async_fetch(self, path: str) -> ServerImage | None:
        """Fetch an image; return None if that fails, or failed less than a minute ago."""
        now = self._clock.monotonic()
        if now < max(self._failed_until.get(key, -math.inf) for key in (path, _ANY_IMAGE)):
            return None
        self._failed_until = {key: end for key, end in self._failed_until.items() if end > now}
        try:
            async with self._clock.timeout(_TIMEOUT_SECONDS):
                return await self._client.get_image(path, width=_WIDTH, height=_HEIGHT)
        except PlexApiError as err:
            _LOGGER.debug("Failed to fetch an image: %s", err)
            failed = path if err.kind in _IMAGE_SPECIFIC_KINDS else _ANY_IMAGE
        except TimeoutError:
            _LOGGER.debug("Timeout fetching an image")
            failed = _ANY_IMAGE
        self._failed_until[failed] = self._clock.monotonic() + _RETRY_DELAY_SECONDS
        return None

    def _store(self, path: str, image: ServerImage) -> None:
        """Store an image as most recently used, and evict the oldest ones above the limit."""
        self._cache.pop(path, None)
        self._cache[path] = image
        size = sum(len(cached.content) for cached in self._cache.values())
        for oldest in tuple(self._cache):
            if size <= _MAX_CACHE_BYTES:
                return
            size -= len(self._cache.pop(oldest).content)
