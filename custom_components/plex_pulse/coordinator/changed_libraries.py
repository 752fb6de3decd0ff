"""Which libraries have changed since they were read, and when to read them again."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from ..api import Clock

UNNAMED: Final = ""
"""Stands for a library of which the server does not say which one it is."""

_QUIET: Final = 5.0
"""Seconds without another change after which a burst of them is taken to be over."""
_POLL: Final = 3600.0
"""Seconds within which a poll reads everything anyway."""
_LONGEST_BURST: Final = 60.0
"""Seconds after which a library that goes on changing is read all the same."""


@dataclass(slots=True)
class StaleMark:
    """When the first change came, and when to read; in seconds on the clock."""

    first: float
    due: float
    failures: int = 0


class StaleLibraries:
    """Marks by library key; a library that is being scanned is not due before the end."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing changed."""
        self._clock = clock
        self._marks: dict[str, StaleMark] = {}

    def changed(self, key: str) -> None:
        """Have a library read once it has come to rest."""
        now = self._clock.monotonic()
        mark = self._marks.setdefault(key, StaleMark(first=now, due=now))
        if not mark.failures:
            mark.due = min(now + _QUIET, mark.first + _LONGEST_BURST)

    def scanned(self, key: str) -> None:
        """Have a library read now."""
        now = self._clock.monotonic()
        self._marks[key] = StaleMark(first=now, due=now)

    def seconds_left(self, scanning: Container[str]) -> float | None:
        """Return the time until one is due, None while none will be."""
        due = [mark.due for key, mark in self._marks.items() if key not in scanning]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def take_due(self, scanning: Container[str]) -> dict[str, StaleMark]:
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

    def put_back(self, marks: dict[str, StaleMark], seconds: float) -> None:
        """Have what could not be read tried again, twice as late each time, up to the poll."""
        now = self._clock.monotonic()
        for key, mark in marks.items():
            pause = seconds * 2**mark.failures
            if pause < _POLL:
                self._marks[key] = StaleMark(
                    first=mark.first, due=now + pause, failures=mark.failures + 1
                )

    def discard(self, key: str) -> None:
        """Forget one library."""
        self._marks.pop(key, None)

    def clear(self) -> None:
        """Forget all; everything is about to be read."""
        self._marks.clear()
