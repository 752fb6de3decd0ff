"""The pictures of a server, fetched when somebody looks, and then kept."""

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
_PATIENCE: Final = 8.0
"""Seconds for one picture; Home Assistant itself lets whoever looks wait for ten."""
_SECOND_TRY: Final = 60.0
"""Seconds after which a picture that failed is asked for again, if somebody looks."""
_MOST_KEPT: Final = 16 * 1024 * 1024
"""Bytes of all pictures together; a poster has some 100 KiB."""

_OF_ONE_PICTURE: Final = frozenset(
    {
        PlexErrorKind.AUTHENTICATION,
        PlexErrorKind.CLIENT,
        PlexErrorKind.PROTOCOL,
        PlexErrorKind.SERVER,
    }
)
"""Failures that say something of one picture, not of all."""
_ALL: Final = ""


class ImageCache:
    """ImageCache by their path; another picture of the same item has another path."""

    def __init__(self, hass: HomeAssistant, client: PlexServerClient) -> None:
        """Begin with none."""
        self._client = client
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._kept: dict[str, ServerImage] = {}
        self._failed_until: dict[str, float] = {}
        self._fetching = asyncio.Lock()

    async def async_get(self, path: str) -> ServerImage | None:
        """Return a picture of at most 600 by 900 pixels, None while it cannot be had."""
        if (picture := self._kept.get(path)) is None:
            # One after the other: a server that converts pictures is slow at everything else.
            async with self._fetching:
                if (picture := self._kept.get(path)) is None:
                    picture = await self._async_fetch(path)
        if picture is not None:
            self._keep(path, picture)
        return picture

    async def _async_fetch(self, path: str) -> ServerImage | None:
        """Return a picture from the server, None if it failed, or did a moment ago."""
        now = self._clock.monotonic()
        if now < max(self._failed_until.get(key, -math.inf) for key in (path, _ALL)):
            return None
        self._failed_until = {key: end for key, end in self._failed_until.items() if end > now}
        try:
            async with self._clock.timeout(_PATIENCE):
                return await self._client.get_image(path, width=_WIDTH, height=_HEIGHT)
        except PlexApiError as err:
            _LOGGER.debug("A picture could not be fetched: %s", err)
            failed = path if err.kind in _OF_ONE_PICTURE else _ALL
        except TimeoutError:
            _LOGGER.debug("A picture did not come in time")
            failed = _ALL
        self._failed_until[failed] = self._clock.monotonic() + _SECOND_TRY
        return None

    def _keep(self, path: str, picture: ServerImage) -> None:
        """Keep a picture, at the cost of those that nobody has looked at for the longest."""
        self._kept.pop(path, None)
        self._kept[path] = picture
        size = sum(len(kept.content) for kept in self._kept.values())
        for oldest in tuple(self._kept):
            if size <= _MOST_KEPT:
                return
            size -= len(self._kept.pop(oldest).content)
