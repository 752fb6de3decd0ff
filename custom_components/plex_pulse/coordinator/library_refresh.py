"""Refresh libraries after changes: debounced per library, with retries, in addition to the poll."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Container, Coroutine
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Clock, MutableRecord, PlexApiError

_LOGGER = logging.getLogger(__name__)

UNKNOWN_LIBRARY: Final = ""
"""The key of a change for which the server does not name the library."""

_DEBOUNCE_SECONDS: Final = 5.0
"""Time without a further change before a library is read."""
_MAX_DEBOUNCE_SECONDS: Final = 60.0
"""Time after which a library that keeps changing is read all the same."""
_POLL_SECONDS: Final = 3600.0
"""Interval of the poll, which reads every library anyway."""
_RETRY_DELAY_SECONDS: Final = 60.0
"""Delay of the first retry of a library that could not be read; it doubles."""
_MAX_PENDING: Final = 1_000
"""Libraries with a pending change; further ones count as unknown, and share one read."""


class PendingChange(MutableRecord):
    """When a library first changed and when it is due; seconds on the clock."""

    first: float
    due: float
    failures: int = 0


class ChangedLibraries:
    """Pending changes by library key; a library that is scanned is not due before the end."""

    def __init__(self, clock: Clock) -> None:
        """Start without changes."""
        self._clock = clock
        self._changes: dict[str, PendingChange] = {}

    def changed(self, key: str) -> None:
        """Make a library due after the debounce time."""
        now = self._clock.monotonic()
        change = self._changes.setdefault(self._bounded(key), PendingChange(first=now, due=now))
        if not change.failures:
            change.due = min(now + _DEBOUNCE_SECONDS, change.first + _MAX_DEBOUNCE_SECONDS)

    def make_due(self, key: str) -> None:
        """Make a library due now."""
        now = self._clock.monotonic()
        self._changes[self._bounded(key)] = PendingChange(first=now, due=now)

    def _bounded(self, key: str) -> str:
        """Return the key, or that of an unknown library if too many changes are pending."""
        is_full = len(self._changes) >= _MAX_PENDING and key not in self._changes
        return UNKNOWN_LIBRARY if is_full else key

    def seconds_until_due(self, scanning: Container[str]) -> float | None:
        """Return the time until the next library is due, None if no change is pending."""
        due = [change.due for key, change in self._changes.items() if key not in scanning]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def pop_due(self, scanning: Container[str]) -> dict[str, PendingChange]:
        """Remove and return the changes that are due."""
        now = self._clock.monotonic()
        due = {
            key: change
            for key, change in self._changes.items()
            if change.due <= now and key not in scanning
        }
        for key in due:
            del self._changes[key]
        return due

    def requeue(self, changes: dict[str, PendingChange], seconds: float) -> None:
        """Schedule retries of failed reads, with a doubled delay each time, up to the poll."""
        now = self._clock.monotonic()
        for key, change in changes.items():
            delay = seconds * 2**change.failures
            if delay < _POLL_SECONDS:
                self._changes[key] = PendingChange(
                    first=change.first, due=now + delay, failures=change.failures + 1
                )

    def discard(self, key: str) -> None:
        """Drop the change of one library."""
        self._changes.pop(key, None)

    def clear(self) -> None:
        """Drop all changes."""
        self._changes.clear()


class LibraryRefresher:
    """Debounces changes per library, refreshes the libraries, and retries failures.

    `refresh` reads the libraries of the given keys and returns the keys of those that are
    incomplete, or fails with PlexApiError. `scanning` returns the keys of libraries that
    must not be read yet. `create_task` runs a coroutine. Every other read of the libraries must
    hold `lock`, so that an older response never replaces a newer one.
    """

    def __init__(
        self,
        clock: Clock,
        name: str,
        refresh: Callable[[Collection[str]], Awaitable[Collection[str]]],
        scanning: Callable[[], Container[str]],
        create_task: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """Start without changes; `name` appears in the log."""
        self._clock = clock
        self._name = name
        self._refresh = refresh
        self._scanning = scanning
        self._create_task = create_task
        self._changes = ChangedLibraries(clock)
        self._is_waiting = False
        self._is_refresh_requested = False
        self.lock = asyncio.Lock()

    @callback
    def async_changed(self, *keys: str) -> None:
        """Refresh libraries after the debounce time."""
        for key in keys:
            self._changes.changed(key)
        self._schedule()

    @callback
    def async_refresh_now(self, *keys: str) -> None:
        """Refresh libraries without debounce."""
        for key in keys:
            self._changes.make_due(key)
        if not self._is_refresh_requested:
            self._is_refresh_requested = True
            self._create_task(self._refresh_requested())

    @callback
    def async_discard(self, key: str) -> None:
        """Drop the change of one library."""
        self._changes.discard(key)

    @callback
    def async_clear(self) -> None:
        """Drop all changes; everything is about to be read."""
        self._changes.clear()

    @callback
    def _schedule(self) -> None:
        """Start waiting for the next library that is due."""
        if not self._is_waiting:
            self._is_waiting = True
            self._create_task(self._refresh_when_due())

    async def _refresh_when_due(self) -> None:
        """Refresh each library when it is due, until no change is pending."""
        try:
            while (seconds := self._changes.seconds_until_due(self._scanning())) is not None:
                if seconds:
                    await self._clock.sleep(seconds)
                else:
                    await self._refresh_due()
        finally:
            self._is_waiting = False

    async def _refresh_requested(self) -> None:
        """Refresh the libraries that are due; requests before the read begins share it."""
        async with self.lock:
            self._is_refresh_requested = False
            await self._refresh_locked()

    async def _refresh_due(self) -> None:
        """Refresh the libraries that are due, one read at a time."""
        async with self.lock:
            await self._refresh_locked()

    async def _refresh_locked(self) -> None:
        """Refresh the libraries that are due, and requeue those that fail; needs the lock."""
        due = self._changes.pop_due(self._scanning())
        if not due:
            return
        delay = _RETRY_DELAY_SECONDS
        try:
            incomplete = await self._refresh(due)
        except PlexApiError as err:
            _LOGGER.debug("%s: changes could not be read: %s", self._name, err)
            incomplete, delay = due, err.retry_after or delay
        if incomplete:
            self._changes.requeue({key: due[key] for key in incomplete}, delay)
            self._schedule()
