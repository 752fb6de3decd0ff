"""Cache of a server's images, fetched on demand."""

import asyncio
from dataclasses import dataclass
import logging
from typing import Final

from homeassistant.core import HomeAssistant

from .api import PlexApiError, PlexErrorKind, PlexServerClient, ServerImage
from .shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSize:
    """Pixels; is_filling: at least so many in one direction, else at most in both."""

    width: int
    height: int
    is_filling: bool = False


ENTITY_SIZE: Final = ImageSize(width=600, height=900, is_filling=True)
"""Of the images of entities."""

type _Key = tuple[str, ImageSize]


class ImageUnavailableError(Exception):
    """An image that cannot be fetched now.

    is_missing: the server has no such image, as far as is known; else it does not answer.
    retry_after: seconds until it is requested again.
    """

    def __init__(self, *, is_missing: bool, retry_after: float) -> None:
        """Store why, and until when."""
        super().__init__("missing" if is_missing else "unavailable")
        self.is_missing = is_missing
        self.retry_after = retry_after


class ImageCache:
    """Least recently used cache of the images of one server, by path and size.

    Entries never become stale: a new poster of an item has a new path.
    """

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Initialize an empty cache."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._cache: dict[_Key, ServerImage] = {}
        self._failed_until: dict[_Key | None, float] = {}
        self._fetch_lock = asyncio.Lock()

    async def async_get(self, path: str) -> ServerImage | None:
        """Return the image in the size of entities, None if it cannot be fetched now."""
        try:
            return await self.async_load(path, ENTITY_SIZE)
        except ImageUnavailableError:
            return None

    def cached(self, path: str, size: ImageSize) -> ServerImage | None:
        """Return an image that is cached."""
        return self._cache.get((path, size))

    async def async_load(self, path: str, size: ImageSize) -> ServerImage:
        """Return an image, from the cache if it is there.

        Raises:
            ImageUnavailableError: it cannot be fetched, or could not less than a minute ago.

        """
        key = (path, size)
        if (image := self._cache.get(key)) is None:
            # One at a time: a server that scales images is slow to answer anything else.
            async with self._fetch_lock:
                if (image := self._cache.get(key)) is None:
                    image = await self._async_fetch(key)
        self._store(key, image)
        return image

    async def _async_fetch(self, key: _Key) -> ServerImage:
        """Fetch an image."""
        now = self._clock.monotonic()
        self._failed_until = {key: end for key, end in self._failed_until.items() if end > now}
        # None is the key of failures that concern all images.
        for failed_key in (None, key):
            if (until := self._failed_until.get(failed_key)) is not None:
                raise ImageUnavailableError(
                    is_missing=failed_key is not None, retry_after=until - now
                )
        path, size = key
        failed: _Key | None = None
        try:
            async with self._clock.timeout(_TIMEOUT_SECONDS):
                return await self._client.get_image(
                    path, width=size.width, height=size.height, is_filling=size.is_filling
                )
        except PlexApiError as err:
            _LOGGER.debug("Failed to fetch an image: %s", err)
            failed = key if err.kind in _IMAGE_SPECIFIC_KINDS else None
        except TimeoutError:
            _LOGGER.debug("Timeout fetching an image")
        self._failed_until[failed] = self._clock.monotonic() + _RETRY_DELAY_SECONDS
        raise ImageUnavailableError(is_missing=failed is not None, retry_after=_RETRY_DELAY_SECONDS)

    def _store(self, key: _Key, image: ServerImage) -> None:
        """Store an image as most recently used, and evict the oldest ones above the limit."""
        self._cache.pop(key, None)
        self._cache[key] = image
        size = sum(len(cached.content) for cached in self._cache.values())
        for oldest in tuple(self._cache):
            if size <= _MAX_CACHE_BYTES:
                return
            size -= len(self._cache.pop(oldest).content)
