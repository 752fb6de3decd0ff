"""Find items that are new in the lists of recently added items, also after a restart."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from homeassistant.core import callback

from ..api import Library, MediaItem, newest_first
from ..stored_state import LIBRARIES, StoredState
from .item_identity import ItemIdentities
from .libraries import LibrariesCoordinator
from .library_arrivals import LibraryArrivals
from .list_marks import ListMark, rating_number
from .recently_added import RecentItems
from .timeline_stages import REPORTED_TYPE_NAMES, ItemStage, TimelineStages


class LibraryLists:
    """Compares each list with its mark, which says up to where its items were reported.

    The marks are stored, so that items that were added meanwhile are reported after a restart.
    """

    def __init__(
        self,
        libraries: LibrariesCoordinator,
        stored: StoredState,
        *,
        identities: ItemIdentities,
        stages: TimelineStages,
        arrivals: LibraryArrivals,
        report: Callable[[str, str, MediaItem], None],
        is_waiting: Callable[[str], bool],
    ) -> None:
        """Load the marks; `report` is called with library key, rating key and item.

        `is_waiting` returns whether the item of a rating key is reported later.
        """
        self._libraries = libraries
        self._stored = stored
        self._identities = identities
        self._stages = stages
        self._arrivals = arrivals
        self._report = report
        self._is_waiting = is_waiting
        self._is_withholding = False
        self._listed: RecentItems = {}
        self._marks = _load_marks(stored)
        libraries.recently_added.known_before = {
            uuid: mark for uuid, mark in self._marks.items() if mark is not None
        }

    @property
    def marks(self) -> Mapping[str, ListMark | None]:
        """Return the marks by the uuid of the library; None for a list that was not read."""
        return self._marks

    def find(self, library_key: str, rating_key: str, since: float) -> MediaItem | None:
        """Return an item from the list of its library, if it was read after a time on the clock."""
        for uuid, library in self._libraries.data.libraries.items():
            if library.key == library_key:
                return self._libraries.recently_added.find(uuid, rating_key, since)
        return None

    @callback
    def async_reported(self) -> None:
        """Move the marks past the items that waited when the lists were compared."""
        if self._is_withholding:
            self.async_compare()

    @callback
    def async_compare(self) -> None:
        """Report the items that are new in the lists, and move the marks."""
        self._is_withholding = False
        recently_added = self._libraries.recently_added
        lists, now = recently_added.data, recently_added.server_time()
        for uuid, library in self._libraries.data.libraries.items():
            if (items := lists.get(uuid)) is None:
                continue
            mark = self._marks.get(uuid)
            # The first list of a library holds existing items.
            if mark is not None and not self._arrivals.is_arriving(library.key):
                self._report_newer(library, items, mark.newer(items, now))
            for item in items:
                self._identities.add_existing(library.key, item)
            done = [item for item in items if not self._is_in_progress(item)]
            self._marks[uuid] = ListMark.of(done, now, mark)
        self._listed = dict(lists)
        self.async_store_marks()

    def _report_newer(
        self, library: Library, items: Sequence[MediaItem], newer: Iterable[MediaItem]
    ) -> None:
        """Report the items that are new in a list."""
        listed = {item.rating_key for item in items}
        for item in self._listed.get(library.uuid, ()):
            # Deleted, or followed by newer ones; it matters only if it comes back.
            if item.rating_key is not None and item.rating_key not in listed:
                self._identities.record_deleted(library.key, item.rating_key)
        # The oldest event first: the last one is the newest item, by its key within a second.
        by_key = sorted(newer, key=rating_number, reverse=True)
        for item in reversed(newest_first(by_key, self._libraries.recently_added.server_time())):
            key = item.rating_key
            is_reported = self._stages.get(key) is not None
            if key is not None and item.item_type in REPORTED_TYPE_NAMES and not is_reported:
                self._report(library.key, key, item)

    def _is_in_progress(self, item: MediaItem) -> bool:
        """Return whether an item is not done, or is not reported yet, as push has reported it."""
        is_waiting = self._is_waiting(item.rating_key or "")
        self._is_withholding |= is_waiting
        return is_waiting or self._stages.get(item.rating_key) is ItemStage.CREATED

    @callback
    def async_store_marks(self) -> None:
        """Keep the marks of the libraries that exist over a restart."""
        libraries = self._libraries.data.libraries
        self._marks = {uuid: self._marks.get(uuid) for uuid in libraries}
        stored = {
            uuid: mark.as_json() if mark is not None else None
            for uuid, mark in self._marks.items()
            # A library that arrives is reported after a restart instead.
            if not self._arrivals.is_arriving(libraries[uuid].key)
        }
        self._stored.async_set(LIBRARIES, stored)


def _load_marks(stored: StoredState) -> dict[str, ListMark | None]:
    """Return the stored marks by the uuid of the library; None for a list that was not read."""
    loaded = stored.get(LIBRARIES)
    if not isinstance(loaded, dict):
        return {}
    return {str(uuid): ListMark.from_json(value) for uuid, value in loaded.items()}
