"""The pictures of a server, fetched when somebody looks, and then cached."""

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
"""Seconds for one picture; Home Assistant itself lets whoever looks wait for ten."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""Seconds after which a picture that failed is asked for again, if somebody looks."""
_MAX_CACHE_BYTES: Final = 16 * 1024 * 1024
"""Bytes of all pictures together; a poster has some 100 KiB."""

_IMAGE_SPECIFIC_KINDS: Final = frozenset(
    {
        PlexErrorKind.AUTHENTICATION,
        PlexErrorKind.CLIENT,
        PlexErrorKind.PROTOCOL,
        PlexErrorKind.SERVER,
    }
)
"""Failures that say something of one picture, not of all."""
_ANY_IMAGE: Final = ""


class ImageCache:
    """ImageCache by their path; another picture of the same item has another path."""

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Begin with none."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._cache: dict[str, ServerImage] = {}
        self._failed_until: dict[str, float] = {}
        self._fetch_lock = asyncio.Lock()

    async def async_get(self, path: str) -> ServerImage | None:
        """Return a picture of at most 600 by 900 pixels, None while it cannot be had."""
        if (image := self._cache.get(path)) is None:
            # One after the other: a server that converts pictures is slow at everything else.
            async with self._fetch_lock:
                if (image := self._cache.get(path)) is None:
                    image = await self._async_fetch(path)
        if image is not None:
            self._store(path, image)
        return image

    async def _async_fetch(self, path: str) -> ServerImage | None:
        """Return a picture from the server, None if it failed, or did a moment ago."""
        now = self._clock.monotonic()
        if now < max(self._failed_until.get(key, -math.inf) for key in (path, _ANY_IMAGE)):
            return None
        self._failed_until = {key: end for key, end in self._failed_until.items() if end > now}
        try:
            async with self._clock.timeout(_TIMEOUT_SECONDS):
                return await self._client.get_image(path, width=_WIDTH, height=_HEIGHT)
        except PlexApiError as err:
            _LOGGER.debug("A picture could not be fetched: %s", err)
            failed = path if err.kind in _IMAGE_SPECIFIC_KINDS else _ANY_IMAGE
        except TimeoutError:
            _LOGGER.debug("A picture did not come in time")
            failed = _ANY_IMAGE
        self._failed_until[failed] = self._clock.monotonic() + _RETRY_DELAY_SECONDS
        return None

    def _store(self, path: str, image: ServerImage) -> None:
        """Keep a picture, at the cost of those that nobody has looked at for the longest."""
        self._cache.pop(path, None)
        self._cache[path] = image
        size = sum(len(cached.content) for cached in self._cache.values())
        for oldest in tuple(self._cache):
            if size <= _MAX_CACHE_BYTES:
                return
            size -= len(self._cache.pop(oldest).content)
