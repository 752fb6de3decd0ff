"""Limits and rare cases of what collects the changes of the libraries."""

from typing import Final

import pytest

from custom_components.plex_pulse.api import (
    Library,
    LibraryKind,
    MediaItem,
    TimelineNotification,
)
from custom_components.plex_pulse.coordinator import (
    change_bursts,
    item_identity,
    library_arrivals,
)
from custom_components.plex_pulse.coordinator.change_bursts import (
    MAX_EVENTS_PER_MINUTE,
    BurstKey,
    ChangeBursts,
    Summary,
)
from custom_components.plex_pulse.coordinator.item_identity import ItemIdentities
from custom_components.plex_pulse.coordinator.library_arrivals import LibraryArrivals
from custom_components.plex_pulse.coordinator.library_change import LibraryChangeKind
from tests.clocks import ManualClock

ADDED: Final[BurstKey] = ("1", LibraryChangeKind.ADDED)
DELETED: Final[BurstKey] = ("1", LibraryChangeKind.DELETED)


def _library(key: str, title: str = "Movies") -> Library:
    """Return a library."""
    return Library(
        key=key,
        uuid=f"uuid-{key}",
        title=title,
        kind=LibraryKind.MOVIES,
        is_scanning=False,
        scanned_at=None,
        updated_at=None,
        storage=None,
        duration=None,
    )


def _added(library_key: str, rating_key: str) -> TimelineNotification:
    """Return the notification about an added movie."""
    return TimelineNotification(
        library_key=library_key,
        rating_key=rating_key,
        parent_key=None,
        item_type=1,
        title=None,
        state=5,
        metadata_state=None,
    )


def _update(arrivals: LibraryArrivals, *libraries: Library) -> None:
    """Let the server list these libraries."""
    arrivals.update({library.uuid: library for library in libraries})


def _arrivals(clock: ManualClock) -> LibraryArrivals:
    """Return the arrivals of a server that lists one library, which is not new."""
    arrivals = LibraryArrivals(clock, lambda library: library.is_scanning)
    arrivals.start(["uuid-1"])
    _update(arrivals, _library("1"))
    return arrivals


def _pop_due(
    arrivals: LibraryArrivals, count: int = 1
) -> tuple[list[Library], list[TimelineNotification]]:
    """Return the libraries that are complete, with that number of items, and released items."""
    libraries, released = arrivals.examine_due()
    return [library for library in libraries if arrivals.complete(library, count)], released


def test_arriving_library_that_is_renamed_is_reported_with_its_new_title() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    _update(arrivals, _library("1"), _library("2", "Untitled"))
    assert arrivals.hold_back(_added("2", "20"))
    _update(arrivals, _library("1"), _library("2", "Concerts"))
    clock.now += 60
    libraries, released = _pop_due(arrivals)
    assert [library.title for library in libraries] == ["Concerts"]
    assert not released


def test_arriving_library_that_is_deleted_again_is_not_reported() -> None:
    arrivals = _arrivals(ManualClock())
    _update(arrivals, _library("1"), _library("2"))
    assert arrivals.is_arriving("2")
    _update(arrivals, _library("1"))
    assert not arrivals.is_arriving("2")
    assert arrivals.seconds_until_due() is None
    assert _pop_due(arrivals) == ([], [])


def test_items_of_more_than_20_unlisted_libraries_are_dropped() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    for key in range(100, 121):
        assert arrivals.hold_back(_added(str(key), f"{key}0"))
    assert arrivals.is_arriving("119")
    assert not arrivals.is_arriving("120")
    clock.now += 120
    libraries, released = _pop_due(arrivals)
    assert not libraries
    assert [item.rating_key for item in released] == [f"{key}0" for key in range(100, 120)]


def test_items_above_the_limit_are_held_back_but_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_arrivals, "_MAX_KEPT", 2)
    clock = ManualClock()
    arrivals = _arrivals(clock)
    assert all(
        arrivals.hold_back(_added(library_key, rating_key))
        for library_key, rating_key in (("2", "20"), ("3", "30"), ("3", "31"))
    )
    clock.now += 120
    assert [item.rating_key for item in _pop_due(arrivals)[1]] == ["20", "30"]


def test_item_of_an_unlisted_library_that_is_deleted_again_is_not_released() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    arrivals.hold_back(_added("2", "20"))
    arrivals.hold_back(_added("2", "21"))
    arrivals.discard(_added("2", "20"))
    arrivals.discard(_added("1", "10"))
    clock.now += 120
    assert [item.rating_key for item in _pop_due(arrivals)[1]] == ["21"]
    assert not arrivals.hold_back(_added("2", "22")), "it is treated as listed now"


def test_only_the_libraries_that_are_due_are_reported() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    _update(arrivals, _library("1"), _library("2"), _library("3"))
    arrivals.hold_back(_added("2", "20"))
    clock.now += 30
    arrivals.hold_back(_added("3", "30"))
    clock.now += 30
    assert [library.key for library in _pop_due(arrivals)[0]] == ["2"]
    assert arrivals.seconds_until_due() == 30
    clock.now += 30
    assert [library.key for library in _pop_due(arrivals)[0]] == ["3"]


def test_library_that_is_scanned_is_reported_after_ten_minutes() -> None:
    """Until then it is examined every ten seconds."""
    clock = ManualClock()
    scanning = {"2", "3"}
    arrivals = LibraryArrivals(clock, lambda library: library.key in scanning)
    _update(arrivals, _library("2"), _library("3"))
    assert arrivals.seconds_until_due() == 10
    clock.now += 595
    assert arrivals.seconds_until_due() == 5
    assert _pop_due(arrivals) == ([], [])
    scanning.remove("3")
    assert [library.key for library in _pop_due(arrivals)[0]] == ["3"]
    clock.now += 5
    assert [library.key for library in _pop_due(arrivals)[0]] == ["2"]


def test_empty_library_is_reported_after_a_minute_without_items() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    _update(arrivals, _library("1"), _library("2"), _library("3"))
    assert _pop_due(arrivals, count=0) == ([], [])
    assert arrivals.seconds_until_due() == 60
    clock.now += 8
    assert arrivals.hold_back(_added("2", "20"))
    clock.now += 52
    assert [library.key for library in _pop_due(arrivals, count=0)[0]] == ["3"]
    clock.now += 8
    assert [library.key for library in _pop_due(arrivals)[0]] == ["2"]


def test_library_that_gets_items_while_they_are_counted_is_not_complete() -> None:
    clock = ManualClock()
    arrivals = _arrivals(clock)
    _update(arrivals, _library("1"), _library("2"))
    ((library,), _) = arrivals.examine_due()
    arrivals.hold_back(_added("2", "20"))
    assert not arrivals.complete(library, 12)
    _update(arrivals, _library("1"))
    assert not arrivals.complete(library, 12), "it was deleted"


def _summary(count: int, *titles: str) -> Summary:
    """Return the summary of added items."""
    return Summary(library_key="1", kind=LibraryChangeKind.ADDED, count=count, titles=titles)


def test_item_that_is_deleted_again_is_missing_in_the_summary() -> None:
    bursts = ChangeBursts(ManualClock())
    bursts.summarize(ADDED, "10", "Orbit")
    bursts.summarize(ADDED, "11", "Harbour Lights")
    assert bursts.discard(ADDED, "10")
    assert not bursts.discard(ADDED, "10"), "it is not in the summary any more"
    assert not bursts.discard(DELETED, "11")
    assert bursts.pop_due(is_final=True) == [_summary(1, "Harbour Lights")]


def test_summary_without_remaining_items_is_not_reported() -> None:
    bursts = ChangeBursts(ManualClock())
    bursts.summarize(ADDED, "10", None)
    bursts.discard(ADDED, "10")
    assert bursts.seconds_until_due() is None
    assert not bursts.pop_due(is_final=True)


def test_items_above_the_limit_are_counted_but_cannot_be_discarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change_bursts, "_MAX_KEYS", 1)
    bursts = ChangeBursts(ManualClock())
    bursts.summarize(ADDED, "10", "Orbit")
    bursts.summarize(ADDED, "11", None)
    assert not bursts.discard(ADDED, "11")
    assert bursts.pop_due(is_final=True) == [_summary(2, "Orbit")]


def test_library_that_was_quiet_for_a_minute_reports_its_items_one_by_one_again() -> None:
    clock = ManualClock()
    bursts = ChangeBursts(clock)
    assert all(bursts.report(ADDED) for _ in range(MAX_EVENTS_PER_MINUTE))
    assert not bursts.report(ADDED)
    bursts.summarize(ADDED, "10", "Orbit")
    clock.now += 60
    assert bursts.free_slots(ADDED) == 0, "the summary comes first"
    assert bursts.pop_due() == [_summary(1, "Orbit")]
    assert bursts.free_slots(ADDED) == MAX_EVENTS_PER_MINUTE


def test_burst_of_the_first_library_is_forgotten_above_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change_bursts, "_MAX_BURSTS", 2)
    bursts = ChangeBursts(ManualClock())
    for library_key in ("1", "2", "3"):
        assert bursts.report((library_key, LibraryChangeKind.ADDED))
    assert bursts.free_slots(("3", LibraryChangeKind.ADDED)) == MAX_EVENTS_PER_MINUTE - 1
    assert bursts.free_slots(("2", LibraryChangeKind.ADDED)) == MAX_EVENTS_PER_MINUTE - 1
    assert bursts.free_slots(ADDED) == MAX_EVENTS_PER_MINUTE


def _show(rating_key: str, guid: str) -> MediaItem:
    """Return a show, which only its guid identifies."""
    fields = {"ratingKey": rating_key, "type": "show", "guid": f"plex://show/{guid}"}
    return MediaItem.parse(fields)


def test_oldest_existing_item_is_not_recognized_above_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(item_identity, "_MAX_ITEMS", 2)
    identities = ItemIdentities(ManualClock())
    for rating_key, guid in (("10", "a"), ("11", "b"), ("10", "a"), ("12", "c")):
        identities.add_existing("1", _show(rating_key, guid))
    identities.record_deleted("1", "10")
    identities.record_deleted("1", "11")
    assert identities.record_added("1", _show("20", "a")), "it was stored again after 11"
    assert not identities.record_added("1", _show("21", "b"))


def test_oldest_added_item_is_not_recognized_above_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(item_identity, "_MAX_ITEMS", 2)
    identities = ItemIdentities(ManualClock())
    for rating_key, guid in (("10", "a"), ("11", "b"), ("12", "c")):
        assert not identities.record_added("1", _show(rating_key, guid))
    assert identities.record_added("1", _show("20", "b"))
    assert not identities.record_added("1", _show("21", "a"))
