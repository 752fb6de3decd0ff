"""Emit the changes of the libraries: single items, summaries of bursts, new libraries."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from homeassistant.core import callback

from ..api import Clock, Library, MediaItem, TimelineNotification
from ..streams.titles import full_title
from .change_bursts import BurstKey, ChangeBursts
from .library_change import LibraryChange, LibraryChangeKind

_MAX_TITLES: Final = 2_000
"""Titles of libraries that are remembered, also of deleted ones."""
_UNLISTED: Final = ""
"""Stands for all libraries that the server has never listed: their items are limited together."""
_SUMMARIES: Final = {
    LibraryChangeKind.ADDED: LibraryChangeKind.ITEMS_ADDED,
    LibraryChangeKind.DELETED: LibraryChangeKind.ITEMS_DELETED,
}

type LibraryChangeListener = Callable[[LibraryChange], None]


class LibraryEvents:
    """Calls the listeners: one event per item, up to 20 of a library in a minute.

    The rest of a burst is one summary.
    """

    def __init__(self, clock: Clock) -> None:
        """Start without listeners."""
        self._titles: dict[str, str] = {}
        self._listeners: list[LibraryChangeListener] = []
        self._bursts = ChangeBursts(clock)

    @property
    def has_listeners(self) -> bool:
        """Return whether anything reports the changes."""
        return bool(self._listeners)

    def add_listener(self, listener: LibraryChangeListener) -> None:
        """Call a listener with every change."""
        self._listeners.append(listener)

    def remove_listener(self, listener: LibraryChangeListener) -> None:
        """Stop calling a listener."""
        self._listeners.remove(listener)

    def update_titles(self, libraries: Iterable[Library]) -> None:
        """Remember the titles of the listed libraries."""
        self._titles |= {library.key: library.title for library in libraries}
        for key in tuple(self._titles)[: max(0, len(self._titles) - _MAX_TITLES)]:
            del self._titles[key]

    @callback
    def async_report(
        self, kind: LibraryChangeKind, library_key: str, key: str, item: MediaItem
    ) -> bool:
        """Emit an event for an item, or count it for the summary of a burst.

        Returns whether the event was emitted.
        """
        burst = self._burst_key(library_key, kind)
        if self._bursts.report(burst):
            self._emit(
                LibraryChange(
                    kind=kind,
                    library_key=library_key,
                    library_title=item.library_title or self._titles.get(library_key),
                    item=item,
                )
            )
            return True
        self._bursts.summarize(burst, key, full_title(item))
        return False

    def discard_added(self, library_key: str, key: str) -> bool:
        """Drop an added item from the summary; return whether it was in one."""
        return self._bursts.discard(self._burst_key(library_key, LibraryChangeKind.ADDED), key)

    def keys_to_read(
        self, keys: Iterable[str], notifications: Mapping[str, TimelineNotification]
    ) -> list[str]:
        """Return the items to read: those that are reported, and the titles of a summary."""
        to_read: list[str] = []
        slots: dict[str, int] = {}
        for key in keys:
            if (notification := notifications.get(key)) is None:
                continue
            burst = self._burst_key(notification.library_key, LibraryChangeKind.ADDED)
            slots.setdefault(
                notification.library_key,
                self._bursts.free_slots(burst) + self._bursts.missing_titles(burst),
            )
            if slots[notification.library_key]:
                slots[notification.library_key] -= 1
                to_read.append(key)
        return to_read

    def seconds_until_due(self) -> float | None:
        """Return the time until the next summary, None without one."""
        return self._bursts.seconds_until_due()

    @callback
    def async_emit_summaries(self, *, is_final: bool = False) -> None:
        """Emit the summaries of the bursts that have ended, or of all."""
        for summary in self._bursts.pop_due(is_final=is_final):
            self._emit(
                LibraryChange(
                    kind=_SUMMARIES[summary.kind],
                    library_key=summary.library_key,
                    library_title=self._titles.get(summary.library_key),
                    count=summary.count,
                    titles=summary.titles,
                )
            )

    @callback
    def async_emit_library(self, library: Library, count: int | None) -> None:
        """Emit the event for a new library with the number of its items."""
        self._emit(
            LibraryChange(
                kind=LibraryChangeKind.LIBRARY_ADDED,
                library_key=library.key,
                library_title=library.title,
                library_kind=library.kind,
                count=count,
            )
        )

    def _burst_key(self, library_key: str, kind: LibraryChangeKind) -> BurstKey:
        """Return the key under which the events of a library are limited."""
        return (library_key if library_key in self._titles else _UNLISTED, kind)

    @callback
    def _emit(self, change: LibraryChange) -> None:
        """Call every listener."""
        for listener in tuple(self._listeners):
            listener(change)
