"""Recognize new libraries, and wait until they have their items."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Final

from ..api import Clock, Library, MutableRecord, TimelineNotification

_QUIET_SECONDS: Final = 60.0
"""Time without a further item after which a library has its items."""
_MAX_ARRIVAL_SECONDS: Final = 600.0
"""Time after which a library is reported although it still grows."""
_MAX_UNLISTED_SECONDS: Final = 120.0
"""Time for which the items of a library are kept that the server does not list."""
_SCAN_CHECK_SECONDS: Final = 10.0
_MAX_KEPT: Final = 10_000
"""Items that are kept for all libraries together."""
_MAX_UNLISTED: Final = 20
"""Libraries that appear at once and are not listed; items of further ones are dropped."""


class _Arrival(MutableRecord):
    """A library that appears; times in seconds on the clock."""

    first_at: float
    last_at: float | None = None
    """When the last item was reported, None while none was; the first time of an empty one."""
    library: Library | None = None
    """None until the server lists the library."""
    kept: dict[str, TimelineNotification] = field(default_factory=dict)
    """Items that are reported after all if the library is never listed."""


class LibraryArrivals:
    """Holds back the items of new libraries until their number is reported."""

    def __init__(self, clock: Clock, is_scanning: Callable[[Library], bool]) -> None:
        """Start without known libraries."""
        self._clock = clock
        self._is_scanning = is_scanning
        self._known: set[str] = set()
        self._listed_keys: set[str] = set()
        self._arrivals: dict[str, _Arrival] = {}

    def start(self, known: Iterable[str]) -> None:
        """Set the uuids of the libraries that are not new."""
        self._known = set(known)

    def is_arriving(self, library_key: str) -> bool:
        """Return whether the items of a library are not reported one by one."""
        return library_key in self._arrivals

    def update(self, libraries: Mapping[str, Library]) -> None:
        """Compare with the libraries that the server lists now."""
        now = self._clock.monotonic()
        for uuid, library in libraries.items():
            if uuid not in self._known:
                self._arrivals.setdefault(library.key, _Arrival(first_at=now)).library = library
            elif (arrival := self._arrivals.get(library.key)) is not None:
                arrival.library = library
        self._known = set(libraries)
        self._listed_keys = {library.key for library in libraries.values()}
        for key in tuple(self._arrivals):
            # Deleted again before it was reported.
            if self._arrivals[key].library is not None and key not in self._listed_keys:
                del self._arrivals[key]

    def hold_back(self, notification: TimelineNotification) -> bool:
        """Return whether an item belongs to a library that is new, or not listed yet."""
        key, now = notification.library_key, self._clock.monotonic()
        if key in self._listed_keys and key not in self._arrivals:
            return False
        if key not in self._arrivals and self._unlisted_count >= _MAX_UNLISTED:
            return True
        arrival = self._arrivals.setdefault(key, _Arrival(first_at=now))
        arrival.last_at = now
        if sum(len(each.kept) for each in self._arrivals.values()) < _MAX_KEPT:
            arrival.kept[notification.rating_key] = notification
        return True

    @property
    def _unlisted_count(self) -> int:
        """Return the number of libraries that appear without being listed."""
        return sum(arrival.library is None for arrival in self._arrivals.values())

    def discard(self, notification: TimelineNotification) -> None:
        """Drop an item that was deleted again."""
        if (arrival := self._arrivals.get(notification.library_key)) is not None:
            arrival.kept.pop(notification.rating_key, None)

    def seconds_until_due(self) -> float | None:
        """Return the time until the next library may be complete, None without one."""
        due = [self._due_at(arrival) for arrival in self._arrivals.values()]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def examine_due(self) -> tuple[list[Library], list[TimelineNotification]]:
        """Return the libraries that may be complete, and the items of those never listed."""
        now = self._clock.monotonic()
        libraries: list[Library] = []
        released: list[TimelineNotification] = []
        for key, arrival in tuple(self._arrivals.items()):
            if self._due_at(arrival) > now:
                continue
            if arrival.library is not None:
                libraries.append(arrival.library)
            else:
                del self._arrivals[key]
                self._listed_keys.add(key)
                released += arrival.kept.values()
        return libraries, released

    def complete(self, library: Library, count: int | None) -> bool:
        """Return whether a library is complete with that number of items, None if unknown.

        An empty one waits for its first scan, which may be queued, and one that has got items
        while they were counted for its next ones.
        """
        arrival = self._arrivals.get(library.key)
        now = self._clock.monotonic()
        if arrival is None or self._due_at(arrival) > now:
            return False
        if count == 0 and now < arrival.first_at + _QUIET_SECONDS:
            arrival.last_at = arrival.first_at
            return False
        del self._arrivals[library.key]
        return True

    def _due_at(self, arrival: _Arrival) -> float:
        """Return when an arrival is complete, or is examined again."""
        if arrival.library is None:
            return arrival.first_at + _MAX_UNLISTED_SECONDS
        latest = arrival.first_at + _MAX_ARRIVAL_SECONDS
        if self._is_scanning(arrival.library):
            return min(latest, self._clock.monotonic() + _SCAN_CHECK_SECONDS)
        quiet_at = arrival.first_at if arrival.last_at is None else arrival.last_at + _QUIET_SECONDS
        return min(latest, quiet_at)
