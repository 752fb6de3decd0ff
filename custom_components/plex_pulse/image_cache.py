"""Cache of a server's images, fetched on demand."""

import asyncio
from dataclasses import dataclass
import logging
import math
from typing import Final

from homeassistant.core import HomeAssistant

from .api import (
    MediaItem,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
    ServerImage,
)
from .shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_WIDTH: Final = 600
_HEIGHT: Final = 900
_TIMEOUT_SECONDS: Final = 8.0
"""For one image; Home Assistant itself gives up after ten seconds."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""After a failure no request for that image is sent for this time."""
_ORIGINALS_SECONDS: Final = 3600.0
"""Time for which a photo transcoder that failed is not used."""
_MAX_CACHE_BYTES: Final = 16 * 1024 * 1024
"""All cached images together; a poster has about 100 KiB."""
_MAX_SOURCES: Final = 1000
_POLICY: Final = RetryPolicy(max_retries=1)
"""An image that fails has other sources; a lost connection is worth a second attempt."""

_TRANSCODER_KINDS: Final = frozenset({PlexErrorKind.CLIENT, PlexErrorKind.SERVER})
"""Failures of the photo transcoder, after which the original is requested."""
_ORIGINAL_KINDS: Final = _TRANSCODER_KINDS | {PlexErrorKind.PROTOCOL}
"""Failures of an original (missing, redirected, too large), after which the next one is."""
_IMAGE_SPECIFIC_KINDS: Final = _ORIGINAL_KINDS | {PlexErrorKind.AUTHENTICATION}
"""Failures that concern one image; after others (network, 429) no image is requested."""
_ANY_IMAGE: Final = ()
"""Key of failures that concern all images; no poster is without paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """The image of an item: the paths where it may be, the best one first."""

    paths: tuple[str, ...]
    is_square: bool = False

    @classmethod
    def of(cls, item: MediaItem | None) -> Poster | None:
        """Return the poster of an item, None without one."""
        if item is None or not item.posters:
            return None
        return cls(paths=item.posters, is_square=item.has_square_poster)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where an image was found: a path, scaled by the photo transcoder or as it is stored."""

    path: str
    is_original: bool

    def is_replaced_after(self, failure: PlexApiError) -> bool:
        """Return whether another source is requested after a failure of this one."""
        return failure.kind in (_ORIGINAL_KINDS if self.is_original else _TRANSCODER_KINDS)


class ImageCache:
    """Least recently used cache of the images of one server, by poster.

    Entries never become stale: a new poster of an item has a new path.
    """

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Initialize an empty cache."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._cache: dict[Poster, ServerImage] = {}
        self._sources: dict[Poster, _Source] = {}
        self._failed_until: dict[Poster | tuple[()], float] = {}
        self._originals_until = -math.inf
        self._fetch_lock = asyncio.Lock()

    async def async_get(self, poster: Poster) -> ServerImage | None:
        """Return the image of about 600 by 900 pixels, None if it cannot be fetched now.

        Covers of music are square. An image that the server cannot scale is returned in its
        original size.
        """
        if (image := self._cache.get(poster)) is None:
            # One at a time: a server that scales images is slow to answer anything else.
            async with self._fetch_lock:
                if (image := self._cache.get(poster)) is None:
                    image = await self._async_fetch(poster)
        if image is not None:
            self._store(poster, image)
        return image

    async def _async_fetch(self, poster: Poster) -> ServerImage | None:
        """Fetch an image; return None if that fails, or failed less than a minute ago."""
        now = self._clock.monotonic()
        if now < max(self._failed_until.get(key, -math.inf) for key in (poster, _ANY_IMAGE)):
            return None
        self._failed_until = {key: end for key, end in self._failed_until.items() if end > now}
        failed: Poster | tuple[()] = poster
        try:
            async with self._clock.timeout(_TIMEOUT_SECONDS):
                return await self._async_find(poster)
        except PlexApiError as err:
            _LOGGER.debug("Failed to fetch an image: %s", err)
            failed = poster if err.kind in _IMAGE_SPECIFIC_KINDS else _ANY_IMAGE
        except TimeoutError:
            _LOGGER.debug("Timeout fetching an image")
            failed = _ANY_IMAGE
        self._failed_until[failed] = self._clock.monotonic() + _RETRY_DELAY_SECONDS
        return None

    async def _async_find(self, poster: Poster) -> ServerImage | None:
        """Return the image from the first source that has it, and remember the source.

        Each path is requested from the photo transcoder, and where that fails as it is
        stored: some servers answer 404 or 500 to every request to scale.

        Raises:
            PlexApiError: no source has it.

        """
        if (known := self._sources.get(poster)) is not None:
            try:
                return await self._async_read(poster, known)
            except PlexApiError as err:
                if not known.is_replaced_after(err):
                    raise
                del self._sources[poster]
        is_transcoder_usable = self._clock.monotonic() >= self._originals_until
        sources = [
            _Source(path=path, is_original=is_original)
            for path in poster.paths
            for is_original in ((False, True) if is_transcoder_usable else (True,))
        ]
        for source in sources:
            try:
                image = await self._async_read(poster, source)
            except PlexApiError as err:
                if source == sources[-1] or not source.is_replaced_after(err):
                    raise
                continue
            if source.is_original and is_transcoder_usable:
                # It failed for the same path before.
                self._originals_until = self._clock.monotonic() + _ORIGINALS_SECONDS
            self._remember(poster, source)
            return image
        return None

    async def _async_read(self, poster: Poster, source: _Source) -> ServerImage:
        """Return the image from one source."""
        if source.is_original:
            return await self._client.get_original_image(source.path, policy=_POLICY)
        return await self._client.get_image(
            source.path,
            width=_WIDTH,
            height=_WIDTH if poster.is_square else _HEIGHT,
            policy=_POLICY,
        )

    def _remember(self, poster: Poster, source: _Source) -> None:
        """Remember the source, also when the image itself is evicted."""
        self._sources[poster] = source
        if len(self._sources) > _MAX_SOURCES:
            del self._sources[next(iter(self._sources))]

    def _store(self, poster: Poster, image: ServerImage) -> None:
        """Store an image as most recently used, and evict the oldest ones above the limit."""
        self._cache.pop(poster, None)
        self._cache[poster] = image
        size = sum(len(cached.content) for cached in self._cache.values())
        for oldest in tuple(self._cache):
            if size <= _MAX_CACHE_BYTES:
                return
            size -= len(self._cache.pop(oldest).content)
