"""Keep the item counts of the libraries, and count again only what may have changed."""

from collections.abc import Collection, Mapping, Set as AbstractSet
from dataclasses import replace

from ..api import Library, PlexServerClient
from .item_counts import COUNTED, CountKey, async_count_items

_POLLS_PER_DAY = 24
_MAX_FAILURES = 7
"""With the doubled delays of the retries, a count that failed so often has failed for an hour."""


class LibraryCounter:
    """The last known counts, and the libraries of which a count is missing."""

    def __init__(self, client: PlexServerClient) -> None:
        """Start without counts."""
        self._client = client
        self._polls = 0
        self.counts: Mapping[CountKey, int | None] = {}
        self.incomplete: set[str] = set()
        """Uuids of the libraries of which a count failed the last time, to be counted again."""
        self._failures: dict[CountKey, int] = {}
        self.has_counted = False

    def unchanged(
        self,
        known: Mapping[str, Library],
        libraries: Mapping[str, Library],
        *,
        scanning: Collection[str],
        changed: Collection[str] | None,
    ) -> set[str]:
        """Return the uuids of the libraries whose counts are still valid.

        `known` are the libraries as they were counted. `changed` are the keys of those that
        must be counted, None in a poll, where any may have changed. A library in `scanning`
        keeps its counts until the scan ends.
        """
        unchanged = {
            uuid
            for uuid, before in known.items()
            if uuid not in self.incomplete
            and (library := libraries.get(uuid)) is not None
            and library.key not in (changed or ())
            and (library.key in scanning or _ignoring_scan(library) == _ignoring_scan(before))
        }
        if changed is not None:
            return unchanged
        self._polls += 1
        if self._polls % _POLLS_PER_DAY == 0:
            return set()
        # Items deleted without a scan change nothing but the size of the library, so a
        # library without a size is counted in every poll, and every library once a day.
        return {uuid for uuid in unchanged if libraries[uuid].storage is not None}

    async def async_count(
        self,
        libraries: Mapping[str, Library],
        required: Collection[CountKey],
        unchanged: AbstractSet[str],
    ) -> None:
        """Count `required` without the counts of `unchanged` libraries.

        A count that fails alone keeps its last value, and its library is incomplete, unless
        it has failed for an hour: one type of one library may fail permanently (Reclaimerr 228).

        Raises:
            PlexApiError: the server as a whole does not answer.

        """
        kept = {key: count for key, count in self.counts.items() if key[0] in unchanged}
        missing = [key for key in required if key not in kept]
        counted = await async_count_items(self._client, libraries, missing, self._failures)
        failed = {key: self.counts.get(key) for key in missing if key not in counted}
        others = {key: times for key, times in self._failures.items() if key not in missing}
        self._failures = others | {key: self._failures.get(key, 0) + 1 for key in failed}
        self.incomplete = {
            uuid for (uuid, _), times in self._failures.items() if times < _MAX_FAILURES
        }
        self.has_counted = True
        self.counts = kept | counted | failed


def required_counts(
    libraries: Mapping[str, Library], known: Mapping[str, Library], shown: Collection[CountKey]
) -> list[CountKey]:
    """Return what to count: what enabled entities show, and the types of new libraries.

    A library that has no entities yet is counted by its kind.
    """
    new: set[CountKey] = {
        (uuid, media_type)
        for uuid, library in libraries.items()
        if uuid not in known
        for media_type in COUNTED.get(library.kind, ())
    }
    return sorted({key for key in shown if key[0] in libraries} | new)


def _ignoring_scan(library: Library) -> Library:
    """Return the library without its scan state, which changes no count."""
    return replace(library, is_scanning=False)
