"""Limit the events of one library: the first 20 in a minute, then one summary."""

from collections import deque
from dataclasses import field
from typing import Final

from ..api import Clock, MutableRecord, Record
from .library_change import LibraryChangeKind

MAX_EVENTS_PER_MINUTE: Final = 20
"""Items of one library that are reported one by one within a minute."""
MAX_TITLES: Final = 10
_WINDOW_SECONDS: Final = 60.0
_QUIET_SECONDS: Final = 60.0
"""Time without a further item after which a burst has ended."""
_MAX_BURST_SECONDS: Final = 600.0
"""Time after which a burst is summarized although it goes on."""
_MAX_KEYS: Final = 10_000
_MAX_BURSTS: Final = 2_000
"""Libraries and kinds that are remembered; a server has up to 500 libraries."""

type BurstKey = tuple[str, LibraryChangeKind]
"""Key of the library, and ADDED or DELETED."""


class _Burst(MutableRecord):
    """The events of one library; times in seconds on the clock."""

    reported_at: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS_PER_MINUTE))
    is_summarizing: bool = False
    began_at: float = 0.0
    last_at: float = 0.0
    count: int = 0
    keys: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)


class Summary(Record):
    """The items of a burst that were not reported one by one."""

    library_key: str
    kind: LibraryChangeKind
    count: int
    titles: tuple[str, ...]


class ChangeBursts:
    """Decides for each item whether it is reported by itself or in a summary."""

    def __init__(self, clock: Clock) -> None:
        """Start without bursts."""
        self._clock = clock
        self._bursts: dict[BurstKey, _Burst] = {}

    def free_slots(self, key: BurstKey) -> int:
        """Return how many items may be reported one by one now."""
        burst = self._current(key)
        if burst.is_summarizing:
            return 0
        earliest = self._clock.monotonic() - _WINDOW_SECONDS
        return MAX_EVENTS_PER_MINUTE - sum(at > earliest for at in burst.reported_at)

    def missing_titles(self, key: BurstKey) -> int:
        """Return how many titles the summary still takes."""
        return MAX_TITLES - len(self._current(key).titles)

    def report(self, key: BurstKey) -> bool:
        """Return whether an item is reported by itself, and count it as reported."""
        if not self.free_slots(key):
            return False
        self._bursts[key].reported_at.append(self._clock.monotonic())
        return True

    def summarize(self, key: BurstKey, rating_key: str, title: str | None) -> None:
        """Count an item for the summary."""
        burst, now = self._current(key), self._clock.monotonic()
        if not burst.count:
            burst.began_at = now
        burst.is_summarizing = True
        burst.last_at = now
        burst.count += 1
        if len(burst.keys) < _MAX_KEYS:
            burst.keys.add(rating_key)
        if title is not None and len(burst.titles) < MAX_TITLES:
            burst.titles[rating_key] = title

    def discard(self, key: BurstKey, rating_key: str) -> bool:
        """Remove an item from the summary; return whether it was in it."""
        burst = self._current(key)
        if rating_key not in burst.keys:
            return False
        burst.keys.remove(rating_key)
        burst.titles.pop(rating_key, None)
        burst.count -= 1
        return True

    def seconds_until_due(self) -> float | None:
        """Return the time until the next summary, None without one."""
        due = [_due_at(burst) for burst in self._bursts.values() if burst.count]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def pop_due(self, *, is_final: bool = False) -> list[Summary]:
        """Return the summaries that are due, all of them if there is no later time."""
        now = self._clock.monotonic()
        summaries: list[Summary] = []
        for (library_key, kind), burst in tuple(self._bursts.items()):
            if burst.count and (is_final or _due_at(burst) <= now):
                summaries.append(
                    Summary(
                        library_key=library_key,
                        kind=kind,
                        count=burst.count,
                        titles=tuple(burst.titles.values()),
                    )
                )
                burst.count = 0
                burst.keys.clear()
                burst.titles.clear()
        return summaries

    def _current(self, key: BurstKey) -> _Burst:
        """Return the burst of a library; one that is over goes on one by one."""
        burst = self._bursts.setdefault(key, _Burst())
        if len(self._bursts) > _MAX_BURSTS:
            del self._bursts[next(iter(self._bursts))]
        is_quiet = self._clock.monotonic() - burst.last_at >= _QUIET_SECONDS
        if burst.is_summarizing and is_quiet and not burst.count:
            burst.is_summarizing = False
        return burst


def _due_at(burst: _Burst) -> float:
    """Return when a burst is summarized."""
    return min(burst.last_at + _QUIET_SECONDS, burst.began_at + _MAX_BURST_SECONDS)
