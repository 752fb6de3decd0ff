"""Library events: bursts, summaries, and details of items that cannot be read."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.api import TimelineNotification
from tests.entity_ids import LIBRARY
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .event_recorder import (
    CREATED,
    DELETED,
    DONE,
    EventListener,
    add_film,
    metadata_batches,
    notify,
)
from .helpers import set_up, settle, state_value


async def test_the_first_20_items_of_a_burst_are_reported_and_the_rest_summarized(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    films = [add_film(simulator, f"Part {number}") for number in range(120)]
    for film in films:
        notify(loaded_entry, film, CREATED)
    for film in films:
        notify(loaded_entry, film, DONE, title="file name")
    await advance(10)
    assert library_listener.new_events == [("added", film.title) for film in films[:20]]
    # The 20 that are reported, and ten titles of the rest.
    assert metadata_batches(simulator) == [30]
    await advance(60)
    (event,) = library_listener.events
    keys = ("event_type", "title", "library", "library_type")
    assert {key: event[key] for key in keys} == {
        "event_type": "items_added",
        "title": None,
        "library": "Movies",
        "library_type": "movie",
    }
    assert event["count"] == 100
    assert event["titles"] == [film.title for film in films[20:30]]


async def test_an_item_that_is_deleted_before_its_summary_is_not_reported(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    films = [add_film(simulator, f"Part {number}") for number in range(23)]
    for film in films:
        notify(loaded_entry, film, CREATED, DONE)
    await advance(10)
    assert len(library_listener.new_events) == 20
    for film in films[20:22]:
        notify(loaded_entry, film, DELETED)
    await advance(10)
    assert library_listener.new_events == []
    await advance(60)
    (event,) = library_listener.events
    assert (event["event_type"], event["count"], event["titles"]) == (
        "items_added",
        1,
        [films[22].title],
    )


async def test_a_continuing_burst_is_summarized_every_10_minutes(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    # Three in six seconds: 30 a minute.
    for number in range(300):
        notify(loaded_entry, add_film(simulator, f"Part {number}"), CREATED, DONE)
        if number % 3 == 0:
            await advance(6)
    await advance(10)
    await advance(60)
    single = [event for event in library_listener.events if event["event_type"] == "added"]
    counts = [
        event["count"] for event in library_listener.events if event["event_type"] == "items_added"
    ]
    assert len(single) == 20
    assert sum(counts) == 280
    assert len(counts) == 2


async def test_slowly_added_items_are_not_summarized(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    for number in range(30):
        notify(loaded_entry, add_film(simulator, f"Part {number}"), CREATED, DONE)
        await advance(4)
    assert library_listener.new_events == [("added", f"Part {number}") for number in range(30)]


async def test_2_000_deletions_are_20_events_and_a_summary(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    films = [add_film(simulator, f"Part {number}") for number in range(2_000)]
    for film in films:
        notify(loaded_entry, film, DELETED)
    await advance(10)
    assert library_listener.new_events == [("deleted", film.title) for film in films[:20]]
    await advance(60)
    (event,) = library_listener.events
    assert (event["event_type"], event["count"], len(event["titles"])) == (
        "items_deleted",
        1_980,
        10,
    )


async def test_a_new_library_of_1_000_movies_is_one_event(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    section = simulator.library.add_section("Old films", "movie")
    for number in range(1_000):
        film = simulator.library.add_item(Kind.MOVIE, f"Part {number}", section)
        notify(loaded_entry, film, CREATED, DONE)
    await advance(60)
    loaded_entry.runtime_data.libraries.async_handle_timeline(
        TimelineNotification(
            library_key=str(section.key),
            rating_key="1",
            parent_key=None,
            item_type=1,
            title=None,
            state=None,
            metadata_state=None,
        )
    )
    await settle(hass)
    await advance(120)
    (event,) = library_listener.events
    assert [event[key] for key in ("event_type", "library", "library_type", "count")] == [
        "library_added",
        "Old films",
        "movie",
        1_000,
    ]
    assert metadata_batches(simulator) == []
    assert library_listener.new_events
    notify(loaded_entry, simulator.library.add_item(Kind.MOVIE, "Fog", section), CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]


async def test_library_whose_first_scan_is_queued_has_one_event(
    library_listener: EventListener,
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    section = simulator.library.add_section("Old films", "movie")
    await loaded_entry.runtime_data.libraries.async_refresh()
    await settle(hass)
    await advance(8)
    assert library_listener.new_events == []
    for number in range(30):
        film = simulator.library.add_item(Kind.MOVIE, f"Part {number}", section)
        notify(loaded_entry, film, CREATED, DONE)
    await advance(59)
    assert not library_listener.events
    await advance(10)
    (event,) = library_listener.events
    assert (event["event_type"], event["count"]) == ("library_added", 30)


async def test_items_of_a_library_that_is_never_listed_are_reported_after_a_delay(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    section = simulator.library.add_section("Attic", "movie")
    film = simulator.library.add_item(Kind.MOVIE, "Fog", section)
    simulator.library.sections.pop(section.key)
    notify(loaded_entry, film, CREATED, DONE)
    await advance(60)
    assert library_listener.new_events == []
    await advance(120)
    assert library_listener.new_events == [("added", "Fog")]


async def test_a_file_that_is_added_again_under_another_key_is_reported_once(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    for _ in range(4):
        episode = simulator.library.add_item(Kind.EPISODE, "The Weir", season)
        notify(loaded_entry, episode, CREATED, DONE)
        await advance(1800)
        simulator.library.remove_item(episode)
        notify(loaded_entry, episode, DELETED, title="The Weir")
        await advance(1800)
    assert library_listener.new_events == [("added", "The Weir"), ("deleted", "The Weir")]


@pytest.mark.parametrize("kind", [Kind.MOVIE, Kind.EPISODE, Kind.ALBUM])
async def test_replaced_file_of_an_old_item_is_not_added(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    kind: Kind,
) -> None:
    """Most items of a library are in no list, so that only their notification is known."""
    old = min(simulator.library.of_kind(kind), key=lambda item: item.added_at)
    place = old.parent or old.section
    simulator.library.remove_item(old)
    notify(loaded_entry, old, DELETED)
    await advance(10)
    replacement = simulator.library.add_item(kind, old.title, place, year=old.year)
    notify(loaded_entry, replacement, CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("deleted", old.title)]
    other = simulator.library.add_item(kind, f"{old.title} Returns", place)
    notify(loaded_entry, other, CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", other.title)]


async def test_episode_of_another_season_with_the_title_of_a_deleted_one_is_added(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    old = min(simulator.library.of_kind(Kind.EPISODE), key=lambda item: item.added_at)
    season = next(it for it in simulator.library.of_kind(Kind.SEASON) if it is not old.parent)
    simulator.library.remove_item(old)
    notify(loaded_entry, old, DELETED)
    other = simulator.library.add_item(Kind.EPISODE, old.title, season)
    notify(loaded_entry, other, CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("deleted", old.title), ("added", old.title)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(404),
        Fault.status(500),
        Fault.status(429, {"Retry-After": "300"}),
        Fault.html(),
        Fault.reset(),
    ],
    ids=["gone", "failing", "rate limited", "web page", "reset"],
)
async def test_an_item_that_cannot_be_read_is_reported_with_its_notified_title(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    fault: Fault,
) -> None:
    simulator.faults.add("/library/metadata/*", fault, times=None)
    film = add_film(simulator)
    notify(loaded_entry, film, CREATED, DONE, title="fog.2021")
    await advance(10)
    (event,) = library_listener.events
    assert (event["title"], event["type"], event["library"], event["rating_key"]) == (
        "fog.2021",
        "movie",
        "Movies",
        str(film.rating_key),
    )
    assert library_listener.new_events

    simulator.faults.clear()
    await advance(300)
    notify(loaded_entry, add_film(simulator, "Mist"), CREATED, DONE, title="mist.2022")
    await advance(10)
    assert library_listener.new_events == [("added", "Mist")]


async def test_an_item_missing_from_the_response_does_not_affect_the_others(
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    films = [add_film(simulator, title) for title in ("Fog", "Mist", "Haze")]
    for film in films:
        notify(loaded_entry, film, CREATED, DONE, title="file name")
    simulator.library.remove_item(films[1])
    await advance(10)
    # It was expected in the list of its library, and was read once more.
    assert library_listener.new_events == [
        ("added", "Fog"),
        ("added", "Haze"),
        ("added", "file name"),
    ]


async def test_an_item_deleted_while_its_details_are_read_is_not_reported(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    simulator.faults.add("/library/metadata/*", Fault.hang())
    film = add_film(simulator)
    notify(loaded_entry, film, CREATED, DONE)
    await simulator.fault_reached()
    notify(loaded_entry, film, DELETED)
    # The request times out and is retried once.
    await advance(10)
    assert len(metadata_batches(simulator)) == 2
    assert library_listener.new_events == []


async def test_changes_during_an_outage_are_reported_after_it(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    simulator.faults.add("*", Fault.status(500), times=None)
    await advance(10)
    assert state_value(hass, LIBRARY) == STATE_UNAVAILABLE
    notify(loaded_entry, add_film(simulator, "Fog"), DELETED)
    notify(loaded_entry, add_film(simulator, "Mist"), DELETED)
    assert library_listener.new_events == []
    simulator.faults.clear()
    await advance(10)
    assert library_listener.new_events == [("deleted", "Fog"), ("deleted", "Mist")]


async def test_items_are_reported_while_the_libraries_cannot_be_read(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    simulator.faults.add("/media/providers", Fault.status(500), times=None)
    await advance(3600)
    assert state_value(hass, "sensor.harbour_movies_movies") == STATE_UNAVAILABLE
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]


async def test_details_are_not_read_while_the_entity_is_disabled(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    entity_registry.async_update_entity(LIBRARY, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(10)
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    assert metadata_batches(simulator) == []

    entity_registry.async_update_entity(LIBRARY, disabled_by=None)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(10)
    library_listener = EventListener(hass, LIBRARY)
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    assert library_listener.new_events == [("added", "Fog")]


async def test_an_unloaded_entry_reads_no_details(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    await advance(10)
    assert metadata_batches(simulator) == []

    library_listener = EventListener(hass, LIBRARY)
    await set_up(hass, loaded_entry)
    await advance(10)
    # The item was not read, but it is in the list after the restart.
    assert library_listener.new_events == [("added", "Fog")]
    assert metadata_batches(simulator) == []
