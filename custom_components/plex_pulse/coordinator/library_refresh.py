"""Reads of libraries that have changed: each in its time, beside the poll."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Container, Coroutine
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlexApiError
from .changed_libraries import StaleLibraries

_LOGGER = logging.getLogger(__name__)

_SECOND_TRY: Final = 60.0
"""Seconds after which a changed library that could not be read is tried once more."""


class StaleReads:
    """Wait until a library has come to rest, have it read, and try again what failed.

    `read` reads the libraries of these keys and returns those of which something is missing,
    or fails with PlexApiError. `scanning` returns
    the keys of those that are not to be read yet, `start` runs what is awaitable. Who reads
    them for another reason holds `lock` meanwhile, or what was read before a change could
    replace what came after it.
    """

    def __init__(
        self,
        clock: Clock,
        name: str,
        read: Callable[[Collection[str]], Awaitable[Collection[str]]],
        scanning: Callable[[], Container[str]],
        start: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """Start with nothing changed."""
        self._clock = clock
        self._name = name
        self._read = read
        self._scanning = scanning
        self._start = start
        self._marks = StaleLibraries(clock)
        self._is_waiting = False
        self.lock = asyncio.Lock()

    @callback
    def changed(self, *keys: str) -> None:
        """Have libraries read once they have come to rest."""
        for key in keys:
            self._marks.changed(key)
        self._wait()

    @callback
    def scanned(self, *keys: str) -> None:
        """Have libraries read now."""
        for key in keys:
            self._marks.scanned(key)
        self._start(self._read_due())

    @callback
    def discard(self, key: str) -> None:
        """Forget a library."""
        self._marks.discard(key)

    @callback
    def clear(self) -> None:
        """Forget all; everything is about to be read."""
        self._marks.clear()

    @callback
    def _wait(self) -> None:
        """Read in time what has changed."""
        if not self._is_waiting:
            self._is_waiting = True
            self._start(self._read_in_time())

    async def _read_in_time(self) -> None:
        """Read every library that changes when it is due."""
        try:
            while (seconds := self._marks.seconds_left(self._scanning())) is not None:
                if seconds:
                    await self._clock.sleep(seconds)
                else:
                    await self._read_due()
        finally:
            self._is_waiting = False

    async def _read_due(self) -> None:
        """Read what is due; what fails is tried again, and nothing that was known is lost."""
        async with self.lock:
            marks = self._marks.take_due(self._scanning())
            if not marks:
                return
            pause = _SECOND_TRY
            try:
                missing = await self._read(marks)
            except PlexApiError as err:
                _LOGGER.debug("%s: changes could not be read: %s", self._name, err)
                missing, pause = marks, err.retry_after or pause
            if missing:
                self._marks.put_back({key: marks[key] for key in missing}, pause)
                self._wait()
