"""Library events from push notifications: one per added or deleted item."""

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import LIBRARY
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .event_recorder import (
    CREATED,
    DELETED,
    DONE,
    MATCHING,
    EventListener,
    Mark,
    add_film,
    metadata_batches,
    notify,
)
from .helpers import state_value


async def test_a_created_item_is_reported_when_its_processing_is_done(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    episode = simulator.library.add_item(Kind.EPISODE, "The Weir", season)
    notify(loaded_entry, episode, CREATED, MATCHING, title="weir.s01e09")
    await advance(10)
    assert library_listener.new_events == []
    assert state_value(hass, LIBRARY) == STATE_UNKNOWN

    notify(loaded_entry, episode, DONE, title="weir.s01e09")
    await advance(10)
    (event,) = library_listener.events
    assert {key: event[key] for key in event.keys() - {"event_types", "friendly_name"}} == {
        "event_type": "added",
        "title": "The Weir",
        "series": "Tidewrack Bay",
        "season": 1,
        "episode": 9,
        "aired": None,
        "artist": None,
        "album": None,
        "edition": None,
        "type": "episode",
        "user": None,
        "player": None,
        "library": "TV Shows",
        "rating_key": str(episode.rating_key),
    }
    assert event["event_types"] == [
        "added",
        "deleted",
        "items_added",
        "items_deleted",
        "library_added",
    ]


@pytest.mark.parametrize("created", [(0, None), (0, "created"), (None, "created"), (5, "created")])
async def test_repeated_notifications_report_an_item_once(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    created: Mark,
) -> None:
    film = add_film(simulator)
    notify(loaded_entry, film, created, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]
    notify(loaded_entry, film, DONE)
    await advance(40)
    notify(loaded_entry, film, created, DONE)
    await advance(10)
    assert library_listener.new_events == []
    assert metadata_batches(simulator) == [1]


async def test_a_changed_item_is_not_reported(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    notify(loaded_entry, film, MATCHING, DONE)
    await advance(10)
    assert library_listener.new_events == []
    assert metadata_batches(simulator) == []


@pytest.mark.parametrize(
    ("kind", "is_reported"),
    [
        (Kind.MOVIE, True),
        (Kind.SHOW, False),
        (Kind.SEASON, False),
        (Kind.EPISODE, True),
        (Kind.ARTIST, False),
        (Kind.ALBUM, True),
        (Kind.TRACK, False),
        (Kind.PHOTO_ALBUM, False),
        (Kind.PHOTO, True),
        (Kind.CLIP, True),
        (Kind.COLLECTION, False),
    ],
)
async def test_containers_of_other_items_are_not_reported(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    kind: Kind,
    is_reported: bool,
) -> None:
    item = simulator.library.add_item(kind, "Fog", simulator.library.section_titled("Movies"))
    notify(loaded_entry, item, CREATED, DONE)
    await advance(10)
    events = [(event["event_type"], event["type"]) for event in library_listener.events]
    assert events == ([("added", kind.type_name)] if is_reported else [])
    notify(loaded_entry, item, DELETED)
    await advance(10)
    events = [
        (event["event_type"], event["type"]) for event in library_listener.events[len(events) :]
    ]
    assert events == ([("deleted", kind.type_name)] if is_reported else [])


@pytest.mark.parametrize("deleted", [(9, "deleted"), (9, None), (None, "deleted")])
async def test_a_deleted_item_is_reported_once_with_its_last_title(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    deleted: Mark,
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    simulator.library.remove_item(film)
    notify(loaded_entry, film, deleted, deleted)
    await advance(10)
    (event,) = library_listener.events
    assert (event["event_type"], event["title"], event["type"], event["library"]) == (
        "deleted",
        film.title,
        "movie",
        "Movies",
    )
    assert metadata_batches(simulator) == []


async def test_an_item_that_is_deleted_after_its_report_has_two_events(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    film = add_film(simulator)
    notify(loaded_entry, film, CREATED, DONE)
    await advance(10)
    notify(loaded_entry, film, DELETED)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog"), ("deleted", "Fog")]


@pytest.mark.parametrize("marks", [(CREATED,), (CREATED, DONE)], ids=["not done", "not reported"])
async def test_an_item_that_is_deleted_before_its_report_has_no_event(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    marks: tuple[Mark, ...],
) -> None:
    notify(loaded_entry, add_film(simulator), *marks, DELETED, DONE)
    notify(loaded_entry, add_film(simulator, "Mist"), CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Mist")]


async def test_an_event_has_the_current_title_of_the_library(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    simulator.library.rename_section(film.section, "Films")
    await advance(3600)
    notify(loaded_entry, film, DELETED)
    assert [event["library"] for event in library_listener.events] == ["Films"]


async def test_no_state_is_written_without_an_event(
    library_listener: EventListener, advance: Advance
) -> None:
    await advance(3600)
    await advance(3600)
    assert library_listener.writes == 0


async def test_the_number_of_pending_items_is_bounded(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    first, last = add_film(simulator, "First"), add_film(simulator, "Last")
    notify(loaded_entry, first, CREATED)
    for _ in range(9_999):
        notify(loaded_entry, add_film(simulator), CREATED)
    notify(loaded_entry, last, CREATED)
    notify(loaded_entry, first, DONE)
    notify(loaded_entry, last, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Last")]
