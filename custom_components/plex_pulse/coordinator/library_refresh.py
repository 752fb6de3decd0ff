"""Refresh libraries after changes: debounced per library, with retries, beside the poll."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Container, Coroutine
from dataclasses import dataclass
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Clock, PlexApiError

_LOGGER = logging.getLogger(__name__)

UNKNOWN_LIBRARY: Final = ""
"""Stands for a library of which the server does not say which one it is."""

_QUIET: Final = 5.0
"""Seconds without another change after which a burst of them is taken to be over."""
_POLL: Final = 3600.0
"""Seconds within which a poll reads everything anyway."""
_LONGEST_BURST: Final = 60.0
"""Seconds after which a library that goes on changing is read all the same."""
_SECOND_TRY: Final = 60.0
"""Seconds after which a changed library that could not be read is tried once more."""


@dataclass(slots=True)
class PendingChange:
    """When the first change came, and when to read; in seconds on the clock."""

    first: float
    due: float
    failures: int = 0


class ChangedLibraries:
    """Marks by library key; a library that is being scanned is not due before the end."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing changed."""
        self._clock = clock
        self._marks: dict[str, PendingChange] = {}

    def changed(self, key: str) -> None:
        """Have a library read once it has come to rest."""
        now = self._clock.monotonic()
        mark = self._marks.setdefault(key, PendingChange(first=now, due=now))
        if not mark.failures:
            mark.due = min(now + _QUIET, mark.first + _LONGEST_BURST)

    def scanned(self, key: str) -> None:
        """Have a library read now."""
        now = self._clock.monotonic()
        self._marks[key] = PendingChange(first=now, due=now)

    def seconds_left(self, scanning: Container[str]) -> float | None:
        """Return the time until one is due, None while none will be."""
        due = [mark.due for key, mark in self._marks.items() if key not in scanning]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def take_due(self, scanning: Container[str]) -> dict[str, PendingChange]:
        """Return what is to be read now, and forget it."""
        now = self._clock.monotonic()
        due = {
            key: mark
            for key, mark in self._marks.items()
            if mark.due <= now and key not in scanning
        }
        for key in due:
            del self._marks[key]
        return due

    def put_back(self, marks: dict[str, PendingChange], seconds: float) -> None:
        """Have what could not be read tried again, twice as late each time, up to the poll."""
        now = self._clock.monotonic()
        for key, mark in marks.items():
            pause = seconds * 2**mark.failures
            if pause < _POLL:
                self._marks[key] = PendingChange(
                    first=mark.first, due=now + pause, failures=mark.failures + 1
                )

    def discard(self, key: str) -> None:
        """Forget one library."""
        self._marks.pop(key, None)

    def clear(self) -> None:
        """Forget all; everything is about to be read."""
        self._marks.clear()


class LibraryRefresher:
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
        self._marks = ChangedLibraries(clock)
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
