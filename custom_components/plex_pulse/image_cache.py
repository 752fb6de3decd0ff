"""Cache of a server's images, fetched on demand."""

import asyncio
import logging
import math
from typing import Final

from homeassistant.core import HomeAssistant

from .api import (
    MediaItem,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    Record,
    RetryPolicy,
    ServerImage,
)
from .shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_TIMEOUT_SECONDS: Final = 8.0
"""For one image; Home Assistant itself gives up after ten seconds."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""After a failure no request for that image is sent for this time."""
_MAX_TIMEOUTS: Final = 2
"""Images in a row that time out before none is requested; one alone may be hard to scale."""
_MAX_CACHE_BYTES: Final = 16 * 1024 * 1024
"""All cached images together; a poster has about 100 KiB."""
_MAX_CACHED: Final = 1_000
_ORIGINALS_SECONDS: Final = 3600.0
"""Time for which a photo transcoder that fails for every image is not used."""
_MAX_TRANSCODER_FAILURES: Final = 3
"""Images in a row that only the original has; one alone may be a file that cannot be scaled."""
_MAX_SOURCES: Final = 1000
_POLICY: Final = RetryPolicy(max_retries=1)
"""An image that fails has other sources; a lost connection is worth a second attempt."""

_SOURCE_KINDS: Final = frozenset(
    {PlexErrorKind.CLIENT, PlexErrorKind.SERVER, PlexErrorKind.PROTOCOL}
)
"""Failures of a source (missing, no image, redirected, too large), after which the next one is
requested; servers whose photo transcoder fails also answer 200 with a page or nothing."""
_IMAGE_SPECIFIC_KINDS: Final = _SOURCE_KINDS | {PlexErrorKind.AUTHENTICATION}
"""Failures that concern one image; after others (network, 429) no image is requested."""


class ImageSize(Record):
    """Pixels; is_filling: at least so many in one direction, else at most in both."""

    width: int
    height: int
    is_filling: bool = False


ENTITY_SIZE: Final = ImageSize(width=600, height=900, is_filling=True)
"""Of the images of entities."""
SQUARE_ENTITY_SIZE: Final = ImageSize(width=600, height=600, is_filling=True)
"""Of covers of music, which are square."""


class Poster(Record):
    """The image of an item: the paths where it may be, the best one first."""

    paths: tuple[str, ...]
    is_square: bool = False

    @classmethod
    def of(cls, item: MediaItem | None) -> Poster | None:
        """Return the poster of an item, None without one."""
        if item is None or not item.posters:
            return None
        return cls(paths=item.posters, is_square=item.has_square_poster)


class _Source(Record):
    """Where an image was found: a path, scaled by the photo transcoder or as it is stored."""

    path: str
    is_original: bool


class _Failure(Record):
    """Until when an image is not requested again, and whether the server has none."""

    until: float
    is_missing: bool


type _Key = tuple[tuple[str, ...], ImageSize]


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
    """Least recently used cache of the images of one server, by paths and size.

    Entries never become stale: a new poster of an item has a new path.
    """

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Initialize an empty cache."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._cache: dict[_Key, ServerImage] = {}
        self._failures: dict[_Key | None, _Failure] = {}
        self._timeouts = 0
        self._sources: dict[tuple[str, ...], _Source] = {}
        self._originals_until = -math.inf
        self._transcoder_failures = 0
        self._fetch_lock = asyncio.Lock()

    async def async_get(self, poster: Poster) -> ServerImage | None:
        """Return the image in the size of entities, None if it cannot be fetched now.

        An image that the server cannot scale is returned in its original size.
        """
        size = SQUARE_ENTITY_SIZE if poster.is_square else ENTITY_SIZE
        try:
            return await self._async_load((poster.paths, size))
        except ImageUnavailableError:
            return None

    def cached(self, path: str, size: ImageSize) -> ServerImage | None:
        """Return an image that is cached."""
        return self._cache.get(((path,), size))

    async def async_load(self, path: str, size: ImageSize) -> ServerImage:
        """Return an image, from the cache if it is there.

        Raises:
            ImageUnavailableError: it cannot be fetched, or could not less than a minute ago.

        """
        return await self._async_load(((path,), size))

    async def _async_load(self, key: _Key) -> ServerImage:
        """Return an image, from the cache if it is there.

        Raises:
            ImageUnavailableError: as `async_load`.

        """
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
        self._failures = {key: last for key, last in self._failures.items() if last.until > now}
        # None is the key of failures that concern all images.
        for failed_key in (None, key):
            if (last := self._failures.get(failed_key)) is not None:
                raise ImageUnavailableError(
                    is_missing=last.is_missing, retry_after=last.until - now
                )
        is_missing, has_timed_out = False, False
        try:
            async with self._clock.timeout(_TIMEOUT_SECONDS):
                image = await self._async_find(*key)
        except PlexApiError as err:
            _LOGGER.debug("Failed to fetch an image: %s", err)
            is_missing = err.kind in _IMAGE_SPECIFIC_KINDS
        except TimeoutError:
            _LOGGER.debug("Timeout fetching an image")
            has_timed_out = True
        else:
            self._timeouts = 0
            return image
        self._timeouts = self._timeouts + 1 if has_timed_out else 0
        is_specific = is_missing or 0 < self._timeouts < _MAX_TIMEOUTS
        self._failures[key if is_specific else None] = _Failure(
            until=self._clock.monotonic() + _RETRY_DELAY_SECONDS, is_missing=is_missing
        )
        raise ImageUnavailableError(is_missing=is_missing, retry_after=_RETRY_DELAY_SECONDS)

    async def _async_find(self, paths: tuple[str, ...], size: ImageSize) -> ServerImage:
        """Return the image from the first source that has it, and remember the source.

        Each path is requested from the photo transcoder, and where that fails as it is
        stored: some servers answer 404 or 500 to every request to scale.

        Raises:
            PlexApiError: no source has it.

        """
        is_transcoder_usable = self._clock.monotonic() >= self._originals_until
        sources = [
            _Source(path=path, is_original=is_original)
            for path in paths
            for is_original in ((False, True) if is_transcoder_usable else (True,))
        ]
        if (known := self._sources.pop(paths, None)) is not None:
            sources.insert(0, known)
        for source in sources[:-1]:
            try:
                image = await self._async_read(source, size)
            except PlexApiError as err:
                if err.kind not in _SOURCE_KINDS:
                    raise
                continue
            self._remember(
                paths, source, has_transcoder_failed=is_transcoder_usable and source != known
            )
            return image
        image = await self._async_read(sources[-1], size)
        self._remember(paths, sources[-1], has_transcoder_failed=is_transcoder_usable)
        return image

    async def _async_read(self, source: _Source, size: ImageSize) -> ServerImage:
        """Return the image from one source."""
        if source.is_original:
            return await self._client.get_original_image(source.path, policy=_POLICY)
        return await self._client.get_image(
            source.path,
            width=size.width,
            height=size.height,
            is_filling=size.is_filling,
            policy=_POLICY,
        )

    def _remember(
        self, paths: tuple[str, ...], source: _Source, *, has_transcoder_failed: bool
    ) -> None:
        """Remember the source, also when the image is evicted, and a failing transcoder."""
        if not source.is_original:
            self._transcoder_failures = 0
        elif has_transcoder_failed:
            self._transcoder_failures += 1
            if self._transcoder_failures >= _MAX_TRANSCODER_FAILURES:
                self._transcoder_failures = 0
                self._originals_until = self._clock.monotonic() + _ORIGINALS_SECONDS
        self._sources[paths] = source
        if len(self._sources) > _MAX_SOURCES:
            del self._sources[next(iter(self._sources))]

    def _store(self, key: _Key, image: ServerImage) -> None:
        """Store an image as most recently used, and evict the oldest ones above the limit."""
        self._cache.pop(key, None)
        self._cache[key] = image
        size = sum(len(cached.content) for cached in self._cache.values())
        for oldest in tuple(self._cache):
            if size <= _MAX_CACHE_BYTES and len(self._cache) <= _MAX_CACHED:
                return
            size -= len(self._cache.pop(oldest).content)
