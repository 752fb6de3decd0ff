"""Emit the changes of the libraries: single items, summaries of bursts, new libraries."""

from collections.abc import Callable, Iterable, Iterator, Mapping
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Clock, Library, MediaItem, TimelineNotification
from ..stored_state import UNREPORTED, StoredState
from ..streams.stored import from_json, to_json
from ..streams.titles import full_title
from .change_bursts import BurstKey, ChangeBursts, Summary
from .library_change import LibraryChange, LibraryChangeKind

_LOGGER = logging.getLogger(__name__)

_MAX_STORED: Final = 1_000
"""Changes that are kept over a restart; the newest ones."""
_MAX_TITLES: Final = 2_000
"""Titles of libraries that are remembered, also of deleted ones."""
_UNLISTED: Final = ""
"""Stands for all libraries that the server has never listed: their items are limited together."""
_SUMMARIES: Final = {
    LibraryChangeKind.ADDED: LibraryChangeKind.ITEMS_ADDED,
    LibraryChangeKind.DELETED: LibraryChangeKind.ITEMS_DELETED,
}

type LibraryChangeListener = Callable[[], None]


class LibraryEvents:
    """Keeps the changes until they are reported: one per item, up to 20 of a library in a minute.

    The rest of a burst is one summary. What Home Assistant does not report before it stops is
    stored, and reported after the restart.
    """

    def __init__(self, clock: Clock, stored: StoredState) -> None:
        """Load the changes that the last run did not report."""
        self._stored = stored
        self._unreported = _load(stored)
        self._titles: dict[str, str] = {}
        self._listeners: list[LibraryChangeListener] = []
        self._bursts = ChangeBursts(clock)

    @property
    def has_listeners(self) -> bool:
        """Return whether anything reports the changes."""
        return bool(self._listeners)

    def add_listener(self, listener: LibraryChangeListener) -> None:
        """Call a listener when there is something to pop."""
        if not self._listeners:
            self._stored.async_set(UNREPORTED, self._as_json)
        self._listeners.append(listener)

    def remove_listener(self, listener: LibraryChangeListener) -> None:
        """Stop calling a listener."""
        self._listeners.remove(listener)

    @callback
    def async_pop(self) -> list[LibraryChange]:
        """Return the changes to report now, oldest first."""
        changes, self._unreported = self._unreported, []
        if changes:
            self._stored.async_changed()
        return changes

    @callback
    def async_forget(self) -> None:
        """Drop all changes, of this run and the last one."""
        self._unreported.clear()
        self._stored.async_set(UNREPORTED, None)

    def _as_json(self) -> list[object]:
        """Return what is not reported yet, including the summaries that are not due."""
        summaries = [self._summary(summary) for summary in self._bursts.pending()]
        return [to_json(change) for change in (self._unreported + summaries)[-_MAX_STORED:]]

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
        self._stored.async_changed()
        return False

    def discard_added(self, library_key: str, key: str) -> bool:
        """Drop an added item from the summary; return whether it was in one."""
        burst = self._burst_key(library_key, LibraryChangeKind.ADDED)
        if not self._bursts.discard(burst, key):
            return False
        self._stored.async_changed()
        return True

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
            self._emit(self._summary(summary))

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

    def _summary(self, summary: Summary) -> LibraryChange:
        """Return the change for the summary of a burst."""
        return LibraryChange(
            kind=_SUMMARIES[summary.kind],
            library_key=summary.library_key,
            library_title=self._titles.get(summary.library_key),
            count=summary.count,
            titles=summary.titles,
        )

    def _burst_key(self, library_key: str, kind: LibraryChangeKind) -> BurstKey:
        """Return the key under which the events of a library are limited."""
        return (library_key if library_key in self._titles else _UNLISTED, kind)

    @callback
    def _emit(self, change: LibraryChange) -> None:
        """Keep a change, and call every listener."""
        self._unreported.append(change)
        for listener in tuple(self._listeners):
            listener()
        if self._unreported:
            self._stored.async_changed()


def _load(stored: StoredState) -> list[LibraryChange]:
    """Return the stored changes that can be read."""
    loaded = stored.get(UNREPORTED)
    return list(_read(loaded)) if isinstance(loaded, list) else []


def _read(values: Iterable[object]) -> Iterator[LibraryChange]:
    """Yield the changes that this version has written."""
    for value in values:
        try:
            yield from_json(LibraryChange, value)
        except ValueError:
            _LOGGER.debug("A stored change cannot be read")
